/**
 * A closed ticket goes on: by the client's "not solved" or by an agent who drags it back (special case 3, FAQ 2). The next
 * cycle is asked anew; the old one's times stay in the journal. Within the undo window nothing has reached the client yet.
 */
import type { Instant, TicketRecord } from '../core/ticket.ts';
import { refKey } from '../core/ticket.ts';
import { robotsSilentUntil } from '../core/reopen-loop.ts';
import { addWorkingDays } from '../core/working-time.ts';
import { alertLeads } from './alert-leads.ts';
import { tellReopened } from './automation/trigger-facts.ts';
import { changeTicket } from './change-ticket.ts';
import type { ClientDeps } from './client-deps.ts';
import { ticketLine } from './journal-lines.ts';
import { wallTime } from './message-context.ts';
import type { OneTicket } from './one-ticket.ts';
import { cycleOf, workPlace } from './one-ticket.ts';
import { once, remember } from './once.ts';
import { loopSilence } from './loop-silence.ts';
import { goesOnMark } from './work-goes-on.ts';
import { tellStaff } from './tell-staff.ts';

const NEXT_CYCLE: Partial<TicketRecord> = {
  confirmation: 'not-asked',
  confirmationEvidence: '',
  askedAt: null,
  remindedAt: null,
  outcome: null,
  closeReason: null,
  closedAt: null,
  resolution: '',
  mistakeCause: null,
  mistakeMeasure: '',
  exceptionReason: '',
};

export interface ClientReturn {
  readonly how: 'reopen' | 'new-ticket';
  /** What the client wrote; '' when nothing. */
  readonly words: string;
}

/** "Not solved" after the closing: the same ticket within the window, a new linked one later. */
export async function reopenByClient(
  portalId: string,
  ticket: OneTicket,
  { how, words }: ClientReturn,
  deps: ClientDeps,
): Promise<void> {
  if (how === 'new-ticket') return openLinked(portalId, ticket, words, deps);
  await reopen(portalId, ticket, true, deps);
}

/** One new ticket for each closing: a second late word joins the first on the old one. */
async function openLinked(
  portalId: string,
  ticket: OneTicket,
  words: string,
  deps: ClientDeps,
): Promise<void> {
  const { snapshot, policy } = ticket;
  const { ref } = snapshot;
  await once(portalId, `linked@${refKey(ref)}@${cycleOf(ticket)}`, deps, async () => {
    const { language } = policy;
    const title = deps.say(language, 'client.new-ticket-title', { id: ref.id });
    const created = await deps.writer.createLinked(ticket.head, policy, title);
    const text = deps.say(language, 'client.not-solved', { id: ref.id, text: words.trim() });
    const comment = { ref: created, text };
    const present = await deps.tickets.findComments([comment]);
    if (present.size === 0) await deps.tickets.addComments([comment], 'live');
    const link = deps.tickets.ticketLink(created);
    await tellStaff(portalId, ticket, { key: 'client.new-ticket', params: { link } }, deps);
  });
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
  const { snapshot } = ticket;
  const cycle = cycleOf(ticket) + 1;
  const closedAt = snapshot.record.closedAt;
  const written = await changeTicket(
    portalId,
    ticket,
    { changes: { ...NEXT_CYCLE, cycle }, moveTo: move ? workPlace(ticket) : null },
    deps,
  );
  // Refused, the leads know; the client's words stand on the ticket.
  if (written) await announce(portalId, inCycle(ticket, cycle), { closedAt, byClient: move }, deps);
}

/** The ticket as it was just written. */
function inCycle(ticket: OneTicket, cycle: number): OneTicket {
  const record = { ...ticket.snapshot.record, ...NEXT_CYCLE, cycle };
  return { ...ticket, snapshot: { ...ticket.snapshot, record } };
}

/**
 * The ticket is in the cycle after the one its case was closed in: it was reopened, and the process died before everybody
 * was told. Does nothing otherwise.
 */
export async function finishReopening(
  portalId: string,
  ticket: OneTicket,
  deps: ClientDeps,
): Promise<void> {
  const known = await deps.cases.find(portalId, ticket.snapshot.ref);
  if (known?.state !== 'closed' || known.cycle + 1 !== cycleOf(ticket)) return;
  const byClient = known.answer === 'not-solved';
  await announce(portalId, ticket, { closedAt: known.closedAt, byClient }, deps);
}

interface Reopening {
  readonly closedAt: Instant | null;
  readonly byClient: boolean;
}

/** The case is written last: until it says so, a repeat after a crash goes through all of this again. */
async function announce(
  portalId: string,
  ticket: OneTicket,
  reopening: Reopening,
  deps: ClientDeps,
): Promise<void> {
  const { ref } = ticket.snapshot;
  const cycle = cycleOf(ticket);
  await deps.timers.cancel(portalId, ref, [
    'send-request',
    'remind',
    'close',
    'hold-end',
    'final-notice',
  ]);
  await once(portalId, `reopened@${refKey(ref)}@${cycle}`, deps, () =>
    noteReopening(portalId, ticket, reopening, deps),
  );
  await tellStaff(portalId, ticket, { key: 'client.reopened', params: { cycle } }, deps);
  if (reopening.byClient) await tellReopened(portalId, ticket, deps);
  await pauseRobots(portalId, ticket, deps);
  await askForMistake(portalId, ticket, deps);
  const known = await deps.cases.find(portalId, ref);
  if (known) await deps.cases.save(portalId, { ...known, state: 'superseded' });
}

/** Journalled and counted once: of the third within a week the lead hears, and the client does not. */
async function noteReopening(
  portalId: string,
  ticket: OneTicket,
  { closedAt, byClient }: Reopening,
  deps: ClientDeps,
): Promise<void> {
  const { snapshot } = ticket;
  const cycle = cycleOf(ticket);
  const now = deps.clock.now();
  const detail = { cycle, closedAt: closedAt ?? 0, byClient: byClient ? 1 : 0 };
  await deps.journal.append(portalId, [
    {
      ...ticketLine(ticket, 'reopened', now, detail),
      movedBy: byClient ? 0 : snapshot.movedBy,
    },
  ]);
  const at = byClient ? now : snapshot.movedAt;
  await deps.moments.note(portalId, snapshot.ref, { cycle, kind: 'reopened', at });
  if (await isLooping(portalId, ticket, deps)) return remember(portalId, goesOnMark(ticket), deps);
  await deps.timers.set(portalId, { ref: snapshot.ref, cycle, kind: 'work-goes-on', dueAt: now });
}

/** Cause and measure are wanted within one working day; after that the lead hears of it. */
async function askForMistake(portalId: string, ticket: OneTicket, deps: ClientDeps): Promise<void> {
  const time = await deps.workingTime(ticket.policy);
  const dueAt = addWorkingDays(deps.clock.now(), 1, time);
  await tellStaff(portalId, ticket, { key: 'client.mistake-asked', params: {} }, deps);
  const { ref } = ticket.snapshot;
  if (dueAt === null) return;
  await deps.timers.set(portalId, { ref, cycle: cycleOf(ticket), kind: 'mistake-review', dueAt });
}

async function isLooping(portalId: string, ticket: OneTicket, deps: ClientDeps): Promise<boolean> {
  const { snapshot, policy } = ticket;
  const now = deps.clock.now();
  const times = await deps.cases.reopened(portalId, snapshot.ref, now);
  if (robotsSilentUntil(times, now) === null) return false;
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

/**
 * The loop guard pauses the ticket with its own fields: people see it there and may end it, and an emptied store forgets
 * nothing. A longer pause of an agent's own stays.
 */
async function pauseRobots(portalId: string, ticket: OneTicket, deps: ClientDeps): Promise<void> {
  const { snapshot, policy } = ticket;
  const until = await loopSilence(portalId, ticket, deps);
  if (until === null) return;
  if ((snapshot.record.holdUntil ?? 0) < until) {
    const holdReason = deps.say(policy.language, 'client.loop-hold');
    const changes = { holdUntil: until, holdReason };
    await changeTicket(portalId, ticket, { changes, moveTo: null }, deps);
  }
  const params = { until: wallTime(until, await deps.workingTime(policy)) };
  await tellStaff(portalId, ticket, { key: 'client.robots-silent', params }, deps);
}
