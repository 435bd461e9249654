/**
 * A client wrote by e-mail or chat after the closing, as its notice invites to (FAQ 2): while the ticket may still be
 * reopened, an agent reads it and says with one click what it means. Pure thanks disturb nobody.
 */
import { isClosedRole, stageRole } from '../core/stage-role.ts';
import { refKey } from '../core/ticket.ts';
import { addWorkingDays } from '../core/working-time.ts';
import type { ClientDeps } from './client-deps.ts';
import { ticketLine } from './journal-lines.ts';
import type { OneTicket } from './one-ticket.ts';
import { cycleOf, readTicket } from './one-ticket.ts';
import { remember } from './once.ts';
import { lastPass, notePass } from './passes.ts';
import type { ArrivedLetters, ClientCase, IncomingMessage } from './ports/client.ts';
import type { Fate } from './ports/runs.ts';
import type { TicketHead } from './ports/tickets.ts';
import { markOf, readMessage } from './read-message.ts';
import { tellStaff } from './tell-staff.ts';
import { ticketLock } from './ticket-lock.ts';

/** Closed tickets are many and their clients seldom write: their chats are read less often than those of waiting ones. */
const SCAN = { name: 'closed-replies', everyMs: 15 * 60_000 };

type Note = (fate: Fate) => void;

/** Of these letters. @param taken sources that waiting tickets have */
export async function lettersAfterClosing(
  portalId: string,
  letters: ArrivedLetters,
  taken: ReadonlySet<string>,
  deps: ClientDeps,
): Promise<readonly IncomingMessage[]> {
  const closed = await reopenable(portalId, deps);
  if (closed.heads.length === 0) return [];
  const messages = await letters.about(closed.heads);
  return messages.filter(({ source }) => !taken.has(source));
}

/** The scheduled read; does nothing while the last one is fresh. */
export async function scanClosed(
  portalId: string,
  taken: ReadonlySet<string>,
  deps: ClientDeps,
  note: Note,
): Promise<void> {
  const last = await lastPass(portalId, SCAN, deps);
  if (last.isFresh) return;
  const { heads, oldest } = await reopenable(portalId, deps);
  if (heads.length > 0) {
    const messages = await deps.incoming.since(heads, last.since ?? oldest);
    const free = messages.filter(({ source }) => !taken.has(source));
    await heardAfterClosing(portalId, free, deps, note);
  }
  await notePass(portalId, SCAN, deps);
}

/** Each ticket's new messages are announced together, by the newest that says something. */
export async function heardAfterClosing(
  portalId: string,
  messages: readonly IncomingMessage[],
  deps: ClientDeps,
  note: Note,
): Promise<void> {
  const unseen = await deps.state.unseen(portalId, messages.map(markOf));
  const news = messages.filter((one) => unseen.has(markOf(one)));
  const refs = new Map(news.map(({ ref }) => [refKey(ref), ref]));
  for (const [key, ref] of refs) {
    const mine = news.filter((message) => refKey(message.ref) === key);
    const done = await deps.lock.exclusively<Fate>(ticketLock(portalId, ref), () =>
      hear(portalId, mine, deps),
    );
    note(done ?? 'busy');
  }
}

async function hear(
  portalId: string,
  messages: readonly IncomingMessage[],
  deps: ClientDeps,
): Promise<Fate> {
  const [first] = messages;
  const ticket = first ? await readTicket(portalId, first.ref, deps) : null;
  // Not closed (any more): then what was written is for whoever works on it.
  if (!ticket || ticket.policy.mode !== 'enforce' || !standsClosed(ticket)) return 'not-wanted';
  const newest = await newestWords(portalId, ticket, messages, deps);
  if (newest) await announce(portalId, ticket, newest, deps);
  for (const message of messages) await remember(portalId, markOf(message), deps);
  return newest ? 'done' : 'suppressed';
}

/** The newest message since the closing that asks for somebody. */
async function newestWords(
  portalId: string,
  ticket: OneTicket,
  messages: readonly IncomingMessage[],
  deps: ClientDeps,
): Promise<IncomingMessage | null> {
  const closedAt = ticket.snapshot.record.closedAt ?? 0;
  let newest: IncomingMessage | null = null;
  for (const message of messages.filter(({ at }) => at > closedAt)) {
    const kind = await readMessage(portalId, ticket, message, deps);
    if (kind !== 'suppressed' && kind !== 'thanks-confirms') newest = message;
  }
  return newest;
}

const standsClosed = ({ snapshot, policy }: OneTicket): boolean =>
  isClosedRole(stageRole(policy, snapshot.stageId));

async function announce(
  portalId: string,
  ticket: OneTicket,
  { source, channel }: IncomingMessage,
  deps: ClientDeps,
): Promise<void> {
  const link = deps.readingLink(ticket.snapshot.ref, cycleOf(ticket), source);
  const word = { key: 'client.reply-after-closing', params: { channel, link } };
  await tellStaff(portalId, ticket, word, deps);
  const detail = { channel, source, thanks: 0 };
  await deps.journal.append(portalId, [
    ticketLine(ticket, 'client-wrote', deps.clock.now(), detail),
  ]);
}

/** Tickets whose client's word still opens them again, as the cases remember them; and the oldest closing of these. */
async function reopenable(portalId: string, deps: ClientDeps) {
  const policies = (await deps.policies.list(portalId)).filter(({ mode }) => mode === 'enforce');
  const now = deps.clock.now();
  const days = Math.max(0, ...policies.map(({ reopenWindowDays }) => reopenWindowDays));
  // Working days are at most two thirds of all days, holidays aside.
  const from = now - (2 * days + 10) * 24 * 60 * 60_000;
  const recent = (await deps.cases.list(portalId)).filter(
    ({ state, closedAt }) => state === 'closed' && (closedAt ?? 0) >= from,
  );
  if (recent.length === 0) return { heads: [], oldest: now };
  const types = [...new Set(policies.map(({ pipeline }) => pipeline.entityTypeId))];
  const queries = types.map((entityTypeId) => ({
    entityTypeId,
    stageIds: [],
    since: 0,
    alsoIds: recent.flatMap(({ ref }) => (ref.entityTypeId === entityTypeId ? [ref.id] : [])),
    policies: policies.filter(({ pipeline }) => pipeline.entityTypeId === entityTypeId),
  }));
  const listed = await deps.tickets.listMoved(queries, 'bulk');
  const heads: TicketHead[] = [];
  for (const head of listed) {
    const policy = policies.find(
      ({ pipeline }) =>
        pipeline.entityTypeId === head.ref.entityTypeId && pipeline.categoryId === head.categoryId,
    );
    const { closedAt } = head.record;
    if (!policy || closedAt === null || !isClosedRole(stageRole(policy, head.stageId))) continue;
    const until = addWorkingDays(closedAt, policy.reopenWindowDays, await deps.workingTime(policy));
    if (until !== null && now <= until) heads.push(head);
  }
  return { heads, oldest: oldestOf(recent, now) };
}

const oldestOf = (cases: readonly ClientCase[], now: number): number =>
  Math.min(...cases.map(({ closedAt }) => closedAt ?? now));
