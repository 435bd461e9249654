/** The final notice (step 6): after the undo window, once per cycle, with the text of the outcome, logged on the ticket. */
import { stageOutcome, stageRole } from '../core/stage-role.ts';
import { isWorkingMoment, nextWorkingMoment } from '../core/working-time.ts';
import { alertLeads } from './alert-leads.ts';
import { cycleOf } from './ask-client.ts';
import type { ClientDeps } from './client-deps.ts';
import { messageContext, reopenUntil, wallTime } from './message-context.ts';
import type { OneTicket } from './one-ticket.ts';
import { sendOnce } from './send-once.ts';
import { tellStaff } from './tell-staff.ts';

export async function sendFinalNotice(
  portalId: string,
  ticket: OneTicket,
  deps: ClientDeps,
): Promise<void> {
  const { snapshot, policy } = ticket;
  const outcome = snapshot.record.outcome ?? stageOutcome(stageRole(policy, snapshot.stageId));
  // Undone within the window: the ticket is not closed any more, and the client gets nothing.
  if (stageOutcome(stageRole(policy, snapshot.stageId)) === null || outcome === null) return;
  const cycle = cycleOf(ticket);
  const now = deps.clock.now();
  const time = await deps.workingTime(policy);
  if (!isWorkingMoment(now, time)) {
    const dueAt = nextWorkingMoment(now, time);
    const { ref } = snapshot;
    if (dueAt !== null)
      await deps.timers.set(portalId, { ref, cycle, kind: 'final-notice', dueAt });
    return;
  }
  const until = await reopenUntil(ticket, deps);
  // The promise of the text and what really happens agree: no link once nothing can be reopened.
  const link = until !== null && until > now ? deps.clientLink(snapshot.ref, cycle) : '';
  const { context, language } = await messageContext(ticket, deps, { link, closeBy: '' });
  const message = deps.clientTexts.render('notice', language, {
    ...context,
    outcome,
    reopenUntil: until === null ? '' : wallTime(until, time),
  });
  if (!message) return;
  const result = await sendOnce(
    portalId,
    {
      key: `closegate:${snapshot.ref.entityTypeId}:${snapshot.ref.id}:${cycle}:notice`,
      head: ticket.head,
      message,
      marker: link,
      channels: ['chat', 'email'],
      toDo: { title: '', text: '' },
    },
    deps,
  );
  await logNotice(portalId, ticket, result, deps);
}

async function logNotice(
  portalId: string,
  ticket: OneTicket,
  result: Awaited<ReturnType<typeof sendOnce>>,
  deps: ClientDeps,
): Promise<void> {
  const { policy, snapshot } = ticket;
  if (result.kind === 'stopped') {
    await alertLeads(
      portalId,
      {
        code: 'messages-stopped',
        ref: snapshot.ref,
        userIds: policy.leads,
        params: { id: snapshot.ref.id },
        language: policy.language,
      },
      deps,
    );
    return;
  }
  const { delivery } = result;
  const key = delivery.kind === 'delivered' ? 'client.notice-sent' : 'client.undelivered';
  const channel = delivery.kind === 'delivered' ? delivery.channel : '';
  await tellStaff(
    ticket,
    { key, params: { channel }, quietly: delivery.kind === 'delivered' },
    deps,
  );
}
