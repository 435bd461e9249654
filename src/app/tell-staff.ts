/** Tells the people of a ticket what happened on the client's side: on its timeline and, unless quietly, by a notice. */
import { refKey } from '../core/ticket.ts';
import type { ClientDeps } from './client-deps.ts';
import type { OneTicket } from './one-ticket.ts';

export interface StaffWord {
  /** Key of the locale files. */
  readonly key: string;
  readonly params: Readonly<Record<string, string | number>>;
  /** Only on the ticket, nobody is interrupted. */
  readonly quietly?: boolean;
}

export async function tellStaff(
  ticket: OneTicket,
  word: StaffWord,
  deps: ClientDeps,
): Promise<void> {
  const { snapshot, policy } = ticket;
  const link = deps.tickets.ticketLink(snapshot.ref);
  const text = deps.say(policy.language, word.key, {
    id: snapshot.ref.id,
    link,
    ...word.params,
  });
  const comment = { ref: snapshot.ref, text };
  const present = await deps.tickets.findComments([comment]);
  if (present.size === 0) await deps.tickets.addComments([comment], 'live');
  if (word.quietly !== true && snapshot.assigneeId > 0) {
    const notice = deps.say(policy.language, 'client.notice', {
      id: snapshot.ref.id,
      link,
      text,
    });
    await deps.tickets.notify(
      [
        {
          userId: snapshot.assigneeId,
          text: notice,
          tag: `closegate|${word.key}|${refKey(snapshot.ref)}|${snapshot.assigneeId}`,
        },
      ],
      'live',
    );
  }
}
