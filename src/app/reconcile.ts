/**
 * Makes timers and tickets agree: a lost timer is rebuilt from the ticket's own fields, an orphan is dropped, a ticket that
 * came to wait unseen is asked. The ticket is the record; Redis may be emptied without a promise being broken.
 */
import {
  holdEnd,
  isCountingDown,
  isToBeAsked,
  lacksHoldEnd,
  wasReminded,
} from '../core/decide-silence.ts';
import type { ClosingPolicy } from '../core/policy.ts';
import { waitsForRelease } from '../core/product-update.ts';
import { stageRole } from '../core/stage-role.ts';
import { refKey } from '../core/ticket.ts';
import { caseOf } from './client-case.ts';
import type { ClientDeps } from './client-deps.ts';
import { lookAfterClosed, withoutFacts } from './closed-tickets.ts';
import type { OneTicket } from './one-ticket.ts';
import { cycleOf } from './one-ticket.ts';
import { policyOf } from './policy-of.ts';
import { currentSilence, promiseAnew } from './silence-elapsed.ts';
import { recordRun } from './record-run.ts';
import { knowsOfUpdate } from './update-pending.ts';
import type { Timer, TimerKind } from './ports/client.ts';
import type { Fate } from './ports/runs.ts';
import type { MovedQuery } from './ports/tickets.ts';

export interface ReconcileReport {
  readonly waiting: number;
  readonly rebuilt: number;
  readonly dropped: number;
}

const COUNTDOWN: readonly TimerKind[] = ['remind', 'close', 'hold-end'];
/** Longer than any work waits to be tried again. */
const STUCK_MS = 30 * 60_000;

export async function reconcile(portalId: string, deps: ClientDeps): Promise<ReconcileReport> {
  const policies = (await deps.policies.list(portalId)).filter(({ mode }) => mode === 'enforce');
  // Timers first: a ticket that is asked meanwhile must not lose the timer it just got.
  const timers = await deps.timers.list(portalId);
  await fireStuck(portalId, timers, deps);
  const tickets = await waitingTickets(policies, deps);
  const byTicket = new Map<string, Timer[]>();
  for (const timer of timers) {
    byTicket.set(refKey(timer.ref), [...(byTicket.get(refKey(timer.ref)) ?? []), timer]);
  }
  const counting = new Set<string>();
  let rebuilt = 0;
  for (const ticket of tickets) {
    const key = refKey(ticket.head.ref);
    if (isCountingDown(ticket.snapshot, ticket.policy)) {
      counting.add(key);
      await rebuildCase(portalId, ticket, deps);
    }
    const standing = byTicket.get(key) ?? [];
    const wanted = takenBack(ticket, standing, deps) ?? (await wantedTimer(portalId, ticket, deps));
    if (wanted?.kind === 'hold-end') counting.add(key);
    if (wanted === null || standing.some((t) => agrees(t, wanted))) continue;
    await deps.timers.set(portalId, wanted);
    rebuilt += 1;
  }
  const orphans = timers.filter(
    (timer) => COUNTDOWN.includes(timer.kind) && !counting.has(refKey(timer.ref)),
  );
  for (const orphan of orphans) await deps.timers.cancel(portalId, orphan.ref, [orphan.kind]);
  await lookAfterClosed(portalId, policies, timers, deps);
  const report = { waiting: tickets.length, rebuilt, dropped: orphans.length };
  const fates = [
    ...Array<Fate>(rebuilt + orphans.length).fill('done'),
    ...Array<Fate>(tickets.length - rebuilt).fill('up-to-date'),
  ];
  await recordRun(portalId, 'reconcile', fates, deps);
  return report;
}

/** What a machine whose clock was ahead put off would not fire for as long as that. */
async function fireStuck(
  portalId: string,
  timers: readonly Timer[],
  deps: ClientDeps,
): Promise<void> {
  const stuckSince = deps.clock.now() - STUCK_MS;
  if (timers.some(({ dueAt }) => dueAt < stuckSince))
    await deps.timers.promoteDue(portalId, stuckSince);
}

/** Tickets that stand where the client is waited for, without facts: their own fields alone. */
export async function waitingTickets(
  policies: readonly ClosingPolicy[],
  deps: Pick<ClientDeps, 'tickets'>,
): Promise<readonly OneTicket[]> {
  const queries = queriesFor(policies);
  if (queries.length === 0) return [];
  const heads = await deps.tickets.listMoved(queries, 'bulk');
  return heads.flatMap((head) => {
    const policy = policyOf(head, policies);
    const waits = policy && stageRole(policy, head.stageId) === 'awaiting-confirmation';
    return waits ? [withoutFacts(head, policy)] : [];
  });
}

function queriesFor(policies: readonly ClosingPolicy[]): readonly MovedQuery[] {
  const types = [...new Set(policies.map(({ pipeline }) => pipeline.entityTypeId))];
  return types
    .map((entityTypeId) => {
      const own = policies.filter(({ pipeline }) => pipeline.entityTypeId === entityTypeId);
      return {
        entityTypeId,
        stageIds: own.flatMap((policy) =>
          Object.keys(policy.stages).filter(
            (id) => stageRole(policy, id) === 'awaiting-confirmation',
          ),
        ),
        since: Math.min(...own.map(({ cutoff }) => cutoff)),
        alsoIds: [],
        policies: own,
      };
    })
    .filter(({ stageIds }) => stageIds.length > 0);
}

/** Without its case a ticket's link shows nothing, and what its client writes is not looked for. */
async function rebuildCase(portalId: string, ticket: OneTicket, deps: ClientDeps): Promise<void> {
  const known = await deps.cases.find(portalId, ticket.head.ref);
  const stands = known?.cycle === cycleOf(ticket) && known.state !== 'superseded';
  if (!stands) await deps.cases.save(portalId, await caseOf(ticket, null, deps));
  await promiseAnew(portalId, ticket, deps);
}

/** The pause its timer waits for was cleared on the ticket: its end is now. */
function takenBack(ticket: OneTicket, standing: readonly Timer[], deps: ClientDeps): Timer | null {
  const { record } = ticket.snapshot;
  if (record.holdUntil !== null) return null;
  const waits = standing.find(({ kind }) => kind === 'hold-end');
  if (waits === undefined || lacksHoldEnd(record)) return waits ?? null;
  return { ...waits, dueAt: Math.min(waits.dueAt, deps.clock.now()) };
}

/** The timer this ticket must have, from its own fields alone; null when none. */
async function wantedTimer(
  portalId: string,
  ticket: OneTicket,
  deps: ClientDeps,
): Promise<Timer | null> {
  const { snapshot, policy } = ticket;
  const { ref, record } = snapshot;
  const cycle = cycleOf(ticket);
  const now = deps.clock.now();
  if (!isCountingDown(snapshot, policy)) {
    if (!isToBeAsked(snapshot, policy)) return null;
    const heldUntil = holdEnd(record, now);
    if (
      heldUntil === null &&
      waitsForRelease(record) &&
      (await knowsOfUpdate(portalId, ticket, deps))
    )
      return null;
    return heldUntil === null
      ? { ref, cycle, kind: 'send-request', dueAt: now }
      : { ref, cycle, kind: 'hold-end', dueAt: heldUntil };
  }
  const silence = await currentSilence(ticket, deps);
  if (silence === null || silence.kind === 'no-countdown') return null;
  if (silence.kind === 'held') return { ref, cycle, kind: 'hold-end', dueAt: silence.until };
  if (silence.kind === 'wait') return { ref, cycle, kind: silence.next, dueAt: silence.until };
  // Overdue: the timer decides with all facts read.
  return { ref, cycle, kind: wasReminded(record) ? 'close' : 'remind', dueAt: now };
}

/** An overdue or postponed timer of the right kind is left to itself; a hold may have got another end. */
function agrees(timer: Timer, wanted: Timer): boolean {
  const same = timer.kind === wanted.kind && timer.cycle === wanted.cycle;
  return same && (wanted.kind !== 'hold-end' || timer.dueAt === wanted.dueAt);
}
