/** Every ticket that moved since an instant, complete or an error (PORTAL 3.4). */
import type { MovedQuery, TicketHead } from '../app/ports/tickets.ts';
import type { Priority } from '../app/ports/runtime.ts';
import { refKey } from '../core/ticket.ts';
import { AppError } from '../errors.ts';
import type { BatchCommand, Params } from './batch-command.ts';
import type { ParentLinks } from './child-tickets.ts';
import { isoOf, recordOf, rowsOf } from './read-value.ts';
import type { Json } from './read-value.ts';
import type { PortalClient } from './portal-client.ts';
import { readHead, selectFor } from './ticket-fields.ts';
import { valueOf } from './unwrap.ts';
import type { CommandResult } from './unwrap.ts';

const PAGE = 50;
/** How often a listing is begun again because tickets moved under it. */
const MAX_ROUNDS = 3;
/** A portal that pages without a total is followed this far: 10,000 tickets. */
const MAX_BLIND_PAGES = 200;

interface Listing {
  readonly key: string;
  readonly query: MovedQuery;
  readonly params: Params;
}

/** @param links looked up beside the listing when they are due, in the same request */
export async function listMoved(
  client: PortalClient,
  queries: readonly MovedQuery[],
  priority: Priority,
  links: ParentLinks,
): Promise<readonly TicketHead[]> {
  const heads = new Map<string, TicketHead>();
  let open = queries.flatMap((query, index) => listingsOf(query, index));
  const now = Date.now();
  const beside: Beside = {
    commands: links.due(queries, now),
    answered: (answers) => links.learn(answers, now),
  };
  for (let round = 1; open.length > 0; round += 1) {
    if (round > MAX_ROUNDS) throw restless();
    const torn: Listing[] = [];
    for (const [listing, items] of await readListings(client, open, priority, beside)) {
      if (items === null) torn.push(listing);
      else for (const head of headsOf(listing.query, items)) heads.set(refKey(head.ref), head);
    }
    open = torn;
  }
  return [...heads.values()];
}

function restless(): AppError {
  return new AppError('portal-unreachable', 'Tickets keep moving under the listing: try again.', {
    retry: 'backoff',
    detail: 'TORN_LISTING',
  });
}

function headsOf(query: MovedQuery, items: readonly Json[]): readonly TicketHead[] {
  return items
    .map((item) => readHead(query.entityTypeId, item, query.policies))
    .filter((head) => head !== null);
}

/** The requests a listing of tickets by id begins with; for up to 50 of a type they are all. */
export function firstPages(queries: readonly MovedQuery[]): readonly BatchCommand[] {
  const listings = queries.flatMap((query, index) => listingsOf(query, index));
  return listings.map((listing) => page(listing, 0));
}

function listingsOf(query: MovedQuery, index: number): readonly Listing[] {
  const listing = (key: string, filter: Params): Listing => ({
    key,
    query,
    params: {
      entityTypeId: query.entityTypeId,
      useOriginalUfNames: 'Y',
      select: selectFor(query.entityTypeId, query.policies),
      filter,
      order: { id: 'ASC' },
    },
  });
  const listings: Listing[] = [];
  if (query.stageIds.length > 0) {
    const filter = { '@stageId': query.stageIds, '>=movedTime': isoOf(query.since) };
    listings.push(listing(`moved${index}`, filter));
  }
  const ids = [...new Set(query.alsoIds)];
  for (let from = 0; from < ids.length; from += PAGE) {
    listings.push(listing(`also${index}n${from}`, { '@id': ids.slice(from, from + PAGE) }));
  }
  return listings;
}

/** Questions that travel with the first pages. */
interface Beside {
  readonly commands: readonly BatchCommand[];
  readonly answered: (answers: ReadonlyMap<string, CommandResult>) => void;
}

/** The rows of each listing; null where the pages did not fit together. */
async function readListings(
  client: PortalClient,
  listings: readonly Listing[],
  priority: Priority,
  beside: Beside,
): Promise<ReadonlyMap<Listing, readonly Json[] | null>> {
  const first = await ask(
    client,
    [...listings.map((listing) => page(listing, 0)), ...beside.commands],
    priority,
  );
  beside.answered(first);
  const followUps = listings.flatMap((listing) => {
    const total = totalOf(first, listing, 0) ?? 0;
    const pages = Math.ceil(total / PAGE);
    return Array.from({ length: Math.max(0, pages - 1) }, (_, n) => page(listing, (n + 1) * PAGE));
  });
  const rest = await ask(client, followUps, priority);
  const answers = new Map([...first, ...rest]);
  const read = new Map<Listing, readonly Json[] | null>();
  for (const listing of listings) {
    const blind = await readBlind(client, listing, answers, priority);
    read.set(listing, blind ?? assemble(listing, answers));
  }
  return read;
}

function page(listing: Listing, start: number): BatchCommand {
  const params = { ...listing.params, start };
  return { key: pageKey(listing, start), method: 'crm.item.list', params };
}

const pageKey = (listing: Listing, start: number): string => `${listing.key}p${start}`;

async function ask(
  client: PortalClient,
  commands: readonly BatchCommand[],
  priority: Priority,
): Promise<ReadonlyMap<string, CommandResult>> {
  const [only] = commands;
  if (!only) return new Map();
  const options = { priority, write: false };
  if (commands.length > 1) return client.batch(commands, { ...options, halt: false });
  return new Map([[only.key, await client.call(only.method, only.params, options)]]);
}

const NO_ANSWER: CommandResult = { ok: false, code: 'NO_ANSWER', httpStatus: 0 };
const EMPTY = { ok: true, value: {}, total: 0, next: null } as const;

function answerOf(
  answers: ReadonlyMap<string, CommandResult>,
  listing: Listing,
  start: number,
): CommandResult & { ok: true } {
  const answer = answers.get(pageKey(listing, start));
  // A smart process that was deleted has no tickets; it must not keep the other pipelines from being swept.
  if (answer?.ok === false && answer.code === 'NOT_FOUND') return EMPTY;
  const result = answer ?? NO_ANSWER;
  valueOf('crm.item.list', result);
  if (!result.ok) throw restless();
  return result;
}

function totalOf(
  answers: ReadonlyMap<string, CommandResult>,
  listing: Listing,
  start: number,
): number | null {
  return answerOf(answers, listing, start).total;
}

/** Pages fit together when every one tells the same total and there are as many different tickets. */
function assemble(
  listing: Listing,
  answers: ReadonlyMap<string, CommandResult>,
): readonly Json[] | null {
  const total = totalOf(answers, listing, 0);
  const items: Json[] = [];
  for (let start = 0; start === 0 || start < (total ?? 0); start += PAGE) {
    const answer = answerOf(answers, listing, start);
    if (answer.total !== total) return null;
    items.push(...itemsOf(answer));
  }
  const distinct = new Set(items.map((item) => String(item['id']))).size;
  return total === null || distinct === total ? items : null;
}

/** A portal that counts nothing is followed page by page through `next`; null when this portal does count. */
async function readBlind(
  client: PortalClient,
  listing: Listing,
  answers: ReadonlyMap<string, CommandResult>,
  priority: Priority,
): Promise<readonly Json[] | null> {
  let answer = answerOf(answers, listing, 0);
  if (answer.total !== null || answer.next === null) return null;
  const items = [...itemsOf(answer)];
  for (let pages = 1; answer.next !== null; pages += 1) {
    if (pages > MAX_BLIND_PAGES) throw restless();
    const { next } = answer;
    answer = answerOf(await ask(client, [page(listing, next)], priority), listing, next);
    items.push(...itemsOf(answer));
  }
  return items;
}

function itemsOf(answer: CommandResult & { ok: true }): readonly Json[] {
  return rowsOf(recordOf(answer.value)['items']);
}
