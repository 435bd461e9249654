/** `npm run close`: closes many tickets, each by its own verdict, and takes a whole run back. */
import type { MassChoice, MassDeps, MassResult } from '../app/close-many.ts';
import { closeMany } from '../app/close-many.ts';
import type { Language } from '../app/ports/texts.ts';
import type { Tools } from '../app/ports/tools.ts';
import { undoMany } from '../app/undo-many.ts';
import { refKey } from '../core/ticket.ts';
import type { CommandContext, ExitCode } from './command.ts';
import { complain, withArgs, withTools } from './command.ts';
import { FLAG, orRefused, readOptions, REFUSED, TEXT } from './parsed-args.ts';
import type { Parsed } from './parsed-args.ts';
import { readLanguage, readPipeline, readTicketRef } from './pipeline-arg.ts';

type Request =
  | { readonly kind: 'close'; readonly choice: MassChoice }
  | { readonly kind: 'undo'; readonly run: string };

interface CloseArgs {
  readonly json: boolean;
  readonly request: Request;
}

const parseRaw = (argv: readonly string[]) =>
  readOptions(argv, { pipeline: TEXT, stage: TEXT, undo: TEXT, json: FLAG });

function readArgs(raw: ReturnType<typeof parseRaw>): Parsed<CloseArgs> {
  const language = readLanguage(raw.values.lang);
  if (language === undefined) return REFUSED;
  if (raw.values.help) return { kind: 'help', language };
  const request = requestOf(raw);
  if (request === null) return REFUSED;
  return { kind: 'run', language, args: { json: raw.values.json, request } };
}

/** Exactly one way to choose. */
function requestOf({ values, positionals }: ReturnType<typeof parseRaw>): Request | null {
  const { undo, pipeline, stage } = values;
  const ways = [undo !== undefined, pipeline !== undefined, positionals.length > 0];
  if (ways.filter(Boolean).length !== 1) return null;
  if (undo !== undefined) return undo === '' ? null : { kind: 'undo', run: undo };
  if (pipeline !== undefined) {
    const ref = readPipeline(pipeline);
    if (ref === null || stage === undefined || stage === '') return null;
    return { kind: 'close', choice: { kind: 'stage', pipeline: ref, stageId: stage } };
  }
  const refs = positionals.map(readTicketRef);
  const whole = refs.filter((ref) => ref !== null);
  if (stage !== undefined || whole.length !== refs.length) return null;
  return { kind: 'close', choice: { kind: 'tickets', refs: whole } };
}

interface Run {
  readonly context: CommandContext;
  readonly language: Language;
  readonly json: boolean;
  readonly tools: Tools;
  readonly deps: MassDeps;
  readonly speak: (key: string, params?: Readonly<Record<string, string | number>>) => string;
}

/** @param argv arguments after the program's name */
export async function runClose(
  argv: readonly string[],
  context: CommandContext,
): Promise<ExitCode> {
  const parsed = orRefused(() => readArgs(parseRaw(argv)));
  return withArgs(context, parsed, {
    usage: 'close.usage',
    run: ({ request, json }, language) =>
      withTools(context, language, {
        run: async (tools) => {
          if (tools.client === null) {
            complain(context, language, [{ key: 'close.no-secret', params: {} }]);
            return 1;
          }
          const { massClosings } = tools;
          const deps: MassDeps = { ...tools.client(), massClosings };
          const speak: Run['speak'] = (key, params) => context.say(language, key, params);
          const run = { context, language, json, tools, deps, speak };
          return request.kind === 'undo' ? undo(run, request.run) : close(run, request.choice);
        },
      }),
  });
}

function progressOf({ context: { terminal }, speak }: Run, key: string) {
  return (done: number, total: number): void => {
    const line = speak(key, { done, total });
    if (terminal.redraw) terminal.redraw(line);
    else terminal.say(line);
  };
}

async function close(run: Run, choice: MassChoice): Promise<ExitCode> {
  const { context, json, tools, deps, speak } = run;
  const { terminal } = context;
  const report = await closeMany(tools.portalId, choice, deps, progressOf(run, 'close.progress'));
  terminal.redraw?.('');
  const { results } = report;
  const closed = results.filter(({ fate }) => fate.kind === 'closed').length;
  if (json) terminal.out(JSON.stringify(report, null, 2));
  else for (const line of results.flatMap((result) => linesOf(result, run))) terminal.out(line);
  if (results.length === 0) terminal.say(speak('close.none'));
  const total = results.length;
  terminal.say(speak('close.total', { total, closed, left: total - closed }));
  if (closed > 0) terminal.say(speak('close.undo-hint', { run: report.run }));
  return closed === total ? 0 : 1;
}

function linesOf(
  { ref, title, fate }: MassResult,
  { deps, language, speak }: Run,
): readonly string[] {
  const result = speak(`close.fate.${fate.kind}`);
  const gaps = fate.kind === 'not-ready' ? fate.gaps : [];
  return [
    speak('close.line', { ticket: refKey(ref), result, title }).trimEnd(),
    ...gaps.map((gap) => speak('close.gap', { gap: deps.texts.gap(language, gap) })),
  ];
}

async function undo(run: Run, id: string): Promise<ExitCode> {
  const { context, json, tools, deps, speak } = run;
  const { terminal } = context;
  const progress = progressOf(run, 'close.undo.progress');
  const results = await undoMany(tools.portalId, id, deps, progress);
  terminal.redraw?.('');
  if (results === null) {
    terminal.say(speak('close.undo.unknown', { run: id }));
    return 1;
  }
  const undone = results.filter(({ fate }) => fate === 'undone').length;
  if (json) terminal.out(JSON.stringify({ run: id, results }, null, 2));
  else {
    for (const { ref, title, fate } of results) {
      const result = speak(`close.undo.${fate}`);
      terminal.out(speak('close.line', { ticket: refKey(ref), result, title }).trimEnd());
    }
  }
  terminal.say(speak('close.undo.total', { undone, total: results.length }));
  return undone === results.length ? 0 : 1;
}
