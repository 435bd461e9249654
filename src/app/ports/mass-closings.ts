/** Mass closings, remembered so that one can be taken back as a whole. Implemented by redis/. */
import type { Instant, StagePlace, TicketRef } from '../../core/ticket.ts';

export interface MassClosing {
  readonly id: string;
  readonly at: Instant;
  /** Tickets that were ready, with the place each came from. */
  readonly tickets: readonly { readonly ref: TicketRef; readonly from: StagePlace }[];
}

export interface MassClosings {
  /** Saved before the first ticket moves. Kept for a week. */
  save(portalId: string, run: MassClosing): Promise<void>;
  /** null when there is none with this id, or it is too old. */
  find(portalId: string, id: string): Promise<MassClosing | null>;
}
