/** What the reconcile looks after on closed tickets: cases lost with the store, and tickets dragged back unseen. */
import type { ClosingPolicy } from '../core/policy.ts';
import { isClosedRole, stageRole } from '../core/stage-role.ts';
import { refKey } from '../core/ticket.ts';
import type { ClientDeps } from './client-deps.ts';
import { leftClosed } from './client-side.ts';
import { once } from './once.ts';
import type { ClientCase } from './ports/client.ts';
import type { TicketHead } from './ports/tickets.ts';

const DAY_MS = 24 * 60 * 60_000;
const MINUTE_MS = 60_000;
/** A drag whose event was lost is noticed while the service runs within minutes; after an outage within a week. */
const LOOK_BACK_MS = 7 * DAY_MS;
/** As long as the longest link lives; then nobody can answer any more. */
const KEEP_MS = 60 * DAY_MS;

/** Tickets known as closed that stand elsewhere now, although no event told of it. */
export async function noticeReopened(
  portalId: string,
  policies: readonly ClosingPolicy[],
  deps: ClientDeps,
): Promise<void> {
  const now = deps.clock.now();
  const closed = (await deps.cases.list(portalId)).filter(({ state }) => state === 'closed');
  for (const old of closed.filter((c) => (c.closedAt ?? 0) < now - KEEP_MS)) {
    await deps.cases.remove(portalId, old.ref);
  }
  const recent = closed.filter((c) => (c.closedAt ?? 0) >= now - LOOK_BACK_MS);
  for (const head of await headsOf(recent, policies, deps)) {
    const policy = policyOf(head, policies);
    if (!policy) continue;
    const unread = { known: false, why: 'unreadable' } as const;
    const { previousStageId: _listed, ...ticket } = head;
    const snapshot = { ...ticket, previous: null, openWork: unread, conversation: unread };
    await leftClosed(portalId, { snapshot, policy }, deps);
  }
}

/**
 * After the store was emptied, once: tickets closed within the reopen window get their case back, so that a late answer
 * finds its ticket, and the notice that has not been sent its timer.
 */
export async function rebuildClosed(
  portalId: string,
  policies: readonly ClosingPolicy[],
  deps: ClientDeps,
): Promise<void> {
  await once(portalId, 'closed-tickets-known', deps, async () => {
    const heads = await recentlyClosed(policies, deps);
    for (const { head, policy } of heads) await remindOfClosing(portalId, head, policy, deps);
  });
}

async function remindOfClosing(
  portalId: string,
  head: TicketHead,
  policy: ClosingPolicy,
  deps: ClientDeps,
): Promise<void> {
  const { ref, record } = head;
  const { closedAt } = record;
  // Without the stamp it was not closed through the gate.
  if (closedAt === null || (await deps.cases.find(portalId, ref)) !== null) return;
  const cycle = record.cycle ?? 1;
  await deps.cases.save(portalId, {
    ref,
    cycle,
    language: policy.language,
    timeZone: policy.timeZone,
    summary: record.solution,
    answerUntil: null,
    state: 'closed',
    answer: null,
    answeredAt: null,
    closedAt,
  });
  const now = deps.clock.now();
  // Older ones were told long ago, or nobody waits for it any more.
  if (closedAt < now - 4 * DAY_MS) return;
  await deps.timers.set(portalId, { ref, cycle, kind: 'document', dueAt: now });
  const wanted = closedAt + policy.undoMinutes * MINUTE_MS;
  // Clearly late, so that the portal is asked first whether it has been sent.
  const dueAt = wanted > now ? wanted : now + 2 * MINUTE_MS;
  await deps.timers.set(portalId, { ref, cycle, kind: 'final-notice', dueAt });
}

async function recentlyClosed(policies: readonly ClosingPolicy[], deps: ClientDeps) {
  const queries = policies.map((policy) => ({
    entityTypeId: policy.pipeline.entityTypeId,
    stageIds: Object.keys(policy.stages).filter((id) => isClosedRole(stageRole(policy, id))),
    // Working days are at most two thirds of all days, holidays aside.
    since: Math.max(policy.cutoff, deps.clock.now() - 2 * policy.reopenWindowDays * DAY_MS),
    alsoIds: [],
    policies: policies.filter((p) => p.pipeline.entityTypeId === policy.pipeline.entityTypeId),
  }));
  const asked = queries.filter(({ stageIds }) => stageIds.length > 0);
  if (asked.length === 0) return [];
  const heads = await deps.tickets.listMoved(asked, 'bulk');
  const unique = [...new Map(heads.map((head) => [refKey(head.ref), head])).values()];
  return unique.flatMap((head) => {
    const policy = policyOf(head, policies);
    const closed = policy && isClosedRole(stageRole(policy, head.stageId));
    return closed ? [{ head, policy }] : [];
  });
}

async function headsOf(
  cases: readonly ClientCase[],
  policies: readonly ClosingPolicy[],
  deps: ClientDeps,
): Promise<readonly TicketHead[]> {
  const types = [...new Set(policies.map(({ pipeline }) => pipeline.entityTypeId))];
  const queries = types
    .map((entityTypeId) => ({
      entityTypeId,
      stageIds: [],
      since: 0,
      alsoIds: cases.filter((c) => c.ref.entityTypeId === entityTypeId).map((c) => c.ref.id),
      policies: policies.filter(({ pipeline }) => pipeline.entityTypeId === entityTypeId),
    }))
    .filter(({ alsoIds }) => alsoIds.length > 0);
  return queries.length === 0 ? [] : deps.tickets.listMoved(queries, 'bulk');
}

function policyOf(head: TicketHead, policies: readonly ClosingPolicy[]): ClosingPolicy | undefined {
  return policies.find(
    ({ pipeline }) =>
      pipeline.entityTypeId === head.ref.entityTypeId && pipeline.categoryId === head.categoryId,
  );
}
