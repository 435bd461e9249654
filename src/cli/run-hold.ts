/** `npm run hold`: puts a ticket on hold, or takes the pause back. */
import { parseArgs } from 'node:util';
import type { ClientDeps } from '../app/client-deps.ts';
import { holdTicket } from '../app/hold-ticket.ts';
import type { HoldRequest } from '../app/hold-ticket.ts';
import type { Language } from '../app/ports/texts.ts';
import { MAX_HOLD_DAYS, MAX_REASON_CHARACTERS } from '../core/hold.ts';
import type { TicketRef } from '../core/ticket.ts';
import { refKey } from '../core/ticket.ts';
import type { CommandContext, ExitCode } from './command.ts';
import { complain, withTools } from './command.ts';
import { withDemoClock } from './demo-clock.ts';

export type HoldArgs =
  | {
      readonly kind: 'run';
      readonly ref: TicketRef;
      readonly request: HoldRequest;
      readonly json: boolean;
      readonly language: Language | null;
    }
  | { readonly kind: 'help'; readonly language: Language | null }
  | { readonly kind: 'refused' };

const REFUSED = { kind: 'refused' } as const;
const LIMITS = { days: MAX_HOLD_DAYS, limit: MAX_REASON_CHARACTERS };

function parseRaw(argv: readonly string[]) {
  return parseArgs({
    args: [...argv],
    strict: true,
    allowPositionals: true,
    options: {
      until: { type: 'string' },
      reason: { type: 'string' },
      off: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      lang: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
}
type Raw = ReturnType<typeof parseRaw>;

function readArgs({ values, positionals }: Raw): HoldArgs {
  const { lang, json } = values;
  if (lang !== undefined && lang !== 'ru' && lang !== 'en') return REFUSED;
  const language = lang ?? null;
  if (values.help) return { kind: 'help', language };
  const [, type, id] = /^(\d{1,9}):(\d{1,15})$/.exec(positionals[0] ?? '') ?? [];
  const request = requestOf(values);
  if (type === undefined || positionals.length !== 1 || request === null) return REFUSED;
  return {
    kind: 'run',
    ref: { entityTypeId: Number(type), id: Number(id) },
    request,
    json,
    language,
  };
}

/** Either a pause with its end and reason, or its end: never both. */
function requestOf({ off, until, reason }: Raw['values']): HoldRequest | null {
  if (off) return until === undefined && reason === undefined ? { kind: 'off' } : null;
  return until === undefined || reason === undefined ? null : { kind: 'hold', until, reason };
}

export function parseHoldArgs(argv: readonly string[]): HoldArgs {
  try {
    return readArgs(parseRaw(argv));
  } catch {
    return REFUSED;
  }
}

/** @param argv arguments after the program's name */
export async function runHold(argv: readonly string[], context: CommandContext): Promise<ExitCode> {
  const args = parseHoldArgs(argv);
  if (args.kind === 'refused') {
    complain(context, context.language, [{ key: 'hold.usage', params: LIMITS }]);
    return 2;
  }
  const language = args.language ?? context.language;
  if (args.kind === 'help') {
    context.terminal.out(context.say(language, 'hold.usage', LIMITS));
    return 0;
  }
  return withTools(context, language, {
    run: async (tools, target) => {
      const client = tools.client === null ? null : await withDemoClock(tools.client(), target);
      return carryOut(args, { portalId: tools.portalId, client }, context, language);
    },
  });
}

async function carryOut(
  { ref, request, json }: Extract<HoldArgs, { kind: 'run' }>,
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
