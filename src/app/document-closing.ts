/**
 * Step 3 ("save the documentation in the system"): the documentation of a verified closing goes to the ticket's timeline, once
 * per cycle and whoever closed it. Claimed, looked for on the portal where a claim was left behind, written, marked.
 */
import { isClosedRole, stageRole } from '../core/stage-role.ts';
import { refKey } from '../core/ticket.ts';
import { AppError } from '../errors.ts';
import type { ClientDeps } from './client-deps.ts';
import { closingDocument } from './closing-document.ts';
import { ticketLine } from './journal-lines.ts';
import type { OneTicket } from './one-ticket.ts';
import { cycleOf } from './one-ticket.ts';
import { remember } from './once.ts';
import type { ClosingDocument } from './ports/documentation.ts';
import type { Fate } from './ports/runs.ts';
import type { JournalEntry } from './ports/state.ts';

/** Nobody documents spam. */
const UNDOCUMENTED = 'spam';

/** Throws to be tried again; the caller holds the ticket's lock. */
export async function documentClosing(
  portalId: string,
  ticket: OneTicket,
  deps: ClientDeps,
): Promise<Fate> {
  const { snapshot, policy } = ticket;
  // A closing that has not been stamped yet, or never was, is not a verified one.
  if (!isClosedRole(stageRole(policy, snapshot.stageId)) || snapshot.record.closedAt === null) {
    return 'not-wanted';
  }
  const document = await closingDocument(portalId, snapshot, policy, deps);
  if (document === null || document.outcome === UNDOCUMENTED) return 'no-text';
  const round = await roundOf(portalId, ticket, deps);
  const begun = `documenting@${round}`;
  const done = `documented@${round}`;
  const unseen = await deps.state.unseen(portalId, [begun, done]);
  if (!unseen.has(done)) return 'up-to-date';
  const parts = deps.documentation.timeline(policy.language, document);
  // A claim of a process that died, or of a store that was emptied since: the portal knows how far it came.
  const lookFirst = !unseen.has(begun) || isLate(ticket, deps);
  await remember(portalId, begun, deps);
  const standing = lookFirst ? await deps.tickets.readComments(snapshot.ref) : [];
  for (const text of parts) {
    if (!standing.some((comment) => isSame(comment, text))) await write(ticket, text, deps);
  }
  await deps.journal.append(portalId, [documentedLine(ticket, document, deps)]);
  await remember(portalId, done, deps);
  return 'done';
}

/** The clocks are known only now: the report takes them from this line, not from the closing's. */
function documentedLine(
  ticket: OneTicket,
  { times }: ClosingDocument,
  { clock }: ClientDeps,
): JournalEntry {
  const closedAt = ticket.snapshot.record.closedAt ?? 0;
  const line = ticketLine(ticket, 'documented', clock.now(), { closedAt });
  if (times === null) return line;
  const minutes = {
    toAnswer: times.toAnswer?.working ?? null,
    toSolve: times.toSolution.working,
    toClose: times.toClosing.working,
    waitingClient: times.waiting.working,
  };
  return { ...line, times: minutes };
}

/** A store emptied in the meantime would have lost the mark. */
const LATE_MS = 5 * 60_000;

function isLate({ snapshot }: OneTicket, { clock }: ClientDeps): boolean {
  return clock.now() > (snapshot.record.closedAt ?? 0) + LATE_MS;
}

/** What was written of a closing that was undone is not this closing's: it is documented anew. */
async function roundOf(portalId: string, ticket: OneTicket, deps: ClientDeps): Promise<string> {
  const again = undoneMark(ticket);
  const unseen = await deps.state.unseen(portalId, [again]);
  const cycle = `${refKey(ticket.snapshot.ref)}@${cycleOf(ticket)}`;
  return unseen.has(again) ? cycle : `${cycle}@again`;
}

function undoneMark(ticket: OneTicket): string {
  return `undocumented@${refKey(ticket.snapshot.ref)}@${cycleOf(ticket)}`;
}

/** The closing was taken back within the undo window. */
export async function undocument(
  portalId: string,
  ticket: OneTicket,
  deps: ClientDeps,
): Promise<void> {
  await deps.timers.cancel(portalId, ticket.snapshot.ref, ['document']);
  await remember(portalId, undoneMark(ticket), deps);
}

/**
 * The same document, although it may have been computed otherwise: its first two lines (ticket and cycle, time of closing)
 * tell it, and for a continuation the first one, which holds both.
 */
function isSame(comment: string, text: string): boolean {
  return normal(comment).startsWith(normal(headOf(text)));
}

const HEAD_LINES = 2;

export function headOf(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.slice(0, HEAD_LINES).join(' ');
}

/** The portal may turn line ends and trim. */
export const normal = (text: string): string => text.replaceAll(/\s+/gu, ' ').trim();

async function write({ snapshot }: OneTicket, text: string, deps: ClientDeps): Promise<void> {
  const { ref } = snapshot;
  const written = await deps.tickets.addComments([{ ref, text }], 'bulk');
  if (written.has(refKey(ref))) return;
  throw new AppError(
    'portal-unreachable',
    'The documentation is not on the ticket yet: try again.',
    {
      retry: 'backoff',
      detail: 'DOCUMENTATION',
    },
  );
}
