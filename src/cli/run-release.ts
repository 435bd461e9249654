/** `npm run release`: tickets that wait for a version of the product, and telling their clients that it is out. */
import type { ClientDeps } from '../app/client-deps.ts';
import { SKIP_REASONS } from '../app/ports/runs.ts';
import type { Tools } from '../app/ports/tools.ts';
import { releaseProduct, ticketsOfRelease, waitingForRelease } from '../app/release-product.ts';
import type {
  PipelineChoice,
  Release,
  ReleasedTicket,
  ReleaseFate,
  WaitingTicket,
} from '../app/release-product.ts';
import { refKey } from '../core/ticket.ts';
import type { CommandContext, ExitCode } from './command.ts';
import { complain, withArgs, withTools } from './command.ts';
import { FLAG, orRefused, readOptions, REFUSED, TEXT } from './parsed-args.ts';
import type { Parsed } from './parsed-args.ts';
import { isYes, readLanguage, readPipeline } from './pipeline-arg.ts';

type Request = { readonly kind: 'list' } | { readonly kind: 'release'; readonly release: Release };

interface ReleaseArgs {
  readonly request: Request;
  readonly pipeline: PipelineChoice;
  readonly json: boolean;
  readonly yes: boolean;
}

const parseRaw = (argv: readonly string[]) =>
  readOptions(argv, { instruction: TEXT, pipeline: TEXT, yes: FLAG, json: FLAG });

function readArgs({ values, positionals }: ReturnType<typeof parseRaw>): Parsed<ReleaseArgs> {
  const language = readLanguage(values.lang);
  if (language === undefined) return REFUSED;
  if (values.help) return { kind: 'help', language };
  const pipeline = values.pipeline === undefined ? null : readPipeline(values.pipeline);
  const [word = '', ...more] = positionals;
  if (more.length > 0 || (values.pipeline !== undefined && pipeline === null)) return REFUSED;
  const request = requestOf(word.trim(), (values.instruction ?? '').trim(), pipeline);
  if (request === null) return REFUSED;
  const { json, yes } = values;
  return { kind: 'run', language, args: { request, pipeline, json, yes } };
}

function requestOf(word: string, instruction: string, pipeline: PipelineChoice): Request | null {
  if (word === 'list') return instruction === '' ? { kind: 'list' } : null;
  if (word === '' || instruction === '') return null;
  return { kind: 'release', release: { version: word, instruction, pipeline } };
}

interface Run {
  readonly context: CommandContext;
  readonly args: ReleaseArgs;
  readonly tools: Tools;
  readonly deps: ClientDeps;
  readonly speak: (key: string, params?: Readonly<Record<string, string | number>>) => string;
}

/** @param argv arguments after the program's name */
export async function runRelease(
  argv: readonly string[],
  context: CommandContext,
): Promise<ExitCode> {
  const parsed = orRefused(() => readArgs(parseRaw(argv)));
  return withArgs(context, parsed, {
    usage: 'release.usage',
    run: (args, language) =>
      withTools(context, language, {
        run: async (tools) => {
          if (tools.client === null) {
            complain(context, language, [{ key: 'release.no-secret', params: {} }]);
            return 1;
          }
          const speak: Run['speak'] = (key, params) => context.say(language, key, params);
          const run = { context, args, tools, deps: tools.client(), speak };
          const { request } = args;
          return request.kind === 'list' ? list(run) : release(run, request.release);
        },
      }),
  });
}

async function list({ context, args, tools, deps, speak }: Run): Promise<ExitCode> {
  const { terminal } = context;
  const versions = await waitingForRelease(tools.portalId, args.pipeline, deps);
  if (args.json) {
    terminal.out(JSON.stringify(versions, null, 2));
    return 0;
  }
  if (versions.length === 0) terminal.out(speak('release.none'));
  for (const { version, tickets } of versions) {
    const name = version === '' ? speak('release.no-version') : version;
    terminal.out(speak('release.group', { version: name, count: tickets.length }));
    for (const ticket of tickets) terminal.out(lineOf(ticket, speak));
  }
  return 0;
}

function lineOf({ ref, title, link }: WaitingTicket, speak: Run['speak']): string {
  return speak('release.ticket', { ticket: refKey(ref), title, link });
}

async function release(run: Run, order: Release): Promise<ExitCode> {
  const { context, args, tools, deps, speak } = run;
  const { terminal } = context;
  const tickets = await ticketsOfRelease(tools.portalId, order, deps);
  if (tickets.length === 0) {
    if (args.json) terminal.out('[]');
    terminal.say(speak('release.none-of', { version: order.version }));
    return 0;
  }
  const refused = await refusal(run, tickets);
  if (refused !== null) return refused;
  const progress = (done: number, total: number): void => {
    const line = speak('release.progress', { done, total });
    if (terminal.redraw) terminal.redraw(line);
    else if (done === total || done % 10 === 0) terminal.say(line);
  };
  const released = await releaseProduct(
    tools.portalId,
    { release: order, tickets },
    deps,
    progress,
  );
  terminal.redraw?.('');
  report(released, run);
  return released.some(({ fate }) => TO_REPEAT.includes(fate)) ? 1 : 0;
}

const TO_REPEAT: readonly ReleaseFate[] = ['fault', 'busy', 'refused'];

/** Shows whom it concerns and asks; null when it may go on. */
async function refusal(
  { context: { terminal }, args, speak }: Run,
  tickets: readonly WaitingTicket[],
): Promise<ExitCode | null> {
  if (args.yes) return null;
  for (const ticket of tickets) terminal.say(lineOf(ticket, speak));
  if (!terminal.ask) {
    terminal.say(speak('release.need-yes'));
    return 2;
  }
  if (isYes(await terminal.ask(speak('release.ask', { count: tickets.length })))) return null;
  terminal.say(speak('release.cancelled'));
  return 0;
}

function report(released: readonly ReleasedTicket[], { context, args, speak }: Run): void {
  const { terminal } = context;
  if (args.json) {
    terminal.out(JSON.stringify(released, null, 2));
    return;
  }
  for (const { ref, fate, title } of released) {
    const params = { ticket: refKey(ref), fate: speak(fateKey(fate)), title };
    terminal.out(speak('release.result', params));
  }
  const sent = released.filter(({ fate }) => fate === 'sent').length;
  terminal.say(speak('release.done', { sent, total: released.length }));
}

const OWN_WORDS: readonly ReleaseFate[] = [
  'sent',
  'done',
  'refused',
  'outside-hours',
  'fault',
  'busy',
  'not-wanted',
];

function fateKey(fate: ReleaseFate): string {
  const reason = SKIP_REASONS.find((one) => one === fate);
  return reason === undefined || OWN_WORDS.includes(fate)
    ? `release.fate.${fate}`
    : `run.why.${reason}`;
}
