/** The newest letters and our calls of a ticket, from CRM activities (types 4 and 2, PORTAL 5.4). */
import type { TicketHead } from '../app/ports/tickets.ts';
import type { Conversation, Instant } from '../core/ticket.ts';
import { refKey } from '../core/ticket.ts';
import type { BatchCommand } from './batch-command.ts';
import { ORIGINATOR } from './delivery-attempt.ts';
import { failureOf } from './open-tasks.ts';
import { bindingsOf, isCut, ownerOf } from './owner-groups.ts';
import type { OwnerGroup } from './owner-groups.ts';
import { instantOf, integerOf, rowsOf, textOf } from './read-value.ts';
import type { Json } from './read-value.ts';
import type { CommandResult } from './unwrap.ts';

const CALL = 2;
const LETTER = 4;
const INCOMING = 1;
const OUTGOING = 2;

/** A part of the conversation as one channel shows it. */
export type ChannelPart = Conversation | 'unreadable' | 'unavailable';

export const SILENCE: Conversation = { lastClientMessageAt: null, lastOurAnswerAt: null };

export function letterCommands(group: OwnerGroup): readonly BatchCommand[] {
  const command = (key: string, which: Readonly<Record<string, number>>): BatchCommand => ({
    key,
    method: 'crm.activity.list',
    params: {
      filter: { ...which, BINDINGS: bindingsOf(group) },
      order: { ID: 'DESC' },
      select: [
        'ID',
        'OWNER_ID',
        'OWNER_TYPE_ID',
        'TYPE_ID',
        'DIRECTION',
        'COMPLETED',
        'CREATED',
        'START_TIME',
        'ORIGINATOR_ID',
      ],
      start: 0,
    },
  });
  return [
    command(`${group.key}in`, { TYPE_ID: LETTER, DIRECTION: INCOMING }),
    command(`${group.key}out`, { TYPE_ID: LETTER, DIRECTION: OUTGOING }),
    command(`${group.key}call`, { TYPE_ID: CALL, DIRECTION: OUTGOING }),
  ];
}

export interface LetterAnswer {
  readonly parts: ReadonlyMap<string, ChannelPart>;
  readonly doubtful: readonly TicketHead[];
}

export function readLetters(
  group: OwnerGroup,
  answers: ReadonlyMap<string, CommandResult>,
): LetterAnswer {
  const results = ['in', 'out', 'call'].map((end) => answers.get(`${group.key}${end}`));
  const failures = results.map(failureOf);
  const why = failures.find((f) => f === 'unreadable') ?? failures.find((f) => f !== null);
  if (why) {
    return { parts: new Map(group.heads.map((head) => [refKey(head.ref), why])), doubtful: [] };
  }
  const parts = new Map<string, Conversation>(
    group.heads.map((head) => [refKey(head.ref), SILENCE]),
  );
  let doubtful = false;
  for (const result of results) {
    if (!result?.ok) continue;
    const rows = rowsOf(result.value);
    // Rows come newest first: for a single ticket the first page holds the newest, for a group it may not.
    doubtful ||= group.heads.length > 1 && isCut(result, rows.length);
    for (const row of rows) {
      const owner = ownerOf(group, row);
      if (owner === null) doubtful = true;
      else parts.set(owner, newer(parts.get(owner) ?? SILENCE, row));
    }
  }
  return { parts, doubtful: doubtful ? group.heads : [] };
}

function newer(known: Conversation, row: Json): Conversation {
  const at = instantOf(row['CREATED']) ?? instantOf(row['START_TIME']);
  const type = integerOf(row['TYPE_ID']);
  const incoming = integerOf(row['DIRECTION']) === INCOMING;
  if (at === null) return known;
  if (type === LETTER && incoming) {
    return { ...known, lastClientMessageAt: later(known.lastClientMessageAt, at) };
  }
  // A planned call or an unsent letter answers nobody, and neither does the app's own request.
  const done = textOf(row['COMPLETED']) !== 'N' && textOf(row['ORIGINATOR_ID']) !== ORIGINATOR;
  const ours = (type === LETTER || type === CALL) && !incoming && done;
  return ours ? { ...known, lastOurAnswerAt: later(known.lastOurAnswerAt, at) } : known;
}

export function later(one: Instant | null, other: Instant | null): Instant | null {
  if (one === null || other === null) return one ?? other;
  return Math.max(one, other);
}
