/** Past closings summed up: by criterion, by what was missing, by person, by day. Order of the closings does not matter. */
import { ALL_CRITERIA } from '../criteria/all-criteria.ts';
import type { CriterionResult, GapCode } from '../decision.ts';
import type { ClauseId, CriterionId } from '../policy.ts';
import type { Instant } from '../ticket.ts';
import type { PastClosing, PastVerdict } from './past-closing.ts';

export type VerdictCounts = Readonly<Record<PastVerdict, number>>;

/** What one criterion said; the counts of a row add up to the closings that were judged. */
export interface CriterionCounts {
  readonly met: number;
  /** Unmet where it holds the closing back. */
  readonly unmet: number;
  /** Unmet where it only warns. */
  readonly warned: number;
  /** Unmet, and let pass for a reason that is written on the ticket. */
  readonly excused: number;
  /** Not asked for with that outcome, or switched off. */
  readonly notApplicable: number;
  /** The portal does not tell (no such channel or right, or it no longer shows that far back). */
  readonly unavailable: number;
  /** Could not be read this time. */
  readonly unread: number;
  /** The portal has no such field. */
  readonly noField: number;
}

export interface CriterionRow extends CriterionCounts {
  readonly id: CriterionId;
  readonly clause: ClauseId;
}

export interface PersonRow {
  /** 0: no person (a robot, an import). */
  readonly userId: number;
  /** Closings of tickets this person was responsible for. */
  readonly assigned: VerdictCounts;
  /** Closings this person made. */
  readonly moved: VerdictCounts;
}

export interface DayRow extends VerdictCounts {
  /** `YYYY-MM-DD` */
  readonly date: string;
}

export interface AuditSums extends VerdictCounts {
  /** Passed, failed and unclear ones together. */
  readonly judged: number;
  /** Of the failed ones: for fields alone that did not exist yet. */
  readonly failedBeforeFields: number;
  readonly criteria: readonly CriterionRow[];
  /** Closings with at least one such gap, most frequent first. */
  readonly gaps: readonly { readonly code: GapCode; readonly closings: number }[];
  /** Most failed closings first. */
  readonly people: readonly PersonRow[];
  readonly days: readonly DayRow[];
}

/** How instants become the dates of a report. */
export interface AuditDays {
  /** Every date of the report, oldest first. */
  readonly dates: readonly string[];
  readonly dateOf: (at: Instant) => string;
}

export function foldAudit(closings: readonly PastClosing[], days: AuditDays): AuditSums {
  const judged = closings.filter(({ verdict }) => verdict !== 'ungated');
  return {
    ...countsOf(closings),
    judged: judged.length,
    failedBeforeFields: closings.filter(({ beforeFields }) => beforeFields).length,
    criteria: ALL_CRITERIA.map(({ id, clause }) => criterionRow(id, clause, judged)),
    gaps: gapRows(closings),
    people: peopleRows(closings),
    days: dayRows(closings, days),
  };
}

const NONE: VerdictCounts = { passes: 0, fails: 0, unclear: 0, ungated: 0 };

function countsOf(closings: readonly PastClosing[]): VerdictCounts {
  const counts = { ...NONE };
  for (const { verdict } of closings) counts[verdict] += 1;
  return counts;
}

function criterionRow(
  id: CriterionId,
  clause: ClauseId,
  judged: readonly PastClosing[],
): CriterionRow {
  const counts = {
    met: 0,
    unmet: 0,
    warned: 0,
    excused: 0,
    notApplicable: 0,
    unavailable: 0,
    unread: 0,
    noField: 0,
  };
  for (const closing of judged) counts[standing(id, closing)] += 1;
  return { id, clause, ...counts };
}

function standing(
  id: CriterionId,
  { blind, results, verdict }: PastClosing,
): keyof CriterionCounts {
  if (blind.includes(id)) return 'noField';
  const result = results.find((candidate) => candidate.id === id);
  if (!result) return 'notApplicable';
  switch (result.verdict.status) {
    case 'met':
      return 'met';
    case 'unmet':
      if (result.strictness === 'warn') return 'warned';
      return verdict === 'passes' ? 'excused' : 'unmet';
    case 'unknown':
      return 'unread';
    case 'not-applicable':
      return saysUnavailable(result) ? 'unavailable' : 'notApplicable';
  }
}

function saysUnavailable({ evidence }: CriterionResult): boolean {
  return evidence['unavailable'] === true || evidence['communication'] === 'unavailable';
}

function gapRows(closings: readonly PastClosing[]): AuditSums['gaps'] {
  const counts = new Map<GapCode, number>();
  for (const { gaps } of closings) {
    for (const code of new Set(gaps.map((gap) => gap.code))) {
      counts.set(code, (counts.get(code) ?? 0) + 1);
    }
  }
  return [...counts]
    .map(([code, count]) => ({ code, closings: count }))
    .toSorted((a, b) => b.closings - a.closings || compare(a.code, b.code));
}

function peopleRows(closings: readonly PastClosing[]): readonly PersonRow[] {
  const ids = new Set(closings.flatMap(({ moverId, assigneeId }) => [moverId, assigneeId]));
  return [...ids]
    .map((userId) => ({
      userId,
      assigned: countsOf(closings.filter(({ assigneeId }) => assigneeId === userId)),
      moved: countsOf(closings.filter(({ moverId }) => moverId === userId)),
    }))
    .toSorted(
      (a, b) =>
        b.moved.fails - a.moved.fails || b.assigned.fails - a.assigned.fails || a.userId - b.userId,
    );
}

function dayRows(closings: readonly PastClosing[], days: AuditDays): readonly DayRow[] {
  const byDate = new Map<string, PastClosing[]>(days.dates.map((date) => [date, []]));
  for (const closing of closings) byDate.get(days.dateOf(closing.closedAt))?.push(closing);
  return [...byDate].map(([date, some]) => ({ date, ...countsOf(some) }));
}

/** By code units: the same on every machine. */
function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
