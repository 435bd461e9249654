/**
 * The two clocks of a closing cycle, computed and never typed (steps 3 and 4: time to solution, time of handling): working
 * time by the calendar, calendar time beside it, and what of it was the client's.
 */
import type { Instant } from './ticket.ts';
import type { WorkingTime } from './working-time.ts';
import { workingMinutesBetween } from './working-time.ts';

export type MomentKind =
  /** The cycle after a reopening begins. */
  | 'reopened'
  /** A request for confirmation reached the client: the solution is delivered. */
  | 'asked'
  /** The client answered, in whatever way. */
  | 'answered';

/** One thing that happened to a ticket, as it was noted when it happened. */
export interface Moment {
  readonly cycle: number;
  readonly kind: MomentKind;
  readonly at: Instant;
}

/** Half open: `from` belongs to it, `until` does not. */
export interface Interval {
  readonly from: Instant;
  readonly until: Instant;
}

/** Everything the clocks of one cycle are computed from. */
export interface CycleCourse {
  /** Registration for the first cycle, the reopening for a later one. */
  readonly startedAt: Instant;
  /** The first request of the cycle that reached the client, else the closing. */
  readonly solvedAt: Instant;
  readonly closedAt: Instant;
  /** From each request to the client's answer, the closing at the latest; may overlap. */
  readonly waits: readonly Interval[];
  /** From the first request to the client's answer to it; absent while there is none. */
  readonly answered?: Interval;
  /** Pauses an agent wrote down; what of them lies within a wait is the client's, not counted twice. */
  readonly holds: readonly Interval[];
}

/** Whole minutes; both ends of every span are cut to their minute, so that parts add up to the whole. */
export interface TwoClocks {
  readonly working: number;
  readonly calendar: number;
}

export interface SolutionTimes {
  readonly toSolution: TwoClocks;
  readonly toClosing: TwoClocks;
  /** From the first request to the client's answer; null when nobody answered. */
  readonly toAnswer: TwoClocks | null;
  /** Within the time to closing: it was the client's turn. */
  readonly waiting: TwoClocks;
  /** Within the time to closing and outside the waiting: an agent had paused it. */
  readonly held: TwoClocks;
}

const MINUTE_MS = 60_000;
const minuteOf = (at: Instant): number => Math.floor(at / MINUTE_MS);

/** Null when a moment is no instant of a ticket: more than ten years from the start. */
export function solutionTimes(course: CycleCourse, time: WorkingTime): SolutionTimes | null {
  const { startedAt, closedAt } = course;
  const whole = { from: startedAt, until: closedAt };
  const waits = union(course.waits, whole);
  const both = union([...course.waits, ...course.holds], whole);
  const toSolution = clocksOf(
    [{ from: startedAt, until: Math.min(course.solvedAt, closedAt) }],
    time,
  );
  const toClosing = clocksOf([whole], time);
  const waiting = clocksOf(waits, time);
  const away = clocksOf(both, time);
  if (!toSolution || !toClosing || !waiting || !away) return null;
  const held = {
    working: away.working - waiting.working,
    calendar: away.calendar - waiting.calendar,
  };
  const toAnswer = course.answered ? clocksOf([course.answered], time) : null;
  return { toSolution, toClosing, toAnswer, waiting, held };
}

/** Disjoint and in order, cut to `whole`. */
function union(intervals: readonly Interval[], whole: Interval): readonly Interval[] {
  const cut = intervals
    .map(({ from, until }) => ({
      from: Math.max(from, whole.from),
      until: Math.min(until, whole.until),
    }))
    .filter(({ from, until }) => from < until)
    .toSorted((a, b) => a.from - b.from);
  const joined: Interval[] = [];
  for (const next of cut) {
    const last = joined.at(-1);
    if (last && next.from <= last.until) {
      joined[joined.length - 1] = { from: last.from, until: Math.max(last.until, next.until) };
    } else joined.push(next);
  }
  return joined;
}

function clocksOf(intervals: readonly Interval[], time: WorkingTime): TwoClocks | null {
  let working = 0;
  let calendar = 0;
  for (const { from, until } of intervals) {
    const minutes = workingMinutesBetween(from, until, time);
    if (minutes === null) return null;
    working += minutes;
    calendar += Math.max(0, minuteOf(until) - minuteOf(from));
  }
  return { working, calendar };
}

/** What a ticket itself still tells, for where a moment was never noted or the store was emptied. */
export interface TicketMoments {
  readonly createdAt: Instant;
  readonly cycle: number;
  readonly askedAt: Instant | null;
  readonly closedAt: Instant;
}

/** Null when nobody knows when the cycle began: a later cycle whose reopening was not noted. */
export function courseOf(ticket: TicketMoments, noted: readonly Moment[]): CycleCourse | null {
  const mine = noted.filter(({ cycle }) => cycle === ticket.cycle);
  const startedAt = startOf(ticket, mine);
  if (startedAt === null) return null;
  const { closedAt } = ticket;
  const asked = momentsOf(mine, 'asked');
  const requests = asked.length === 0 && ticket.askedAt !== null ? [ticket.askedAt] : asked;
  const answers = momentsOf(mine, 'answered');
  const [solvedAt = closedAt] = requests.filter((at) => at <= closedAt);
  const waits = requests.map((from) => ({
    from,
    until: answers.find((at) => at >= from) ?? closedAt,
  }));
  return { startedAt, solvedAt, closedAt, waits, ...firstAnswer(requests, answers), holds: [] };
}

function firstAnswer(
  [from]: readonly Instant[],
  answers: readonly Instant[],
): Pick<CycleCourse, 'answered'> {
  const until = from === undefined ? undefined : answers.find((at) => at >= from);
  return from === undefined || until === undefined ? {} : { answered: { from, until } };
}

function momentsOf(moments: readonly Moment[], kind: MomentKind): readonly Instant[] {
  return moments
    .filter((moment) => moment.kind === kind)
    .map(({ at }) => at)
    .toSorted((a, b) => a - b);
}

/** Noted twice around a crash, the first note is the right one. */
function startOf({ cycle, createdAt }: TicketMoments, mine: readonly Moment[]): Instant | null {
  if (cycle <= 1) return createdAt;
  return momentsOf(mine, 'reopened')[0] ?? null;
}
