/** Tells the people of a ticket what happened on the client's side: on its timeline and, unless quietly, by a notice. */
import { refKey } from '../core/ticket.ts';
import { AppError } from '../errors.ts';
import type { ClientDeps } from './client-deps.ts';
import type { OneTicket } from './one-ticket.ts';
import { cycleOf } from './one-ticket.ts';
import { remember } from './once.ts';
import type { StaffComment } from './ports/tickets.ts';

export interface StaffWord {
  /** Key of the locale files. */
  readonly key: string;
  readonly params: Readonly<Record<string, string | number>>;
  /** Only on the ticket, nobody is interrupted. */
  readonly quietly?: boolean;
  /** Holds a client's words, which are kept nowhere else: fails rather than go on without them. */
  readonly mustStand?: boolean;
}

/** The same word once per round (cycle and request): repeated after a crash or at each look, it is said no second time. */
export async function tellStaff(
  portalId: string,
  ticket: OneTicket,
  word: StaffWord,
  deps: ClientDeps,
): Promise<void> {
  const { comment, said } = await beginWord(portalId, ticket, word, deps);
  if (comment) {
    const written = await deps.tickets.addComments([comment], 'live');
    if (word.mustStand === true && !written.has(refKey(comment.ref))) {
      throw new AppError('portal-unreachable', 'The words are not on the ticket yet: try again.', {
        retry: 'backoff',
        detail: 'COMMENT',
      });
    }
  }
  await said();
}

export interface BegunWord {
  /** To be written; null where it stands already. */
  readonly comment: StaffComment | null;
  /** To be called once the comment was written: nobody is interrupted before, and no repeat says it again after. */
  readonly said: () => Promise<void>;
}

/** For whoever writes the comment together with something else. */
export async function beginWord(
  portalId: string,
  ticket: OneTicket,
  word: StaffWord,
  deps: ClientDeps,
): Promise<BegunWord> {
  const { snapshot, policy } = ticket;
  const link = deps.tickets.ticketLink(snapshot.ref);
  const params = { id: snapshot.ref.id, link, ...word.params };
  const text = deps.say(policy.language, word.key, params);
  const begun = `telling@${roundOf(ticket)}@${word.key}@${digest(text)}`;
  const told = `told@${roundOf(ticket)}@${word.key}@${digest(text)}`;
  const unseen = await deps.state.unseen(portalId, [begun, told]);
  if (!unseen.has(told)) return { comment: null, said: () => Promise.resolve() };
  // An earlier round may have said the very same: the timeline is only asked when this round was broken off.
  const comment = { ref: snapshot.ref, text };
  const interrupted = !unseen.has(begun);
  await remember(portalId, begun, deps);
  const present = interrupted ? await deps.tickets.findComments([comment]) : new Set<string>();
  return {
    comment: present.size === 0 ? comment : null,
    async said() {
      if (word.quietly !== true) await interrupt(ticket, { key: word.key, text, link }, deps);
      await remember(portalId, told, deps);
    },
  };
}

async function interrupt(
  { snapshot, policy }: OneTicket,
  said: { readonly key: string; readonly text: string; readonly link: string },
  deps: ClientDeps,
): Promise<void> {
  const { assigneeId, ref } = snapshot;
  if (assigneeId <= 0) return;
  const { text, link } = said;
  const notice = deps.say(policy.language, 'client.notice', { id: ref.id, link, text });
  const tag = `closegate|${said.key}|${refKey(ref)}|${assigneeId}`;
  await deps.tickets.notify([{ userId: assigneeId, text: notice, tag }], 'live');
}

function roundOf(ticket: OneTicket): string {
  const { ref, record } = ticket.snapshot;
  return `${refKey(ref)}@${cycleOf(ticket)}@${record.askedAt ?? 0}`;
}

/** Tells texts of one ticket apart without keeping them: they may quote the client (FNV-1a and the length). */
function digest(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
  }
  return `${hash.toString(36)}.${text.length}`;
}
