/** What the lead's report shows: made by app/admin/report*.ts, drawn by web/admin/report. Plain data, words in the reader's language. */
import { dateKey, dateOfDay, dayNumber, isRealDate } from '../local-date.ts';
import type { ReportFilter } from '../report/figures.ts';
import type { ListName } from '../ticket-lists.ts';
import type { Instant } from '../ticket.ts';

/** A figure and the name by which its tickets are asked for; '' where it has none of its own. */
export interface ReportRow {
  readonly label: string;
  readonly count: number;
  readonly figure: string;
}

export const HEADLINES = ['refused', 'confirmed', 'toAnswer', 'reopened'] as const;

/** One of the four figures at the top. Shares from 0 to 1, times in working minutes; null: nothing to measure. */
export interface Headline {
  readonly id: (typeof HEADLINES)[number];
  readonly value: number | null;
  /** The same of the equal time right before; null: nothing to compare with. */
  readonly before: number | null;
  /** What the value is made of: so many of so many; `of` null where it is no share. */
  readonly part: number;
  readonly of: number | null;
  readonly figure: string;
}

/** A day; a whole or begun month where the time asked for is long. */
export interface ReportStep {
  readonly from: string;
  readonly to: string;
  readonly requests: number;
  readonly confirmations: number;
  readonly refused: number;
  readonly closed: number;
}

export interface ReportClock {
  readonly label: string;
  /** Median of working minutes; null where nothing was measured. */
  readonly minutes: number | null;
  readonly measured: number;
  readonly figure: string;
}

export interface AgentRow {
  readonly id: number;
  readonly name: string;
  readonly closed: number;
  readonly refused: number;
  /** Closings that stand on the client's word or silence, and what they stand on. */
  readonly asked: number;
  readonly confirmed: number;
  readonly byAgent: number;
  readonly answerMinutes: number | null;
  readonly reopened: number;
  /** Enters confirmations far more often than the colleagues. */
  readonly farAbove: boolean;
}

export interface ReportChoices {
  /** Pipelines with a policy or with lines. */
  readonly pipelines: readonly { readonly key: string; readonly name: string }[];
  readonly agents: readonly { readonly id: number; readonly name: string }[];
}

export interface ReportState {
  readonly filter: ReportFilter;
  readonly previous: { readonly from: string; readonly to: string };
  readonly choices: ReportChoices;
  /** Nothing happened in this time: no closing, no attempt, no message. */
  readonly empty: boolean;
  readonly closed: number;
  readonly headlines: readonly Headline[];
  readonly reasons: readonly ReportRow[];
  readonly step: 'day' | 'month';
  readonly steps: readonly ReportStep[];
  readonly answers: readonly ReportRow[];
  readonly classes: readonly ReportRow[];
  readonly outcomes: readonly ReportRow[];
  readonly closedBy: readonly ReportRow[];
  readonly clocks: readonly ReportClock[];
  readonly agents: readonly AgentRow[];
  readonly knowledge: {
    readonly share: number | null;
    readonly decisions: readonly ReportRow[];
    readonly reused: readonly ReportRow[];
  };
  readonly reopened: readonly ReportRow[];
  readonly mistakes: readonly (ReportRow & { readonly withMeasure: number })[];
  readonly mistakesOverdue: number;
  readonly exceptions: readonly ReportRow[];
  readonly ungated: readonly ReportRow[];
  readonly messages: readonly ReportRow[];
  readonly suppressed: readonly ReportRow[];
  /** The portal has not told names yet: numbers stand in their place, and asking again soon brings them. */
  readonly namesLate: boolean;
  /** Some lines are older than the count by agent: the figures of agents are short of them. */
  readonly agentsPartly: boolean;
}

/** A ticket and where its card is. */
export interface TicketPlace {
  /** `2:759` */
  readonly key: string;
  readonly number: number;
  /** On the portal: `/crm/deal/details/759/` */
  readonly path: string;
  /** The whole address, for a page without a portal around it. */
  readonly link: string;
}

/** A line of the journal behind a figure. */
export interface FigureLine {
  readonly at: Instant;
  /** null: the client asked to be forgotten, so the line no longer says which ticket it is about. */
  readonly ticket: TicketPlace | null;
  /** '' where the reader may not see the ticket, or it is gone. */
  readonly title: string;
  readonly what: string;
}

export interface FigurePart {
  readonly lines: readonly FigureLine[];
  /** Where the next part begins; '' when all were found. */
  readonly next: string;
  /** As the counters say. */
  readonly total: number;
  /** Lines of the journal looked at for this part, and there are in all: how far a long search is. */
  readonly looked: number;
  readonly journal: number;
}

export interface ListRow {
  readonly ticket: TicketPlace;
  /** '' where the reader may not see the ticket. */
  readonly title: string;
  readonly assignee: string;
  readonly note: string;
  /** A pause makes sense here. */
  readonly mayHold: boolean;
  /** On hold now, with or without an end. */
  readonly held: boolean;
}

export interface LeadList {
  readonly name: ListName;
  readonly title: string;
  readonly rows: readonly ListRow[];
}

export interface LeadLists {
  readonly lists: readonly LeadList[];
  /** Names of pipelines in observe mode: nobody is asked there, so that their first lists are empty. */
  readonly observed: readonly string[];
}

export interface TypicalRow {
  readonly pipeline: string;
  readonly title: string;
  readonly count: number;
  readonly tickets: readonly TicketPlace[];
}

/** The longest time that is reported at once: as long as counters are kept. */
export const LONGEST_DAYS = 1100;

const SPELLED = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Days since 1970-01-01; null for what is no date. */
export function dayOf(text: string): number | null {
  const [whole, year, month, day] = SPELLED.exec(text) ?? [];
  const date = { year: Number(year), month: Number(month), day: Number(day) };
  if (whole === undefined || date.month < 1 || date.month > 12 || date.day < 1) return null;
  return isRealDate(date) ? dayNumber(date) : null;
}

/** The equal time right before. */
export function timeBefore({ from, to }: Pick<ReportFilter, 'from' | 'to'>): {
  readonly from: string;
  readonly to: string;
} {
  const [first, last] = [dayOf(from) ?? 0, dayOf(to) ?? 0];
  const length = last - first + 1;
  return { from: dateKey(dateOfDay(first - length)), to: dateKey(dateOfDay(first - 1)) };
}
