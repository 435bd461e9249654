/** What rings while a storm is being worked off: looked at between the storm's portions, not at its end. */
import type { ClosingPolicy } from '../core/policy.ts';
import type { TicketRef } from '../core/ticket.ts';
import { refKey } from '../core/ticket.ts';
import { carryOut } from './act.ts';
import type { GateDeps } from './gate-deps.ts';
import { judge } from './judge.ts';
import type { MovedQuery, TicketHead } from './ports/tickets.ts';
import type { Between } from './storm-pace.ts';
import { markOf, unjudged } from './unjudged.ts';
import { withoutUngated } from './ungated-closings.ts';

export interface Storm {
  readonly queries: readonly MovedQuery[];
  readonly policies: readonly ClosingPolicy[];
  /** Everything the storm's sweep listed. */
  readonly heads: readonly TicketHead[];
  /** Keys of the inbox as the sweep read it. */
  readonly rung: ReadonlySet<string>;
}

/** One listing by id. */
const MOST = 50;
/** Portions between two looks that found no move: edits that ring all the time must not make a storm dearer than an eighth. */
const LONGEST_GAP = 8;

/**
 * Costs one count in the store, and one listing when tickets rang that the sweep does not know. A ticket that rang before the sweep
 * began and is moved during it waits for the next sweep.
 */
export function liveMoves(portalId: string, storm: Storm, deps: GateDeps): Between {
  const known = new Set([...storm.rung, ...storm.heads.map((head) => refKey(head.ref))]);
  let size = storm.rung.size;
  let gap = 1;
  let skip = 0;
  return async () => {
    if (skip > 0) {
      skip -= 1;
      return;
    }
    const keys = await deps.state.inboxBeyond(portalId, size);
    if (keys === null) return;
    const fresh = keys.filter((key) => !known.has(key));
    const refs = fresh.map((key) => ticketOf(key, storm)).filter((ref) => ref !== null);
    if (refs.length <= MOST) size = keys.length;
    const some = refs.slice(0, MOST);
    for (const ref of some) known.add(refKey(ref));
    if (some.length === 0) return;
    const found = await sweepSome(portalId, some, storm, deps);
    gap = found > 0 ? 1 : Math.min(gap * 2, LONGEST_GAP);
    skip = gap - 1;
  };
}

function ticketOf(key: string, { queries }: Storm): TicketRef | null {
  const [, type, id] = /^(\d+):(\d+)$/.exec(key) ?? [];
  const entityTypeId = Number(type);
  return queries.some((query) => query.entityTypeId === entityTypeId)
    ? { entityTypeId, id: Number(id) }
    : null;
}

/** The cursor stays: the storm's own moves are not all settled. @returns moves judged */
async function sweepSome(
  portalId: string,
  refs: readonly TicketRef[],
  { queries, policies }: Storm,
  deps: GateDeps,
): Promise<number> {
  const asked = queries.map((query) => ({
    ...query,
    stageIds: [],
    alsoIds: refs.filter((ref) => ref.entityTypeId === query.entityTypeId).map((ref) => ref.id),
  }));
  const listed = await deps.tickets.listMoved(
    asked.filter((query) => query.alsoIds.length > 0),
    'live',
  );
  const heads = listed.filter((head) => queries.some((query) => wouldList(query, head)));
  const fresh = await unjudged(portalId, heads, [], deps);
  const gated = await withoutUngated(portalId, fresh, policies, deps);
  const judged = await judge(portalId, gated, policies, deps);
  const carriedOut = await carryOut(portalId, judged, deps);
  const backAtOnce = new Set(carriedOut.backAtOnce.map(refKey));
  await deps.state.addPending(portalId, judged.undecided);
  await deps.state.markSeen(
    portalId,
    heads
      .filter(({ ref }) => !backAtOnce.has(refKey(ref)))
      .map((head) => ({ mark: markOf(head), movedAt: head.movedAt })),
    0,
  );
  return fresh.length;
}

const wouldList = (query: MovedQuery, head: TicketHead): boolean =>
  query.entityTypeId === head.ref.entityTypeId &&
  query.stageIds.includes(head.stageId) &&
  head.movedAt >= query.since;
