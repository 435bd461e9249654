/**
 * The sweep: what moved since the cursor, is it ready to be closed, and the answer. The event that rang is only a
 * doorbell; this is the one way in for board drags, cards, mass actions, robots and REST alike.
 */
import { gatedStages, stageRole } from '../core/decide-closing.ts';
import type { ClosingPolicy } from '../core/policy.ts';
import type { TicketRef } from '../core/ticket.ts';
import { refKey } from '../core/ticket.ts';
import { carryOut } from './act.ts';
import { finishReturns } from './finish-returns.ts';
import type { GateDeps } from './gate-deps.ts';
import { plainLine } from './journal-lines.ts';
import { judge, LIVE } from './judge.ts';
import { liveMoves } from './live-moves.ts';
import type { MovedQuery, TicketHead } from './ports/tickets.ts';
import { lastPass, notePass } from './passes.ts';
import type { PassKind } from './passes.ts';
import { exemptFinalStages, ungatedSuccessStages } from './stage-directory.ts';
import { smallFirst, stormPriority } from './storm-pace.ts';
import { markOf, unjudged } from './unjudged.ts';
import { withoutUngated } from './ungated-closings.ts';
import { watchStages } from './watch-stages.ts';

/**
 * The cursor looks back this far: a move is saved a moment before it can be listed, and clocks of a portal's
 * servers differ. What was already judged is known by its mark and costs nothing.
 */
const OVERLAP_MS = 2 * 60_000;

export interface SweepReport {
  /** Tickets judged in this run. */
  readonly found: number;
  /** Rung again while it ran: another sweep is due. */
  readonly again: boolean;
}

/** One sweep of one portal. The caller makes sure that only one runs per portal at a time. */
export async function sweepPortal(portalId: string, deps: GateDeps): Promise<SweepReport> {
  const policies = await deps.policies.list(portalId);
  const inbox = await deps.state.readInbox(portalId);
  let found = 0;
  if (policies.length > 0 && (await mayHaveMoved(portalId, inbox, deps))) {
    await watchStages(portalId, policies, deps);
    await finishReturns(portalId, policies, deps);
    found = await sweepMoves(portalId, policies, new Set(inbox.keys()), deps);
    await notePass(portalId, LISTING, deps);
  }
  const activities = [...inbox.keys()].flatMap(activityId);
  if (activities.length > 0) await deps.client?.activities(portalId, activities);
  await deps.cards?.rang(portalId, new Set(inbox.keys()));
  const left = await deps.state.settleInbox(portalId, inbox);
  return { found, again: left > 0 };
}

/** Whatever rings, tickets are listed once in it: an event that was lost is made up for. */
const LISTING: PassKind = { name: 'listing', everyMs: 60_000 };

/** No ticket moves by an activity: one that moved as well has rung itself, or waits for the minute's listing. */
async function mayHaveMoved(
  portalId: string,
  inbox: ReadonlyMap<string, unknown>,
  deps: GateDeps,
): Promise<boolean> {
  const keys = [...inbox.keys()];
  if (keys.length === 0 || keys.some((key) => activityId(key).length === 0)) return true;
  return !(await lastPass(portalId, LISTING, deps)).isFresh;
}

/** `activity:15` → 15 */
function activityId(key: string): readonly number[] {
  const [, id] = /^activity:(\d+)$/.exec(key) ?? [];
  return id === undefined ? [] : [Number(id)];
}

async function sweepMoves(
  portalId: string,
  policies: readonly ClosingPolicy[],
  rung: ReadonlySet<string>,
  deps: GateDeps,
): Promise<number> {
  const pending = await deps.state.pending(portalId);
  const closed = (await deps.client?.closedAmong(portalId, rung)) ?? [];
  const queries = await movedQueries(portalId, policies, [...pending, ...closed], deps);
  const heads = await deps.tickets.listMoved(queries, 'live');
  await forgetVanished(portalId, pending, heads, deps);
  const fresh = await unjudged(portalId, heads, pending, deps);
  const gated = smallFirst(await withoutUngated(portalId, fresh, policies, deps));
  const reading = { ...LIVE, priority: stormPriority(gated.length) };
  const judged = await judge(portalId, gated, policies, { ...deps, reading });
  const between = liveMoves(portalId, { queries, policies, heads, rung }, deps);
  const { backAtOnce, unsettled } = await carryOut(portalId, judged, { ...deps, between });
  const open = [...judged.undecided, ...unsettled];
  await remember(portalId, { queries, heads, open, backAtOnce }, deps);
  return fresh.length;
}

function awaitingStages(policy: ClosingPolicy): readonly string[] {
  return Object.keys(policy.stages).filter(
    (stageId) => stageRole(policy, stageId) === 'awaiting-confirmation',
  );
}

async function movedQueries(
  portalId: string,
  policies: readonly ClosingPolicy[],
  also: readonly TicketRef[],
  deps: GateDeps,
): Promise<readonly MovedQuery[]> {
  const types = [...new Set(policies.map((policy) => policy.pipeline.entityTypeId))];
  const { stages } = await deps.stages.stages(types, deps.clock.now());
  const holes = ungatedSuccessStages(stages, policies);
  return Promise.all(
    types.map(async (entityTypeId) => {
      const own = policies.filter((policy) => policy.pipeline.entityTypeId === entityTypeId);
      const cursor = await deps.state.cursor(portalId, entityTypeId);
      const cutoff = Math.min(...own.map((policy) => policy.cutoff));
      return {
        entityTypeId,
        stageIds: [
          ...new Set([
            ...own.flatMap((policy) => gatedStages(policy)),
            ...(deps.client ? own.flatMap(awaitingStages) : []),
            ...exemptFinalStages(stages, own),
            ...holes.filter((s) => s.entityTypeId === entityTypeId).map((s) => s.stageId),
          ]),
        ],
        since: cursor === null ? cutoff : Math.max(cutoff, cursor - OVERLAP_MS),
        alsoIds: also.filter((ref) => ref.entityTypeId === entityTypeId).map((ref) => ref.id),
        policies: own,
      };
    }),
  );
}

/** Pending tickets that the portal no longer lists were deleted, or hidden from the app's user. */
async function forgetVanished(
  portalId: string,
  pending: readonly TicketRef[],
  heads: readonly TicketHead[],
  deps: GateDeps,
): Promise<void> {
  const listed = new Set(heads.map((head) => refKey(head.ref)));
  const vanished = pending.filter((ref) => !listed.has(refKey(ref)));
  if (vanished.length === 0) return;
  await deps.journal.append(
    portalId,
    vanished.map((ref) => plainLine(deps.clock.now(), 'vanished', {}, ref)),
  );
  await deps.state.removePending(portalId, vanished);
}

interface Swept {
  readonly queries: readonly MovedQuery[];
  readonly heads: readonly TicketHead[];
  /** Looked at again by the next sweep, wherever they stand then. */
  readonly open: readonly TicketRef[];
  /** Their next move may look like the one just judged: it is not remembered. */
  readonly backAtOnce: readonly TicketRef[];
}

async function remember(
  portalId: string,
  { queries, heads, open, backAtOnce }: Swept,
  deps: GateDeps,
): Promise<void> {
  const pending = new Set(open.map(refKey));
  const unmarked = new Set(backAtOnce.map(refKey));
  await deps.state.addPending(portalId, open);
  await deps.state.removePending(
    portalId,
    heads.filter((head) => !pending.has(refKey(head.ref))).map((head) => head.ref),
  );
  for (const query of queries) {
    const mine = heads.filter((head) => head.ref.entityTypeId === query.entityTypeId);
    if (mine.length === 0) continue;
    const newest = Math.max(...mine.map((head) => head.movedAt));
    await deps.state.markSeen(
      portalId,
      mine
        .filter(({ ref }) => !unmarked.has(refKey(ref)))
        .map((head) => ({ mark: markOf(head), movedAt: head.movedAt })),
      newest - 2 * OVERLAP_MS,
    );
    // Pending tickets may be old: the cursor never goes back.
    if (newest > query.since) await deps.state.saveCursor(portalId, query.entityTypeId, newest);
  }
}
