/**
 * Makes timers and tickets agree: a lost timer is rebuilt from the ticket's own fields, an orphan is dropped, a ticket that
 * came to wait unseen is asked. The ticket is the record; Redis may be emptied without a promise being broken.
 */
import { isCountingDown } from '../core/decide-silence.ts';
import { stageRole } from '../core/stage-role.ts';
import type { TicketSnapshot } from '../core/ticket.ts';
import { refKey } from '../core/ticket.ts';
import type { ClientDeps } from './client-deps.ts';
import { currentSilence } from './silence-elapsed.ts';
import type { Timer, TimerKind } from './ports/client.ts';
import type { TicketHead } from './ports/tickets.ts';

export interface ReconcileReport {
  readonly waiting: number;
  readonly rebuilt: number;
  readonly dropped: number;
}

const COUNTDOWN: readonly TimerKind[] = ['remind', 'close', 'hold-end'];

export async function reconcile(portalId: string, deps: ClientDeps): Promise<ReconcileReport> {
  const heads = await waitingTickets(portalId, deps);
  const timers = await deps.timers.list(portalId);
  const byTicket = new Map<string, Timer[]>();
  for (const timer of timers) {
    byTicket.set(refKey(timer.ref), [...(byTicket.get(refKey(timer.ref)) ?? []), timer]);
  }
  let rebuilt = 0;
  for (const { head, policy } of heads) {
    const mine = byTicket.get(refKey(head.ref)) ?? [];
    const wanted = await wantedTimer(head, policy, deps);
    if (wanted && !mine.some((timer) => agrees(timer, wanted))) {
      await deps.timers.set(portalId, wanted);
      rebuilt += 1;
    }
  }
  const waiting = new Set(heads.map(({ head }) => refKey(head.ref)));
  const orphans = timers.filter(
    (timer) => COUNTDOWN.includes(timer.kind) && !waiting.has(refKey(timer.ref)),
  );
  for (const orphan of orphans) await deps.timers.cancel(portalId, orphan.ref, COUNTDOWN);
  const report = { waiting: heads.length, rebuilt, dropped: orphans.length };
  deps.log.info({ portalId, ...report }, 'timers reconciled');
  return report;
}

async function waitingTickets(portalId: string, deps: ClientDeps) {
  const policies = (await deps.policies.list(portalId)).filter(({ mode }) => mode === 'enforce');
  const types = [...new Set(policies.map(({ pipeline }) => pipeline.entityTypeId))];
  const queries = types.map((entityTypeId) => {
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
  });
  const asked = queries.filter(({ stageIds }) => stageIds.length > 0);
  if (asked.length === 0) return [];
  const heads = await deps.tickets.listMoved(asked, 'bulk');
  return heads.flatMap((head) => {
    const policy = policies.find(
      ({ pipeline }) =>
        pipeline.entityTypeId === head.ref.entityTypeId && pipeline.categoryId === head.categoryId,
    );
    return policy ? [{ head, policy }] : [];
  });
}

/** The timer this ticket must have, from its own fields alone; null when none. */
async function wantedTimer(
  head: TicketHead,
  policy: Parameters<typeof isCountingDown>[1],
  deps: ClientDeps,
): Promise<Timer | null> {
  const unread = { known: false, why: 'unreadable' } as const;
  const snapshot: TicketSnapshot = {
    ...head,
    previous: null,
    openWork: unread,
    conversation: unread,
  };
  const cycle = head.record.cycle ?? 1;
  const { confirmation } = head.record;
  if (!isCountingDown(snapshot, policy)) {
    return confirmation === null
      ? { ref: head.ref, cycle, kind: 'send-request', dueAt: deps.clock.now() }
      : null;
  }
  const silence = await currentSilence({ head, snapshot, policy }, deps);
  if (silence === null || silence.kind === 'no-countdown') return null;
  if (silence.kind === 'held')
    return { ref: head.ref, cycle, kind: 'hold-end', dueAt: silence.until };
  if (silence.kind === 'wait')
    return { ref: head.ref, cycle, kind: silence.next, dueAt: silence.until };
  // Overdue: the timer decides with all facts read.
  const kind = head.record.remindedAt === null ? 'remind' : 'close';
  return { ref: head.ref, cycle, kind, dueAt: deps.clock.now() };
}

/** An overdue or postponed timer of the right kind is left to itself. */
function agrees(timer: Timer, wanted: Timer): boolean {
  return timer.kind === wanted.kind && timer.cycle === wanted.cycle;
}
