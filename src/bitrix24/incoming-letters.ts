/** Letters from clients: incoming e-mail activities, and the waiting tickets they are about (PORTAL 5.3, 5.4). */
import type { IncomingMessage } from '../app/ports/client.ts';
import type { Priority } from '../app/ports/runtime.ts';
import type { TicketHead } from '../app/ports/tickets.ts';
import type { Instant, TicketRef } from '../core/ticket.ts';
import { refKey } from '../core/ticket.ts';
import type { BatchCommand, ParamValue } from './batch-command.ts';
import { readBatch } from './owner-groups.ts';
import type { PortalClient } from './portal-client.ts';
import { instantOf, integerOf, isoOf, rowsOf, textOf } from './read-value.ts';
import type { Json } from './read-value.ts';
import { DEAL } from './stage-places.ts';
import { listCards, readTicketClients } from './ticket-clients.ts';
import type { ClientKey } from './ticket-clients.ts';
import { valueOf } from './unwrap.ts';
import type { CommandResult } from './unwrap.ts';

const LETTER = 4;
const INCOMING = 1;
const PAGE = 50;

export interface Letter {
  readonly id: number;
  readonly at: Instant;
  readonly owner: TicketRef;
  readonly subject: string;
  readonly text: string;
  readonly fromAddress: string;
  /** Owner and correspondents, `3:101`. */
  readonly parties: readonly ClientKey[];
}

/** The incoming letters among these activities, and the ids of those that were read and are none. */
export async function lettersById(
  client: PortalClient,
  ids: readonly number[],
): Promise<{ readonly letters: readonly Letter[]; readonly others: readonly number[] }> {
  const commands: BatchCommand[] = [];
  for (let from = 0; from < ids.length; from += PAGE) {
    commands.push(listCommand(`a${from}`, { '@ID': ids.slice(from, from + PAGE) }));
  }
  const answers = await readBatch(client, commands, 'live');
  const rows = commands.flatMap(({ key }) =>
    rowsOf(valueOf('crm.activity.list', answers.get(key) ?? NO_ANSWER)),
  );
  const letters = unique(rows.flatMap(letterOf));
  const others = rows
    .filter((row) => !isIncomingLetter(row))
    .flatMap((row) => integerOf(row['ID']) ?? []);
  return { letters, others };
}

/** All letters that came in from an instant on, by the portal's clock; one request per 50. */
export async function lettersSince(
  client: PortalClient,
  since: Instant,
  priority: Priority,
): Promise<readonly Letter[]> {
  const letters: Letter[] = [];
  const which = { TYPE_ID: LETTER, DIRECTION: INCOMING, '>=CREATED': isoOf(since) };
  for (let last = 0; ;) {
    const command = listCommand('a', { ...which, '>ID': last });
    const result = await client.call(command.method, command.params, { priority, write: false });
    const rows = rowsOf(valueOf(command.method, result));
    letters.push(...rows.flatMap(letterOf));
    const newest = Math.max(0, ...rows.map((row) => integerOf(row['ID']) ?? 0));
    if (rows.length < PAGE || newest <= last) break;
    last = newest;
  }
  return unique(letters).filter(({ at }) => isFrom(at, since));
}

/** Portal times are whole seconds: what came in the second of `since` is told again rather than lost. */
export function isFrom(at: Instant, since: Instant): boolean {
  return at >= Math.floor(since / 1000) * 1000;
}

/** Addresses come only when they are asked for beside everything else (crm.activity.get docs). */
function listCommand(key: string, filter: Readonly<Record<string, ParamValue>>): BatchCommand {
  const params = { filter, order: { ID: 'ASC' }, select: ['*', 'COMMUNICATIONS'], start: 0 };
  return { key, method: 'crm.activity.list', params };
}

const NO_ANSWER: CommandResult = { ok: false, code: 'INTERNAL_SERVER_ERROR', httpStatus: 0 };

const isIncomingLetter = (row: Json): boolean =>
  integerOf(row['TYPE_ID']) === LETTER && integerOf(row['DIRECTION']) === INCOMING;

function letterOf(row: Json): readonly Letter[] {
  const id = integerOf(row['ID']);
  const at = instantOf(row['CREATED']) ?? instantOf(row['START_TIME']);
  if (id === null || at === null || !isIncomingLetter(row)) return [];
  const owner = {
    entityTypeId: integerOf(row['OWNER_TYPE_ID']) ?? 0,
    id: integerOf(row['OWNER_ID']) ?? 0,
  };
  const talkers = rowsOf(row['COMMUNICATIONS']);
  const parties = talkers.map(
    (one) => `${integerOf(one['ENTITY_TYPE_ID']) ?? 0}:${integerOf(one['ENTITY_ID']) ?? 0}`,
  );
  const addresses = talkers.map((one) => textOf(one['VALUE']));
  return [
    {
      id,
      at,
      owner,
      subject: textOf(row['SUBJECT']),
      text: textOf(row['DESCRIPTION']),
      fromAddress: addresses.find((address) => address.includes('@')) ?? '',
      parties: [refKey(owner), ...parties],
    },
  ];
}

function unique(letters: readonly Letter[]): readonly Letter[] {
  return [...new Map(letters.map((letter) => [letter.id, letter])).values()];
}

/** One message per letter and ticket: by the letter's owner or binding, else by the client who wrote it. */
export async function matchLetters(
  client: PortalClient,
  letters: readonly Letter[],
  waiting: readonly TicketHead[],
  priority: Priority,
): Promise<readonly IncomingMessage[]> {
  const byRef = new Map(waiting.map((head) => [refKey(head.ref), head]));
  const owned = letters.filter(({ owner }) => byRef.has(refKey(owner)));
  const others = letters.filter(({ owner }) => !byRef.has(refKey(owner)));
  const guesses = await ticketsOfClients(client, others, waiting, priority);
  const bound = await boundPairs(client, guesses, priority);
  return [
    ...owned.map((letter) => messageOf(letter, letter.owner)),
    ...guesses.flatMap((guess) =>
      meant(guess, bound).map((head) => messageOf(guess.letter, head.ref)),
    ),
  ];
}

function messageOf(letter: Letter, ref: TicketRef): IncomingMessage {
  const { id, at, subject, text, fromAddress } = letter;
  return { source: `activity:${id}`, ref, at, channel: 'email', subject, text, fromAddress };
}

/** A letter and the waiting tickets of whoever wrote it. */
interface Guess {
  readonly letter: Letter;
  readonly heads: readonly TicketHead[];
}

async function ticketsOfClients(
  client: PortalClient,
  letters: readonly Letter[],
  waiting: readonly TicketHead[],
  priority: Priority,
): Promise<readonly Guess[]> {
  if (letters.length === 0 || waiting.length === 0) return [];
  const refs = waiting.map((head) => head.ref);
  const clients = await readTicketClients(client, refs, priority);
  const headsOf = (key: ClientKey): readonly TicketHead[] =>
    waiting.filter((head) => clients.get(refKey(head.ref))?.includes(key));
  const guesses = letters.map((letter) => ({ letter, heads: letter.parties.flatMap(headsOf) }));
  const strangers = guesses.filter(
    ({ letter, heads }) => heads.length === 0 && letter.fromAddress !== '',
  );
  if (strangers.length === 0) return guesses;
  // The portal may have filed the letter under another card with the same address.
  const everybody = [...new Set([...clients.values()].flat())];
  const cards = await listCards(client, everybody, priority);
  return guesses.map(({ letter, heads }) => {
    if (heads.length > 0) return { letter, heads };
    const from = letter.fromAddress.toLowerCase();
    const writers = cards.filter((card) => card.addresses.some((a) => a.toLowerCase() === from));
    return { letter, heads: writers.flatMap((card) => headsOf(refKey(card))) };
  });
}

/** `activity:15 2:759` for each letter that is bound to the ticket besides its main owner. */
async function boundPairs(
  client: PortalClient,
  guesses: readonly Guess[],
  priority: Priority,
): Promise<ReadonlySet<string>> {
  const letterIds = new Map<string, { ref: TicketRef; ids: number[] }>();
  for (const { letter, heads } of guesses) {
    for (const { ref } of heads) {
      const asked = letterIds.get(refKey(ref)) ?? { ref, ids: [] };
      letterIds.set(refKey(ref), { ref, ids: [...asked.ids, letter.id] });
    }
  }
  const commands = [...letterIds.values()].map(({ ref, ids }) => ({
    key: `b${ref.entityTypeId}i${ref.id}`,
    method: 'crm.activity.list',
    params: {
      filter: {
        '@ID': ids,
        BINDINGS: [{ OWNER_TYPE_ID: ref.entityTypeId, OWNER_ID: ref.id }],
      },
      select: ['ID'],
      start: 0,
    },
  }));
  const answers = await readBatch(client, commands, priority);
  const pairs = [...letterIds.values()].flatMap(({ ref }) =>
    rowsOf(
      valueOf('crm.activity.list', answers.get(`b${ref.entityTypeId}i${ref.id}`) ?? NO_ANSWER),
    ).map((row) => pairKey(integerOf(row['ID']) ?? 0, ref)),
  );
  return new Set(pairs);
}

const pairKey = (letterId: number, ref: TicketRef): string => `${letterId} ${refKey(ref)}`;

/**
 * The tickets a client's letter is about. Where it names none it may be about each of them: rather ask an agent once
 * too often than close a ticket over an answer.
 */
function meant(guess: Guess, bound: ReadonlySet<string>): readonly TicketHead[] {
  const { letter } = guess;
  const heads = [...new Map(guess.heads.map((head) => [refKey(head.ref), head])).values()];
  const tied = heads.filter((head) => bound.has(pairKey(letter.id, head.ref)));
  if (tied.length > 0) return tied;
  // Filed under another ticket, it is about that one.
  if (isTicket(letter.owner)) return [];
  const named = heads.filter((head) => names(letter.subject, head.ref.id));
  return named.length > 0 ? named : heads;
}

const isTicket = ({ entityTypeId }: TicketRef): boolean =>
  entityTypeId === DEAL || entityTypeId >= 128;

function names(subject: string, id: number): boolean {
  return subject.split(/\D+/).includes(String(id));
}
