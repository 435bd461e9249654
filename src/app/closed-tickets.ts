/** What the reconcile looks after beside waiting tickets: closings, tickets dragged back unseen, and reopened ones. */
import type { ClosingPolicy } from '../core/policy.ts';
import { isClosedRole, stageRole } from '../core/stage-role.ts';
import type { Instant, TicketSnapshot } from '../core/ticket.ts';
import { refKey } from '../core/ticket.ts';
import type { ClientDeps } from './client-deps.ts';
import { leftClosed } from './client-side.ts';
import { noticeMark } from './final-notice.ts';
import { policyOf } from './policy-of.ts';
import { wantedAfterReopening } from './reopened-timers.ts';
import type { OneTicket } from './one-ticket.ts';
import { cycleOf } from './one-ticket.ts';
import { lastPass, notePass } from './passes.ts';
import type { ClientCase, Timer } from './ports/client.ts';
import type { MovedQuery, TicketHead } from './ports/tickets.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** A drag whose event was lost is noticed while the service runs within minutes; after an outage within a week. */
const LOOK_BACK_MS = 7 * DAY_MS;
/** As long as the longest link lives; then nobody can answer any more. */
const KEEP_MS = 60 * DAY_MS;
const PASS = { name: 'closed', everyMs: HOUR_MS };

/**
 * One listing: what moved since the last pass, and the tickets known as closed. The first pass, and the one after the store
 * was emptied or the service was down for a day, looks back over the whole reopen window.
 */
export async function lookAfterClosed(
  portalId: string,
  policies: readonly ClosingPolicy[],
  timers: readonly Timer[],
  deps: ClientDeps,
): Promise<void> {
  const known = await knownAsClosed(portalId, deps);
  const { since } = await lastPass(portalId, PASS, deps);
  for (const ticket of await listed(policies, { since, known }, deps)) {
    const { snapshot, policy } = ticket;
    if (isClosedRole(stageRole(policy, snapshot.stageId))) {
      await noteClosing(portalId, ticket, deps);
    } else if (known.some(({ ref }) => refKey(ref) === refKey(snapshot.ref))) {
      await leftClosed(portalId, ticket, deps);
    } else {
      for (const timer of await wantedAfterReopening(portalId, ticket, timers, deps)) {
        await deps.timers.set(portalId, timer);
      }
    }
  }
  await notePass(portalId, PASS, deps);
}

async function knownAsClosed(portalId: string, deps: ClientDeps): Promise<readonly ClientCase[]> {
  const now = deps.clock.now();
  const closed = (await deps.cases.list(portalId)).filter(({ state }) => state === 'closed');
  for (const old of closed.filter((c) => (c.closedAt ?? 0) < now - KEEP_MS)) {
    await deps.cases.remove(portalId, old.ref);
  }
  return closed.filter((c) => (c.closedAt ?? 0) >= now - LOOK_BACK_MS);
}

interface LookBack {
  readonly since: Instant | null;
  readonly known: readonly ClientCase[];
}

async function listed(
  policies: readonly ClosingPolicy[],
  lookBack: LookBack,
  deps: ClientDeps,
): Promise<readonly OneTicket[]> {
  if (policies.length === 0) return [];
  const queries = policies.map((policy) => queryOf(policy, policies, lookBack, deps));
  const heads = await deps.tickets.listMoved(queries, 'bulk');
  const unique = [...new Map(heads.map((head) => [refKey(head.ref), head])).values()];
  return unique.flatMap((head) => {
    const policy = policyOf(head, policies);
    return policy ? [withoutFacts(head, policy)] : [];
  });
}

function queryOf(
  policy: ClosingPolicy,
  policies: readonly ClosingPolicy[],
  { since, known }: LookBack,
  deps: ClientDeps,
): MovedQuery {
  const { entityTypeId } = policy.pipeline;
  // Working days are at most two thirds of all days, holidays aside.
  const whole = deps.clock.now() - 2 * policy.reopenWindowDays * DAY_MS;
  return {
    entityTypeId,
    stageIds: Object.keys(policy.stages).filter((id) => policy.stages[id] !== 'exempt'),
    since: Math.max(policy.cutoff, since ?? whole),
    alsoIds: known.filter((c) => c.ref.entityTypeId === entityTypeId).map((c) => c.ref.id),
    policies: policies.filter(({ pipeline }) => pipeline.entityTypeId === entityTypeId),
  };
}

/** What is looked after here follows from the ticket's own fields alone. */
export function withoutFacts(head: TicketHead, policy: ClosingPolicy): OneTicket {
  const unread = { known: false, why: 'unreadable' } as const;
  const { previousStageId: _listed, ...ticket } = head;
  const snapshot: TicketSnapshot = {
    ...ticket,
    previous: null,
    openWork: unread,
    conversation: unread,
  };
  return { head, policy, snapshot };
}

/**
 * A late answer finds its ticket, a drag back is noticed, and the notice has its timer: also after the store was emptied,
 * and after a closing that broke off between its move and its bookkeeping.
 */
async function noteClosing(portalId: string, ticket: OneTicket, deps: ClientDeps): Promise<void> {
  const { snapshot, policy } = ticket;
  const { ref, record } = snapshot;
  const { closedAt } = record;
  // Without the stamp it was not closed through the gate.
  if (closedAt === null) return;
  const cycle = cycleOf(ticket);
  const known = await deps.cases.find(portalId, ref);
  if (known !== null && isAccountedFor(known, cycle)) return;
  await deps.cases.save(portalId, {
    answerUntil: null,
    answer: null,
    answeredAt: null,
    ...(known?.cycle === cycle ? known : {}),
    ref,
    cycle,
    language: known?.language ?? policy.language,
    timeZone: policy.timeZone,
    summary: record.solution,
    state: 'closed',
    closedAt,
  });
  await setClosingTimers(portalId, ticket, closedAt, deps);
}

/** Noted, reopened meanwhile, or of a later cycle: then the listing is older than the reopening. */
function isAccountedFor(known: ClientCase, cycle: number): boolean {
  const noted = known.state === 'closed' || known.state === 'superseded';
  return known.cycle > cycle || (known.cycle === cycle && noted);
}

async function setClosingTimers(
  portalId: string,
  ticket: OneTicket,
  closedAt: Instant,
  deps: ClientDeps,
): Promise<void> {
  const { ref } = ticket.snapshot;
  const cycle = cycleOf(ticket);
  const now = deps.clock.now();
  // Older ones were told long ago, or nobody waits for it any more.
  if (closedAt < now - 4 * DAY_MS) return;
  await deps.timers.set(portalId, { ref, cycle, kind: 'document', dueAt: now });
  const mark = noticeMark(ticket);
  if (!(await deps.state.unseen(portalId, [mark])).has(mark)) return;
  const wanted = closedAt + ticket.policy.undoMinutes * MINUTE_MS;
  // Clearly late, so that the portal is asked first whether it has been sent.
  const dueAt = wanted > now ? wanted : now + 2 * MINUTE_MS;
  await deps.timers.set(portalId, { ref, cycle, kind: 'final-notice', dueAt });
}
