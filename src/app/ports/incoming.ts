/** What clients wrote elsewhere than on their page, as the use cases ask for it. Implemented by bitrix24/. */
import type { Instant, TicketRef } from '../../core/ticket.ts';
import type { IncomingMessage } from './client.ts';
import type { TicketHead } from './tickets.ts';

/** Letters that came in, with what is to be known of them. */
export interface ArrivedLetters {
  readonly count: number;
  /** Activities that were read and are no letter of a client, which they never become. */
  readonly others: readonly number[];
  /**
   * Of these tickets those that a letter is filed under or whose client wrote it, as far as one request tells: a client's newest
   * fifty, by the main contact and the company. All of them where the portal cannot be asked so.
   */
  among(refs: readonly TicketRef[]): Promise<readonly TicketRef[]>;
  /** Matched to these tickets by binding, else by the client's contact. */
  about(waiting: readonly TicketHead[]): Promise<readonly IncomingMessage[]>;
}

/** Must not depend on open-channel events: activities are read by id, chats by the session history. */
export interface IncomingMessages {
  /** The incoming letters among these activities; one request per 50. */
  arrived(activityIds: readonly number[]): Promise<ArrivedLetters>;
  /** Messages of clients in the chats of these tickets from the second of `since` on, and their letters; batched. */
  since(waiting: readonly TicketHead[], since: Instant): Promise<readonly IncomingMessage[]>;
  /** The letters alone; requests: one per 50 letters, and three per 2,500 tickets. */
  letters(tickets: readonly TicketHead[], since: Instant): Promise<readonly IncomingMessage[]>;
  /** The chats alone; a request per about 25 tickets. */
  chats(tickets: readonly TicketHead[], since: Instant): Promise<readonly IncomingMessage[]>;
}
