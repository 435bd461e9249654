/** The documentation of a closing and the moments its clocks are computed from. Implemented by text/ and redis/. */
import type { Moment, SolutionTimes } from '../../core/solution-times.ts';
import type { CloseReason, Outcome, TicketRecord, TicketRef } from '../../core/ticket.ts';
import type { Language } from './texts.ts';

/** What the regulation's documentation template is filled with. */
export interface ClosingDocument extends Pick<
  TicketRecord,
  | 'problem'
  | 'cause'
  | 'solution'
  | 'recommendations'
  | 'resources'
  | 'productVersion'
  | 'productInstruction'
  | 'resolution'
  | 'timeSpent'
> {
  readonly ticketId: number;
  readonly cycle: number;
  /** Wall time with its zone. */
  readonly closedAt: string;
  readonly outcome: Outcome;
  readonly closeReason: CloseReason;
  /** null: the beginning of the cycle is not known. */
  readonly times: SolutionTimes | null;
}

export interface DocumentationTexts {
  /** The whole document as timeline comments, in order: one, or more where it is too long for one. Safe as BB code. */
  timeline(language: Language, document: ClosingDocument): readonly string[];
  /** The regulation's own form. */
  plain(language: Language, document: ClosingDocument): string;
  markdown(language: Language, document: ClosingDocument): string;
}

/** What happened to a ticket and when; holds no text. Kept 400 days after the last note. */
export interface MomentLog {
  /** The same moment noted again is the same moment. */
  note(portalId: string, ref: TicketRef, moment: Moment): Promise<void>;
  list(portalId: string, ref: TicketRef): Promise<readonly Moment[]>;
}
