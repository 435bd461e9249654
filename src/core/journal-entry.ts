/** One line of the journal: plain data, so that counters and explanations are pure functions of it. */
import type { CriterionResult } from './decision.ts';
import { dateKey, dateOfDay } from './local-date.ts';
import type { PipelineRef } from './policy.ts';
import type { Confirmation, Instant, Outcome, TicketRef } from './ticket.ts';
import { refKey } from './ticket.ts';

/** Kinds are stored: never renamed, only added. */
export const JOURNAL_KINDS = [
  'returned',
  'would-return',
  'closed',
  'would-close',
  'return-refused',
  'stopped',
  'closing-not-verified',
  'alert',
  'policy-saved',
  'vanished',
  'reopened',
  'undone',
  'client-message',
  /** A person with the right let a closing pass although something is missing. */
  'overridden',
  /** The mover wrote why a closing goes without what a criterion asks for. */
  'justified',
  /** A closing by the app's own hand (the client confirmed, or was silent) that its criteria held back. */
  'held-back',
  /** A closed ticket that the gate had no say in; `detail.why` names the reason. */
  'ungated',
  'client-answered',
  /** A client wrote by chat or e-mail: the countdown is off and an agent reads it. */
  'client-wrote',
  'reply-suppressed',
  'suppression-undone',
  'mistake-named',
  'client-erased',
  /** Somebody decided about the knowledge base with the app's help; `detail.decision` and `detail.reference`. */
  'kb-decided',
  /** An article that was there already, or an earlier ticket's solution, served again. */
  'article-reused',
  'solution-reused',
  /** A version came out: its instruction was written and its client is asked; `detail.reference` is the version. */
  'released',
  /** A mass closing began; `detail.run`, how many were chosen and how many are ready. */
  'mass-closing',
  /** Somebody used the panel of a ticket; `detail.action`. What the action led to has its own line. */
  'panel-action',
  /** The documentation of a verified closing stands on its ticket; `times` are its clocks. */
  'documented',
  /** An administrator worded a message template, or took the original back; `detail.template`, from version to version. */
  'template-saved',
  /** An administrator sent themselves a template's test message. */
  'template-tested',
] as const;
export type JournalKind = (typeof JOURNAL_KINDS)[number];

/** Whose hand closed the ticket: an agent's move, the gate stage, the client's answer, or silence. */
export const CLOSED_BY = ['agent', 'gate-stage', 'client', 'silence'] as const;
export type ClosedBy = (typeof CLOSED_BY)[number];

/** Minutes of working time of this closing cycle; null where the moment is not known. */
export interface SolutionMinutes {
  /** From the first request for confirmation to the client's answer. */
  readonly toAnswer: number | null;
  readonly toSolve: number | null;
  readonly toClose: number | null;
  /** Spent waiting for the client; part of none of the others' clocks that stop for it. */
  readonly waitingClient: number | null;
}

/** Details in a person's own words: kept beside the chain, so that they can be erased without breaking it. */
export const WORDS_IN_DETAIL: readonly string[] = ['reason'];

/**
 * Explains a decision from itself alone. Holds ids, codes, counts and instants, and of words only the reason a colleague
 * wrote for an exception: never a name, an address or anything that a client wrote.
 */
export interface JournalEntry {
  readonly at: Instant;
  readonly kind: JournalKind;
  readonly ref: TicketRef | null;
  readonly pipeline: PipelineRef | null;
  readonly movedBy: number;
  readonly movedAt: Instant | null;
  readonly assigneeId: number;
  readonly outcome: Outcome | null;
  readonly policyVersion: number;
  readonly from: string;
  readonly to: string;
  readonly results: readonly CriterionResult[];
  readonly detail: Readonly<Record<string, string | number>>;
  /** `at` on the wall clock of the pipeline's zone, `2026-11-22T14:03:05+03:00`; its date is the day of the report. */
  readonly local?: string;
  readonly cycle?: number;
  /** As the ticket said when it was judged. */
  readonly confirmation?: Confirmation;
  readonly closedBy?: ClosedBy;
  readonly times?: SolutionMinutes;
}

const DAY_MS = 24 * 60 * 60_000;

/** `2026-11-22`: in the pipeline's zone where the line knows it, else UTC. */
export function journalDay({ at, local }: Pick<JournalEntry, 'at' | 'local'>): string {
  return local?.slice(0, 10) ?? dateKey(dateOfDay(Math.floor(at / DAY_MS)));
}

/** Lines of which a crash between the line and its mark may write a second one. */
const ONCE_PER_MOVE: ReadonlySet<JournalKind> = new Set<JournalKind>([
  'returned',
  'would-return',
  'closed',
  'would-close',
  'return-refused',
  'stopped',
  'ungated',
]);
const ONCE_PER_CYCLE: ReadonlySet<JournalKind> = new Set<JournalKind>([
  'reopened',
  'mistake-named',
]);
/**
 * What the line is about, the same for a repeat after a crash; null when two alike lines may both be true. The journal
 * takes one line for each.
 * @param ticket stands for the ticket; the store names it otherwise than by its number
 */
export function repeatKey(
  entry: JournalEntry,
  ticket = entry.ref ? refKey(entry.ref) : '',
): string | null {
  const about = ticket === '' ? null : whatAbout(entry);
  return about === null ? null : `${entry.kind}|${ticket}|${about}`;
}

function whatAbout(entry: JournalEntry): string | null {
  const { kind, movedAt, cycle } = entry;
  if (ONCE_PER_MOVE.has(kind)) return movedAt === null ? null : `${movedAt}${whichReturn(entry)}`;
  if (ONCE_PER_CYCLE.has(kind)) return cycle === undefined ? null : String(cycle);
  const told = PER_CYCLE[kind]?.(entry);
  return told === undefined || told === null ? null : `${cycle ?? ''}|${told}`;
}

/** A robot may close a returned ticket again within the second, and the portal tells whole seconds: the ticket's own count tells them apart. */
function whichReturn({ kind, detail }: JournalEntry): string {
  const count = detail['returns'];
  return kind !== 'returned' || count === undefined ? '' : `|${count}`;
}

/** What tells one line of a cycle from another of the same kind; null when nothing does. */
const PER_CYCLE: Readonly<
  Partial<Record<JournalKind, (entry: JournalEntry) => string | number | null>>
> = {
  'client-message': ({ detail }) =>
    detail['reference'] === undefined ? null : `${detail['kind'] ?? ''}|${detail['reference']}`,
  'client-answered': ({ detail }) => detail['answeredAt'] ?? null,
  'client-wrote': ({ detail }) => detail['source'] ?? null,
  'reply-suppressed': ({ detail }) => detail['source'] ?? null,
  documented: ({ detail }) => detail['closedAt'] ?? null,
  'kb-decided': ({ detail }) => detail['reference'] ?? '',
  'article-reused': ({ detail }) => detail['reference'] ?? '',
  'solution-reused': ({ detail }) => detail['reference'] ?? '',
  // Looked at every hour: only another reason is another line.
  'held-back': ({ detail, results }) => {
    const gaps = results.flatMap(({ verdict }) => (verdict.status === 'unmet' ? verdict.gaps : []));
    return `${detail['blockers'] ?? ''}|${gaps.map(({ code }) => code).join(',')}`;
  },
};
