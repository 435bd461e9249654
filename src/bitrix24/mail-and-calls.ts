/** The newest letters and our calls of a ticket, from CRM activities (types 4 and 2, PORTAL 5.4). */
import type { FactsAsOf, TicketHead } from '../app/ports/tickets.ts';
import type { Conversation, Instant } from '../core/ticket.ts';
import { refKey } from '../core/ticket.ts';
import type { BatchCommand } from './batch-command.ts';
import { ORIGINATOR } from './delivery-attempt.ts';
import { failureOf } from './open-tasks.ts';
import { activitiesOf, isCut, isThen, ownerOf } from './owner-groups.ts';
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

const SHOWN = [
  'ID',
  'OWNER_ID',
  'OWNER_TYPE_ID',
  'TYPE_ID',
  'DIRECTION',
  'COMPLETED',
  'CREATED',
  'START_TIME',
  'ORIGINATOR_ID',
];

export function letterCommands(group: OwnerGroup): readonly BatchCommand[] {
  const command = (end: string, which: Readonly<Record<string, number>>): BatchCommand =>
    activitiesOf(group, end, which, SHOWN);
  return [
    command('in', { TYPE_ID: LETTER, DIRECTION: INCOMING }),
    command('out', { TYPE_ID: LETTER, DIRECTION: OUTGOING }),
    command('call', { TYPE_ID: CALL, DIRECTION: OUTGOING }),
  ];
}

export interface LetterAnswer {
  readonly parts: ReadonlyMap<string, ChannelPart>;
  readonly doubtful: readonly TicketHead[];
}

export function readLetters(
  group: OwnerGroup,
  answers: ReadonlyMap<string, CommandResult>,
  asOf: FactsAsOf = 'now',
): LetterAnswer {
  const results = ['in', 'out', 'call'].map((end) => answers.get(`${group.key}${end}`));
  const failures = results.map(failureOf);
  const why = failures.find((f) => f === 'unreadable') ?? failures.find((f) => f !== null);
  if (why) {
    return { parts: new Map(group.heads.map((head) => [refKey(head.ref), why])), doubtful: [] };
  }
  const known: Known = {
    heads: new Map(group.heads.map((head) => [refKey(head.ref), head])),
    parts: new Map(group.heads.map((head) => [refKey(head.ref), SILENCE])),
  };
  const read = results.map((one) => (one?.ok ? collect(group, one, known, asOf) : 'read'));
  if (read.includes('too-late')) {
    return { parts: new Map(group.heads.map((h) => [refKey(h.ref), 'unavailable'])), doubtful: [] };
  }
  return { parts: known.parts, doubtful: read.includes('doubtful') ? group.heads : [] };
}

interface Known {
  readonly heads: ReadonlyMap<string, TicketHead>;
  readonly parts: Map<string, Conversation>;
}

/**
 * Files the rows by ticket. `doubtful`: some may belong to a ticket and not be seen; `too-late`: later letters fill
 * the whole page of a single ticket, so that the portal does not tell of that day any more.
 */
function collect(
  group: OwnerGroup,
  result: CommandResult & { ok: true },
  { heads, parts }: Known,
  asOf: FactsAsOf,
): 'read' | 'doubtful' | 'too-late' {
  const rows = rowsOf(result.value);
  const cut = isCut(result, rows.length);
  // Rows come newest first: for a single ticket the first page holds the newest, for a group it may not.
  let doubtful = group.heads.length > 1 && cut;
  let kept = 0;
  for (const row of rows) {
    const head = heads.get(ownerOf(group, row) ?? '');
    doubtful ||= !head;
    if (!head || !isThen(momentOf(row), head, asOf)) continue;
    kept += 1;
    const key = refKey(head.ref);
    parts.set(key, newer(parts.get(key) ?? SILENCE, row));
  }
  if (doubtful) return 'doubtful';
  return cut && kept === 0 ? 'too-late' : 'read';
}

function momentOf(row: Json): Instant | null {
  return instantOf(row['CREATED']) ?? instantOf(row['START_TIME']);
}

function newer(known: Conversation, row: Json): Conversation {
  const at = momentOf(row);
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
