/**
 * A client wrote by e-mail or chat after the request: the countdown stops and an agent says how it is to be read. Auto-replies
 * and bounces are no answer; each stands in a ledger. Learnt from activity events and from a scheduled read, never from
 * open-channel events.
 */
import { isCountingDown } from '../core/decide-silence.ts';
import { refKey } from '../core/ticket.ts';
import { changeTicket } from './change-ticket.ts';
import type { ClientDeps } from './client-deps.ts';
import { ticketLine } from './journal-lines.ts';
import { activityReferences, knowActivities, unknownActivities } from './known-activities.ts';
import { remember } from './once.ts';
import type { Fate } from './ports/runs.ts';
import { queriesFor } from './queries-for.ts';
import { recordedRun } from './record-run.ts';
import type { OneTicket } from './one-ticket.ts';
import { cycleOf, readTicket } from './one-ticket.ts';
import type { IncomingMessage } from './ports/client.ts';
import type { TicketHead } from './ports/tickets.ts';
import { heardAfterClosing, lettersAfterClosing, scanClosed } from './reply-after-closing.ts';
import { markOf, readMessage } from './read-message.ts';
import { tellStaff } from './tell-staff.ts';
import { ticketLock } from './ticket-lock.ts';

/** Letters among the activities that rang. */
export async function activitiesArrived(
  portalId: string,
  activityIds: readonly number[],
  deps: ClientDeps,
): Promise<void> {
  if ((await deps.cases.list(portalId)).length === 0) return;
  const unknown = await unknownActivities(portalId, activityIds, deps);
  if (unknown.length === 0) return;
  // Most activities are the desk's own work: only a letter is worth a look at the tickets.
  const letters = await deps.incoming.arrived(unknown);
  await knowActivities(portalId, activityReferences(letters.others), deps);
  if (letters.count === 0) return;
  const messages = await letters.about(await waitingHeads(portalId, deps));
  const taken = new Set(messages.map(({ source }) => source));
  const later = await lettersAfterClosing(portalId, letters, taken, deps);
  if (messages.length + later.length === 0) return;
  await recordedRun(portalId, 'replies', deps, async (note) => {
    await handleAll(portalId, messages, deps, note);
    await heardAfterClosing(portalId, later, deps, note);
  });
}

/** The scheduled read of everything that clients of waiting tickets wrote since their request, and of closed ones after it. */
export async function scanReplies(portalId: string, deps: ClientDeps): Promise<void> {
  await recordedRun(portalId, 'replies', deps, async (note) => {
    const waiting = await waitingHeads(portalId, deps);
    const since = Math.min(...waiting.map(({ record }) => record.askedAt ?? deps.clock.now()));
    const messages = waiting.length === 0 ? [] : await deps.incoming.since(waiting, since);
    await handleAll(portalId, messages, deps, note);
    const taken = new Set(messages.map(({ source }) => source));
    await scanClosed(portalId, taken, deps, note);
  });
}

/**
 * What the client of this one ticket wrote since the request. The caller holds the ticket's lock.
 * @returns whether something ended the countdown
 */
export async function readReplies(
  portalId: string,
  ticket: OneTicket,
  deps: ClientDeps,
): Promise<boolean> {
  const { askedAt } = ticket.snapshot.record;
  if (askedAt === null || !isCountingDown(ticket.snapshot, ticket.policy)) return false;
  const messages = await deps.incoming.since([ticket.head], askedAt);
  const mine = messages.filter(({ ref }) => refKey(ref) === refKey(ticket.snapshot.ref));
  const unseen = await deps.state.unseen(portalId, mine.map(markOf));
  for (const message of mine) {
    if (!unseen.has(markOf(message))) continue;
    const fate = await handle(portalId, ticket, { message, last: isLast(message, mine) }, deps);
    await remember(portalId, markOf(message), deps);
    if (fate === 'done') return true;
  }
  return false;
}

/** Tickets whose client was asked, as the cases remember them. */
async function waitingHeads(portalId: string, deps: ClientDeps): Promise<readonly TicketHead[]> {
  const open = (await deps.cases.list(portalId)).filter(({ state }) => state !== 'closed');
  const refs = open.filter(({ state }) => state !== 'superseded').map(({ ref }) => ref);
  if (refs.length === 0) return [];
  const policies = (await deps.policies.list(portalId)).filter(({ mode }) => mode === 'enforce');
  const heads = await deps.tickets.listMoved(queriesFor(refs, policies), 'bulk');
  return heads.filter((head) => head.record.confirmation === 'asked');
}

async function handleAll(
  portalId: string,
  messages: readonly IncomingMessage[],
  deps: ClientDeps,
  note: (fate: Fate) => void,
): Promise<void> {
  const unseen = await deps.state.unseen(portalId, messages.map(markOf));
  for (const message of messages) {
    if (!unseen.has(markOf(message))) continue;
    const heard = { message, last: isLast(message, messages) };
    const lock = ticketLock(portalId, message.ref);
    const fate = await deps.lock.exclusively<Fate>(lock, async () => {
      const ticket = await readTicket(portalId, message.ref, deps);
      const listens =
        ticket && isEnforced(ticket) && isCountingDown(ticket.snapshot, ticket.policy);
      return listens ? handle(portalId, ticket, heard, deps) : 'not-wanted';
    });
    // Busy: the next scan finds it again. Else it must not suppress or announce the same words again.
    if (fate !== null) await remember(portalId, markOf(message), deps);
    note(fate ?? 'busy');
  }
}

const isEnforced = ({ policy }: OneTicket): boolean => policy.mode === 'enforce';

interface Heard {
  readonly message: IncomingMessage;
  /** Nothing else was written to this ticket since. */
  readonly last: boolean;
}

const isLast = (message: IncomingMessage, all: readonly IncomingMessage[]): boolean =>
  !all.some(
    (other) =>
      other !== message && refKey(other.ref) === refKey(message.ref) && other.at >= message.at,
  );

/** `done`: the message ended the countdown. */
async function handle(
  portalId: string,
  ticket: OneTicket,
  { message, last }: Heard,
  deps: ClientDeps,
): Promise<Fate> {
  const { record } = ticket.snapshot;
  if (record.askedAt !== null && message.at < record.askedAt) return 'not-wanted';
  const kind = await readMessage(portalId, ticket, message, deps);
  if (kind === 'suppressed') return kind;
  const thanks = kind === 'thanks-confirms';
  if (thanks && last && ticket.policy.thanksConfirms) {
    await takeAsConfirmation(portalId, ticket, message, deps);
  } else {
    await announceReply(portalId, ticket, { ...message, thanks }, deps);
  }
  return 'done';
}

/** The answer waits like one of the client page: what is worked off is decided once more, with the ticket read anew. */
async function takeAsConfirmation(
  portalId: string,
  ticket: OneTicket,
  { ref, source, at }: IncomingMessage,
  deps: ClientDeps,
): Promise<void> {
  const cycle = cycleOf(ticket);
  const answer = { ref, cycle, answer: 'solved', comment: '', at } as const;
  await deps.answers.accept(portalId, { ...answer, readingOf: source, byRule: true });
  await deps.timers.cancel(portalId, ref, ['remind', 'close', 'hold-end']);
}

export interface Announced extends Pick<IncomingMessage, 'source' | 'channel' | 'at'> {
  /** It reads like thanks for a solved problem: suggested as a confirmation, not taken as one. */
  readonly thanks: boolean;
}

/** The agent is told first: once the countdown is off, no later look would find the message again. */
export async function announceReply(
  portalId: string,
  ticket: OneTicket,
  { source, channel, thanks, at }: Announced,
  deps: ClientDeps,
): Promise<void> {
  const { ref } = ticket.snapshot;
  const cycle = cycleOf(ticket);
  await deps.moments.note(portalId, ref, { cycle, kind: 'answered', at });
  const link = deps.readingLink(ref, cycle, source);
  const key = thanks ? 'client.reply-thanks' : 'client.reply';
  const detail = { channel, source, thanks: thanks ? 1 : 0 };
  await deps.journal.append(portalId, [
    ticketLine(ticket, 'client-wrote', deps.clock.now(), detail),
  ]);
  await tellStaff(portalId, ticket, { key, params: { channel, link } }, deps);
  await deps.timers.cancel(portalId, ref, ['remind', 'close', 'hold-end']);
  const changes = { confirmation: 'not-asked' } as const;
  await changeTicket(portalId, ticket, { changes, moveTo: null }, deps);
}
