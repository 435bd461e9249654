/** `npm run lists`: what waits, what is held back, what is closed tomorrow, what came back and what is overdue. */
import { listLines } from '../app/list-lines.ts';
import type { ListLine } from '../app/list-lines.ts';
import type { Tools } from '../app/ports/tools.ts';
import type { Language } from '../app/ports/texts.ts';
import { gatherLists } from '../app/ticket-lists.ts';
import { pipelineKey } from '../core/policy.ts';
import type { PipelineRef } from '../core/policy.ts';
import { LIST_NAMES } from '../core/ticket-lists.ts';
import type { ListName } from '../core/ticket-lists.ts';
import { refKey } from '../core/ticket.ts';
import type { CommandContext, ExitCode } from './command.ts';
import { withArgs, withTools } from './command.ts';
import { withDemoClock } from './demo-clock.ts';
import { FLAG, orRefused, readOptions, REFUSED, TEXT } from './parsed-args.ts';
import type { Parsed } from './parsed-args.ts';
import { readLanguage } from './pipeline-arg.ts';
import { textTable, wrapped } from './text-table.ts';

interface ListsArgs {
  readonly names: readonly ListName[];
  readonly pipeline: PipelineRef | null;
  readonly json: boolean;
}

const WIDTH = 120;
const INDENT = '    ';

const parseRaw = (argv: readonly string[]) => readOptions(argv, { pipeline: TEXT, json: FLAG });

function readArgs({ values, positionals }: ReturnType<typeof parseRaw>): Parsed<ListsArgs> {
  const { json, pipeline: given } = values;
  const language = readLanguage(values.lang);
  if (language === undefined) return REFUSED;
  if (values.help) return { kind: 'help', language };
  const named = positionals.flatMap((text) => LIST_NAMES.find((name) => name === text) ?? []);
  const pipeline = pipelineOf(given);
  if (named.length !== positionals.length || (given !== undefined && pipeline === null)) {
    return REFUSED;
  }
  const names = named.length > 0 ? named : LIST_NAMES;
  return { kind: 'run', language, args: { names, pipeline, json } };
}

function pipelineOf(text: string | undefined): PipelineRef | null {
  const [, type, category] = /^(\d{1,9}):(\d{1,9})$/.exec(text ?? '') ?? [];
  return type === undefined ? null : { entityTypeId: Number(type), categoryId: Number(category) };
}

/** @param argv arguments after the program's name */
export async function runLists(
  argv: readonly string[],
  context: CommandContext,
): Promise<ExitCode> {
  const parsed = orRefused(() => readArgs(parseRaw(argv)));
  return withArgs(context, parsed, {
    usage: 'lists.usage',
    run: (args, language) =>
      withTools(context, language, {
        run: async (tools, target) => {
          const deps = await withDemoClock(tools.lists(), target);
          return show(args, { ...tools, lists: () => deps }, { context, language });
        },
      }),
  });
}

interface Output {
  readonly context: CommandContext;
  readonly language: Language;
}

async function show(
  { names, pipeline, json }: ListsArgs,
  tools: Tools,
  { context, language }: Output,
): Promise<ExitCode> {
  const { terminal, say } = context;
  const deps = tools.lists();
  const policies = await deps.policies.list(tools.portalId);
  const wanted = policies.filter(
    (policy) => pipeline === null || pipelineKey(policy.pipeline) === pipelineKey(pipeline),
  );
  if (wanted.length === 0 && pipeline !== null) {
    terminal.say(say(language, 'lists.no-policy', { pipeline: pipelineKey(pipeline) }));
    return 1;
  }
  for (const policy of wanted.filter(({ mode }) => mode === 'observe')) {
    terminal.say(say(language, 'lists.observe', { pipeline: pipelineKey(policy.pipeline) }));
  }
  const lists = await gatherLists(tools.portalId, pipeline, deps);
  const linkOf = (line: ListLine): string => deps.tickets.ticketLink(line.ref);
  const read = names.map((name) => ({
    name,
    lines: listLines(lists, name, (key, params) => say(language, key, params)),
  }));
  if (json) {
    const document = read.map(({ name, lines }) => [name, lines.map((l) => entryOf(l, linkOf(l)))]);
    terminal.out(JSON.stringify(Object.fromEntries(document), null, 2));
    return 0;
  }
  for (const { name, lines } of read) {
    terminal.out(`${say(language, `lists.title.${name}`)}: ${lines.length}`);
    const rows =
      lines.length === 0
        ? [say(language, 'lists.none')]
        : tableOf(lines, linkOf, { context, language });
    terminal.out(`${rows.join('\n')}\n`);
  }
  return 0;
}

function entryOf({ ref, cycle, title, assigneeId, pipeline, note }: ListLine, link: string) {
  return {
    ticket: refKey(ref),
    title,
    link,
    pipeline: pipelineKey(pipeline),
    assigneeId,
    cycle,
    note,
  };
}

/** A row of the table, and under it what matters about the ticket. */
function tableOf(
  lines: readonly ListLine[],
  linkOf: (line: ListLine) => string,
  { context, language }: Output,
): readonly string[] {
  const width = context.terminal.columns ?? WIDTH;
  const title = (name: string): string => context.say(language, `lists.column.${name}`);
  const [head = '', ...rows] = textTable(
    [{ title: title('ticket') }, { title: title('assignee') }, { title: title('link') }],
    lines.map((line) => [
      `${refKey(line.ref)}  ${line.title.replaceAll(/\s+/g, ' ')}`,
      line.assigneeId,
      linkOf(line),
    ]),
    width,
  );
  return [
    head,
    ...rows.flatMap((row, index) => [
      row,
      ...wrapped(lines[index]?.note ?? '', width - INDENT.length).map((part) => `${INDENT}${part}`),
    ]),
  ];
}
