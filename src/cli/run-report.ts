/** `npm run report`: the lead's figures of a time, from counters; recounted from the journal when asked. */
import type { Recount } from '../app/recount-report.ts';
import { typicalInPortal } from '../app/knowledge/find-similar.ts';
import type { TypicalInPipeline } from '../app/knowledge/find-similar.ts';
import { recountReport } from '../app/recount-report.ts';
import type { Tools } from '../app/ports/tools.ts';
import { dateKey, dateOfDay } from '../core/local-date.ts';
import { agentsCounters, withAgents } from '../core/report/by-agent.ts';
import type { ClosingReport } from '../core/report/closing-report.ts';
import { closingReport, FAR_ABOVE } from '../core/report/closing-report.ts';
import { pipelineKey } from '../core/policy.ts';
import { AppError } from '../errors.ts';
import type { CommandContext, ExitCode } from './command.ts';
import { withArgs, withTools } from './command.ts';
import { isDay } from './journal-args.ts';
import { typicalText } from './kb-answers.ts';
import type { Speak } from './journal-words.ts';
import { FLAG, orRefused, readOnlyOptions, REFUSED, TEXT } from './parsed-args.ts';
import type { Parsed } from './parsed-args.ts';
import { readLanguage } from './pipeline-arg.ts';
import { reportCsv, reportSections } from '../app/report-words.ts';
import type { ReportSection } from '../app/report-words.ts';

const DAY_MS = 24 * 60 * 60_000;
const USUAL_DAYS = 30;
const PIPELINE = /^\d{1,10}:\d{1,10}$/;
const AGENT = /^[1-9]\d{0,9}$/;

export interface ReportArgs {
  readonly from: string | null;
  readonly to: string | null;
  readonly pipeline: string | null;
  readonly agent: number | null;
  readonly form: 'text' | 'json' | 'csv';
  readonly separator: ';' | ',';
  readonly recount: boolean;
}

const parseRaw = (argv: readonly string[]) =>
  readOnlyOptions(argv, {
    from: TEXT,
    to: TEXT,
    pipeline: TEXT,
    agent: TEXT,
    json: FLAG,
    csv: FLAG,
    separator: { type: 'string', default: ';' },
    recount: FLAG,
  });

function readArgs(raw: ReturnType<typeof parseRaw>): Parsed<ReportArgs> {
  const { recount, help } = raw;
  const [from, to, pipeline] = [raw.from ?? null, raw.to ?? null, raw.pipeline ?? null];
  const language = readLanguage(raw.lang);
  const days = [from, to].every((day) => day === null || isDay(day));
  const agent = agentOf(raw.agent);
  const found = (pipeline === null || PIPELINE.test(pipeline)) && agent !== 0;
  const separator = ([';', ','] as const).find((one) => one === raw.separator);
  const form = formOf(raw);
  if (!days || !found || !form || language === undefined || !separator) return REFUSED;
  if (help) return { kind: 'help', language };
  return { kind: 'run', language, args: { from, to, pipeline, agent, form, separator, recount } };
}

export const parseReportArgs = (argv: readonly string[]): Parsed<ReportArgs> =>
  orRefused(() => readArgs(parseRaw(argv)));

/** 0 for what is no number of a user. */
function agentOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  return AGENT.test(text) ? Number(text) : 0;
}

/** null for two forms at once. */
function formOf({ json, csv }: ReturnType<typeof parseRaw>): ReportArgs['form'] | null {
  if (json) return csv ? null : 'json';
  return csv ? 'csv' : 'text';
}

/** @param argv arguments after the program's name */
export async function runReport(
  argv: readonly string[],
  context: CommandContext,
): Promise<ExitCode> {
  return withArgs(context, parseReportArgs(argv), {
    usage: 'report.usage',
    run: (args, language) => {
      const speak: Speak = (key, params = {}) => context.say(language, key, params);
      return withTools(context, language, {
        run: (tools) => report(args, tools, { terminal: context.terminal, speak }),
      });
    },
  });
}

interface Voice {
  readonly terminal: CommandContext['terminal'];
  readonly speak: Speak;
}

async function report(args: ReportArgs, tools: Tools, voice: Voice): Promise<ExitCode> {
  const { terminal, speak } = voice;
  const days = daysOf(args, tools.clock.now());
  const { portalId, archive } = tools;
  const common = await archive.sums(portalId, days.from, days.to);
  const own =
    args.agent === null ? [] : await archive.agents(portalId, days.from, days.to, 'month');
  const all = withAgents(common, own);
  const wanted = all.filter(({ pipeline }) => args.pipeline === null || pipeline === args.pipeline);
  const found = closingReport(args.agent === null ? wanted : agentsCounters(wanted, args.agent));
  const recount = args.recount
    ? await recountReport(tools.portalId, days, tools.archive, (done, total) =>
        terminal.redraw?.(speak('journal.progress', { done, total })),
      )
    : null;
  terminal.redraw?.('');
  if (args.form === 'json') {
    const { pipeline } = args;
    const typical = (await typicalOf(args, tools))?.map(({ policy, problems }) => ({
      pipeline: pipelineKey(policy.pipeline),
      problems,
    }));
    const whole = {
      ...days,
      pipeline,
      agent: args.agent,
      ...found,
      typical: typical ?? null,
      recount,
    };
    terminal.out(JSON.stringify(whole, null, 2));
  } else {
    const sections = reportSections(found, speak, await namesOf(found, tools));
    if (args.form === 'csv') terminal.out(reportCsv(sections, args.separator, speak));
    else {
      const typical = await typicalOf(args, tools);
      terminal.out(tablesOf(sections, { args, days, typical }, speak));
    }
    tellRecount(recount, voice);
  }
  return recount !== null && recount.different.length > 0 ? 1 : 0;
}

function daysOf({ from, to }: ReportArgs, now: number) {
  const today = Math.floor(now / DAY_MS);
  // A zone east of Greenwich has its next day while it is still today there.
  return {
    from: from ?? dateKey(dateOfDay(today - USUAL_DAYS + 1)),
    to: to ?? dateKey(dateOfDay(today + 1)),
  };
}

/** Read from the tickets' texts, which the journal does not hold; null where the portal cannot be read now. */
async function typicalOf(
  { pipeline }: ReportArgs,
  { portalId, knowledge }: Tools,
): Promise<readonly TypicalInPipeline[] | null> {
  try {
    const found = await typicalInPortal(portalId, knowledge);
    return found.filter(({ policy }) => [null, pipelineKey(policy.pipeline)].includes(pipeline));
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

/** Numbers stay numbers where the portal does not tell names. */
async function namesOf(found: ClosingReport, tools: Tools): Promise<ReadonlyMap<number, string>> {
  const ids = [
    ...found.agents.map(({ agentId }) => agentId),
    ...[...found.refused.byPerson, ...found.exceptions].map(({ name }) => Number(name)),
  ];
  try {
    return await tools.past.staffNames([...new Set(ids)].filter((id) => id > 0));
  } catch (error) {
    if (error instanceof AppError) return new Map();
    throw error;
  }
}

interface TextParts {
  readonly args: ReportArgs;
  readonly days: { readonly from: string; readonly to: string };
  readonly typical: readonly TypicalInPipeline[] | null;
}

function tablesOf(
  sections: readonly ReportSection[],
  { args, days, typical }: TextParts,
  speak: Speak,
): string {
  const { pipeline, agent } = args;
  const of =
    (pipeline === null ? '' : speak('report.of-pipeline', { pipeline })) +
    (agent === null ? '' : speak('report.of-agent', { agent }));
  const lines = sections.flatMap(({ title, rows }) => {
    const width = Math.max(...rows.map(([figure]) => figure.length));
    return ['', title, ...rows.map(([figure, value]) => `  ${figure.padEnd(width)}  ${value}`)];
  });
  const rule = speak('report.rule', { closings: FAR_ABOVE.closings });
  const title = speak('report.title', { ...days, pipeline: of });
  const problems =
    typical === null ? speak('report.typical-unread') : typicalText(typical, speak).out;
  return [title, ...lines, '', speak('report.typical'), problems, '', rule].join('\n');
}

function tellRecount(recount: Recount | null, { terminal, speak }: Voice): void {
  if (recount === null) return;
  const { compared, different, partlyUpTo } = recount;
  const [first] = different;
  if (partlyUpTo !== '') terminal.say(speak('report.partly', { day: partlyUpTo }));
  if (!first) terminal.say(speak('report.exact', { days: compared }));
  else {
    const where = `${first.day} (${first.pipeline})`;
    terminal.say(speak('report.drift', { days: different.length, first: where }));
  }
}
