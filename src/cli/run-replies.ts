/** `npm run replies`: what clients sent and the app took for no answer, and taking that back. */
import type { SuppressedReply } from '../app/ports/client.ts';
import type { Language } from '../app/ports/texts.ts';
import type { Tools } from '../app/ports/tools.ts';
import { undoSuppressed } from '../app/undo-suppressed.ts';
import { refKey } from '../core/ticket.ts';
import { localTime, parseActionArgs } from './action-args.ts';
import type { CommandContext, ExitCode } from './command.ts';
import { withArgs, withTools } from './command.ts';
import { REFUSED } from './parsed-args.ts';

const ACTIONS = ['list', 'undo'] as const;
/** The ledger keeps no more. */
const ALL = 5000;
const SHOWN = 50;

interface Run {
  readonly context: CommandContext;
  readonly language: Language;
}

/** @param argv arguments after the program's name */
export async function runReplies(
  argv: readonly string[],
  context: CommandContext,
): Promise<ExitCode> {
  return withArgs(context, parse(argv), {
    usage: 'replies.usage',
    run: ({ rest: [id], json }, language) => {
      const run = { context, language };
      return withTools(context, language, {
        run: async (tools) =>
          id === undefined ? list(run, tools, json) : undo(run, tools, { id, json }),
      });
    },
  });
}

function parse(argv: readonly string[]) {
  const parsed = parseActionArgs(argv, ACTIONS);
  if (parsed.kind !== 'run') return parsed;
  const { action, rest } = parsed.args;
  return rest.length === (action === 'undo' ? 1 : 0) ? parsed : REFUSED;
}

async function list({ context, language }: Run, tools: Tools, json: boolean): Promise<ExitCode> {
  const { terminal, say } = context;
  const replies = await tools.suppressed.list(tools.portalId, ALL);
  if (json) {
    terminal.out(JSON.stringify(replies, null, 2));
    return 0;
  }
  for (const reply of replies.slice(0, SHOWN)) terminal.out(lineOf(reply, context, language));
  if (replies.length === 0) terminal.out(say(language, 'replies.none'));
  const total = replies.length;
  if (total > SHOWN) terminal.say(say(language, 'replies.shown', { shown: SHOWN, total }));
  terminal.say(say(language, 'replies.stored'));
  return 0;
}

function lineOf(reply: SuppressedReply, { say }: CommandContext, language: Language): string {
  return say(language, 'replies.line', {
    at: localTime(reply.at),
    ticket: refKey(reply.ref),
    kind: say(language, `replies.kind.${reply.kind}`),
    rule: reply.rule,
    source: reply.source,
    id: reply.id,
  });
}

async function undo(
  { context, language }: Run,
  tools: Tools,
  { id, json }: { readonly id: string; readonly json: boolean },
): Promise<ExitCode> {
  const { terminal, say } = context;
  if (tools.client === null) {
    terminal.say(say(language, 'replies.no-secret'));
    return 1;
  }
  const undone = await undoSuppressed(tools.portalId, id, tools.client());
  const ticket = undone.kind === 'unknown' ? '' : refKey(undone.reply.ref);
  if (json) terminal.out(JSON.stringify(undone, null, 2));
  terminal.say(say(language, `replies.${undone.kind}`, { id, ticket }));
  return undone.kind === 'unknown' ? 1 : 0;
}
