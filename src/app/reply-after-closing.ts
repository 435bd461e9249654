/**
 * A client wrote by e-mail or chat after the closing, as its notice invites to (FAQ 2): while the ticket may still be
 * reopened, an agent reads it and says with one click what it means. Pure thanks disturb nobody.
 */
import { isClosedRole, stageRole } from '../core/stage-role.ts';
import { refKey } from '../core/ticket.ts';
import type { ClientDeps } from './client-deps.ts';
import { ticketLine } from './journal-lines.ts';
import type { OneTicket } from './one-ticket.ts';
import { cycleOf, readTicket } from './one-ticket.ts';
import { remember } from './once.ts';
import { lastPass, notePass } from './passes.ts';
import type { PassKind } from './passes.ts';
import type { IncomingMessage } from './ports/client.ts';
import type { ArrivedLetters } from './ports/incoming.ts';
import type { Fate } from './ports/runs.ts';
import { markOf, readMessage } from './read-message.ts';
import { closedLately, isChatDue, reopenable } from './reopenable.ts';
import { tellStaff } from './tell-staff.ts';
import { ticketLock } from './ticket-lock.ts';

/** Closed tickets are many and their clients seldom write: they are looked at less often than waiting ones. */
const SCAN: PassKind = { name: 'closed-replies', everyMs: 15 * 60_000 };

type Note = (fate: Fate) => void;

/**
 * Of these letters, about the tickets they are filed under or whose client wrote them. Who has so many closed tickets that
 * one question does not tell, or wrote from another card, is heard by the scheduled read.
 * @param taken sources that waiting tickets have
 */
export async function lettersAfterClosing(
  portalId: string,
  letters: ArrivedLetters,
  taken: ReadonlySet<string>,
  deps: ClientDeps,
): Promise<readonly IncomingMessage[]> {
  const lately = await closedLately(portalId, deps);
  const theirs = await letters.among(lately.refs);
  const closed = await reopenable({ ...lately, refs: theirs }, deps);
  if (closed.length === 0) return [];
  const messages = await letters.about(closed.map(({ head }) => head));
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
  const pass = { now: deps.clock.now(), lastStep: last.step, everyMs: SCAN.everyMs };
  const closed = await reopenable(await closedLately(portalId, deps), deps);
  if (closed.length > 0) {
    const closings = new Map(closed.map(({ head, closedAt }) => [refKey(head.ref), closedAt]));
    const oldest = Math.min(...closings.values());
    const talks = closed.filter((one) => isChatDue(one, closed.length, pass));
    const messages = [
      ...(await deps.incoming.letters(
        closed.map(({ head }) => head),
        last.since ?? oldest,
      )),
      // All since the closing, so that nothing hangs on when the chat was read last: what was heard is known by its mark.
      ...(await deps.incoming.chats(
        talks.map(({ head }) => head),
        oldest,
      )),
    ];
    const free = messages.filter(
      ({ source, ref, at }) => !taken.has(source) && at > (closings.get(refKey(ref)) ?? 0),
    );
    const inOrder = free.toSorted((a, b) => a.at - b.at);
    await heardAfterClosing(portalId, inOrder, deps, note);
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
