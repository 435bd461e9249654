/** `npm run hold`: puts a ticket on hold, or takes the pause back. */
import type { ClientDeps } from '../app/client-deps.ts';
import { holdTicket } from '../app/hold-ticket.ts';
import type { HoldRequest } from '../app/hold-ticket.ts';
import type { Language } from '../app/ports/texts.ts';
import { MAX_HOLD_DAYS, MAX_REASON_CHARACTERS } from '../core/hold.ts';
import type { TicketRef } from '../core/ticket.ts';
import { refKey } from '../core/ticket.ts';
import type { CommandContext, ExitCode } from './command.ts';
import { withArgs, withTools } from './command.ts';
import { withDemoClock } from './demo-clock.ts';
import { FLAG, orRefused, readOptions, REFUSED, TEXT } from './parsed-args.ts';
import type { Parsed } from './parsed-args.ts';
import { readLanguage } from './pipeline-arg.ts';

interface HoldArgs {
  readonly ref: TicketRef;
  readonly request: HoldRequest;
  readonly json: boolean;
}

const LIMITS = { days: MAX_HOLD_DAYS, limit: MAX_REASON_CHARACTERS };

const parseRaw = (argv: readonly string[]) =>
  readOptions(argv, { until: TEXT, reason: TEXT, off: FLAG, json: FLAG });
type Raw = ReturnType<typeof parseRaw>;

function readArgs({ values, positionals }: Raw): Parsed<HoldArgs> {
  const language = readLanguage(values.lang);
  if (language === undefined) return REFUSED;
  if (values.help) return { kind: 'help', language };
  const [, type, id] = /^(\d{1,9}):(\d{1,15})$/.exec(positionals[0] ?? '') ?? [];
  const request = requestOf(values);
  if (type === undefined || positionals.length !== 1 || request === null) return REFUSED;
  const ref = { entityTypeId: Number(type), id: Number(id) };
  return { kind: 'run', language, args: { ref, request, json: values.json } };
}

/** Either a pause with its end and reason, or its end: never both. */
function requestOf({ off, until, reason }: Raw['values']): HoldRequest | null {
  if (off) return until === undefined && reason === undefined ? { kind: 'off' } : null;
  return until === undefined || reason === undefined ? null : { kind: 'hold', until, reason };
}

/** @param argv arguments after the program's name */
export async function runHold(argv: readonly string[], context: CommandContext): Promise<ExitCode> {
  const parsed = orRefused(() => readArgs(parseRaw(argv)));
  return withArgs(context, parsed, {
    usage: 'hold.usage',
    usageParams: LIMITS,
    run: (args, language) =>
      withTools(context, language, {
        run: async (tools, target) => {
          const client = tools.client === null ? null : await withDemoClock(tools.client(), target);
          return carryOut(args, { portalId: tools.portalId, client }, context, language);
        },
      }),
  });
}

async function carryOut(
  { ref, request, json }: HoldArgs,
  tools: { readonly portalId: string; readonly client: ClientDeps | null },
  { terminal, say }: CommandContext,
  language: Language,
): Promise<ExitCode> {
  if (tools.client === null) {
    terminal.say(say(language, 'hold.no-secret'));
    return 1;
  }
  const result = await holdTicket(tools.portalId, { ref, cycle: null }, request, tools.client);
  if (json) terminal.out(JSON.stringify({ ticket: refKey(ref), ...result }, null, 2));
  if (result.kind === 'refused') {
    for (const problem of result.problems)
      terminal.say(say(language, `hold.problem.${problem}`, LIMITS));
    return 2;
  }
  const until = result.kind === 'held' ? result.untilText : '';
  terminal.say(say(language, `hold.${result.kind}`, { ticket: refKey(ref), until }));
  return result.kind === 'held' || result.kind === 'ended' || result.kind === 'not-held' ? 0 : 1;
}
