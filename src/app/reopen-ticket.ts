/**
 * A closed ticket goes on: by the client's "not solved" or by an agent who drags it back (special case 3, FAQ 2). The next
 * cycle is asked anew; the old one's times stay in the journal. Within the undo window nothing has reached the client yet.
 */
import type { TicketRecord } from '../core/ticket.ts';
import { addWorkingDays } from '../core/working-time.ts';
import { alertLeads } from './alert-leads.ts';
import { cycleOf } from './ask-client.ts';
import type { ClientDeps } from './client-deps.ts';
import { plainLine } from './journal-lines.ts';
import { messageContext } from './message-context.ts';
import type { OneTicket } from './one-ticket.ts';
import { workPlace } from './one-ticket.ts';
import { sendOnce } from './send-once.ts';
import { tellStaff } from './tell-staff.ts';

/** Reopenings of one ticket within this time after which robots fall silent and the lead looks. */
const LOOP_DAYS = 7;
const LOOP_REOPENS = 3;

const NEXT_CYCLE: Partial<TicketRecord> = {
  confirmation: 'not-asked',
  askedAt: null,
  remindedAt: null,
  outcome: null,
  closeReason: null,
  closedAt: null,
  resolution: '',
  mistakeCause: null,
  mistakeMeasure: '',
};

/** «Не решено» after the closing: the same ticket within the window, a new linked one later. */
export async function reopenByClient(
  portalId: string,
  ticket: OneTicket,
  how: 'reopen' | 'new-ticket',
  deps: ClientDeps,
): Promise<void> {
  if (how === 'new-ticket') {
    const title = deps.say(ticket.policy.language, 'client.new-ticket-title', {
      id: ticket.snapshot.ref.id,
    });
    const created = await deps.writer.createLinked(ticket.head, ticket.policy, title);
    const link = deps.tickets.ticketLink(created);
    await tellStaff(ticket, { key: 'client.new-ticket', params: { link } }, deps);
    return;
  }
  await reopen(portalId, ticket, true, deps);
}

/** An agent dragged the closed ticket back after the undo window: the same bookkeeping, and the client is told. */
export async function reopenByAgent(
  portalId: string,
  ticket: OneTicket,
  deps: ClientDeps,
): Promise<void> {
  await reopen(portalId, ticket, false, deps);
}

async function reopen(
  portalId: string,
  ticket: OneTicket,
  move: boolean,
  deps: ClientDeps,
): Promise<void> {
  const { snapshot, policy } = ticket;
  const cycle = cycleOf(ticket) + 1;
  await deps.timers.cancel(portalId, snapshot.ref, ['final-notice', 'remind', 'close']);
  await deps.writer.change([
    {
      ref: snapshot.ref,
      policy,
      changes: { ...NEXT_CYCLE, cycle },
      moveTo: move ? workPlace(ticket) : null,
    },
  ]);
  const now = deps.clock.now();
  await deps.journal.append(portalId, [
    {
      ...plainLine(
        now,
        'reopened',
        { cycle, closedAt: snapshot.record.closedAt ?? 0, byClient: move ? 1 : 0 },
        snapshot.ref,
      ),
      pipeline: policy.pipeline,
      movedBy: move ? 0 : snapshot.movedBy,
      assigneeId: snapshot.assigneeId,
      policyVersion: policy.version,
    },
  ]);
  const known = await deps.cases.find(portalId, snapshot.ref);
  if (known) await deps.cases.save(portalId, { ...known, state: 'superseded' });
  await tellStaff(ticket, { key: 'client.reopened', params: { cycle } }, deps);
  await askForMistake(portalId, ticket, cycle, deps);
  if (await isLooping(portalId, ticket, deps)) return;
  await tellClient(portalId, ticket, cycle, deps);
}

/** Cause and measure are wanted within one working day; after that the lead hears of it. */
async function askForMistake(
  portalId: string,
  ticket: OneTicket,
  cycle: number,
  deps: ClientDeps,
): Promise<void> {
  const time = await deps.workingTime(ticket.policy);
  const dueAt = addWorkingDays(deps.clock.now(), 1, time);
  await tellStaff(ticket, { key: 'client.mistake-asked', params: {} }, deps);
  const { ref } = ticket.snapshot;
  if (dueAt !== null)
    await deps.timers.set(portalId, { ref, cycle, kind: 'mistake-review', dueAt });
}

async function isLooping(portalId: string, ticket: OneTicket, deps: ClientDeps): Promise<boolean> {
  const { snapshot, policy } = ticket;
  const now = deps.clock.now();
  const times = await deps.cases.reopened(portalId, snapshot.ref, now);
  const recent = times.filter((at) => at > now - LOOP_DAYS * 24 * 60 * 60_000);
  if (recent.length < LOOP_REOPENS) return false;
  await alertLeads(
    portalId,
    {
      code: 'reopen-loop',
      ref: snapshot.ref,
      userIds: policy.leads,
      params: { id: snapshot.ref.id },
      language: policy.language,
    },
    deps,
  );
  return true;
}

async function tellClient(
  portalId: string,
  ticket: OneTicket,
  cycle: number,
  deps: ClientDeps,
): Promise<void> {
  const { context, language } = await messageContext(ticket, deps, { link: '', closeBy: '' });
  const message = deps.clientTexts.render('work-goes-on', language, context);
  if (!message) return;
  const { id } = ticket.snapshot.ref;
  await sendOnce(
    portalId,
    {
      key: `closegate:${ticket.snapshot.ref.entityTypeId}:${id}:${cycle}:work-goes-on`,
      head: ticket.head,
      message,
      marker: '',
      channels: ['chat', 'email'],
      toDo: { title: '', text: '' },
    },
    deps,
  );
}
