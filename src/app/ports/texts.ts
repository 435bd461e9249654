/** The words people read. Implemented by text/ from templates/ and the locale files. */
import type { AlertCode, Gap } from '../../core/decision.ts';
import type { CloseReason } from '../../core/ticket.ts';

export type Language = 'ru' | 'en';

export interface ReturnNoticeTicket {
  readonly id: number;
  readonly title: string;
  readonly link: string;
  readonly gaps: readonly Gap[];
}

/** One list of the morning's message. */
export interface DigestList {
  readonly title: string;
  readonly count: number;
  /** The first few. */
  readonly tickets: readonly {
    readonly id: number;
    readonly title: string;
    readonly link: string;
    readonly note: string;
    /** Address where the ticket is paused; '' where that makes no sense. */
    readonly holdLink: string;
  }[];
}

export interface DigestContext {
  /** The day as people of the pipeline write it. */
  readonly date: string;
  readonly lists: readonly DigestList[];
}

/** Every word a person reads. Implemented from templates/ and the locale files. */
export interface StaffTexts {
  /** One line: what is missing and what to do. */
  gap(language: Language, gap: Gap): string;
  /** Timeline entry of a returned ticket. */
  returnComment(language: Language, gaps: readonly Gap[]): string;
  /** Notice to one person about one or many returned tickets; `total` counts those not listed too. */
  returnNotice(language: Language, tickets: readonly ReturnNoticeTicket[], total: number): string;
  /** Timeline mark of a ticket the portal would not let the gate return. */
  refusedComment(language: Language, gaps: readonly Gap[]): string;
  /** Notice to one person about tickets that were closed although something could be better (strictness `warn`). */
  hintsNotice(language: Language, tickets: readonly ReturnNoticeTicket[], total: number): string;
  /** The lists of a working day's morning; lists without tickets are left out by the caller. */
  dailyDigest(language: Language, digest: DigestContext): string;
  /** Name of a close reason: the resolution of a ticket that has no solution to quote. */
  closeReasonLabel(language: Language, reason: CloseReason): string;
  alert(
    language: Language,
    code: AlertCode,
    params: Readonly<Record<string, string | number>>,
  ): string;
}
