/**
 * What one journal line adds to the report: a handful of increments and nothing else. Counters are sums, so keeping them as
 * lines are written and adding up the whole journal afterwards give the same numbers.
 */
import type { CriterionResult } from '../decision.ts';
import type { JournalEntry, JournalKind, SolutionMinutes } from '../journal-entry.ts';
import { journalDay } from '../journal-entry.ts';
import { pipelineKey } from '../policy.ts';
import { bucketOf } from './durations.ts';

export interface Count {
  /** `2:5`; `-` for lines that belong to no pipeline. */
  readonly pipeline: string;
  /** `2026-11-22` */
  readonly day: string;
  readonly name: string;
  readonly by: number;
}

/** Who says that the client agreed. */
export const CLOSING_CLASSES = ['confirmed', 'silence', 'by-agent', 'other'] as const;
export type ClosingClass = (typeof CLOSING_CLASSES)[number];

/** Clocks of the report, by the name of their counters. */
export const CLOCKS = ['toAnswer', 'toSolve', 'toClose', 'waitingClient'] as const;

export const NO_PIPELINE = '-';

/** The increments of one line; every line counts at least its own kind, and all of it again under its agent. */
export function countersOf(entry: JournalEntry): readonly Count[] {
  const pipeline = entry.pipeline ? pipelineKey(entry.pipeline) : NO_PIPELINE;
  const day = journalDay(entry);
  const names = figuresOf(entry);
  const own = ofAgent(agentOf(entry));
  return [...names, ...names.map((name) => `${own}${name}`)].map((name) => ({
    pipeline,
    day,
    name,
    by: 1,
  }));
}

/** What the line counts as, whoever's it is. */
export function figuresOf(entry: JournalEntry): readonly string[] {
  return [`kind:${entry.kind}`, ...(NAMES[entry.kind]?.(entry) ?? [])];
}

/** Kinds that tell of a person's own attempt; any other is told of the ticket's assignee. */
const ATTEMPTS: ReadonlySet<JournalKind> = new Set<JournalKind>([
  'returned',
  'stopped',
  'return-refused',
  'would-return',
  'overridden',
  'justified',
]);

/** Whose line it is in the report; 0: nobody's. */
export function agentOf({ kind, assigneeId, movedBy }: JournalEntry): number {
  return ATTEMPTS.has(kind) || assigneeId <= 0 ? movedBy : assigneeId;
}

/** What the counters of one agent begin with. */
export const ofAgent = (agentId: number): string => `by:${agentId}:`;

const NAMES: Readonly<Partial<Record<JournalKind, (entry: JournalEntry) => readonly string[]>>> = {
  closed: closedNames,
  documented: ({ times }) => (times ? timeNames(times) : []),
  returned: refusedNames,
  stopped: (entry) => [...refusedNames(entry), ...ungatedNames('stopped')],
  'return-refused': (entry) => [...refusedNames(entry), ...ungatedNames('return-refused')],
  'would-close': () => ungatedNames('observe'),
  'would-return': (entry) => [
    ...unmet(entry).map((id) => `would-refuse:criterion:${id}`),
    ...ungatedNames('observe'),
  ],
  ungated: ({ detail }) => ungatedNames(String(detail['why'] ?? 'unknown')),
  overridden: ({ movedBy }) => [`override:person:${movedBy}`],
  'held-back': (entry) => unmet(entry).map((id) => `held-back:criterion:${id}`),
  reopened: ({ detail }) => [`reopened:${detail['byClient'] === 1 ? 'client' : 'agent'}`],
  'mistake-named': ({ detail }) => {
    const cause = String(detail['cause'] ?? 'none');
    const measure = detail['measure'] === 1 ? 'measure' : 'no-measure';
    return [`mistake:${cause}`, `mistake:${cause}:${measure}`];
  },
  'client-message': ({ detail }) => [
    `message:${String(detail['kind'] ?? '')}:${String(detail['channel'] ?? '')}`,
  ],
  'client-answered': ({ detail }) => [`answer:${String(detail['answer'] ?? '')}`],
  'reply-suppressed': ({ detail }) => [`suppressed:${String(detail['kind'] ?? '')}`],
  alert: ({ detail }) => [`alert:${String(detail['code'] ?? '')}`],
};

/**
 * A confirmation that stands on the ticket without the client's own answer counts as entered by the agent, whichever item of
 * the list was chosen.
 */
export function closingClass({
  outcome,
  confirmation,
  detail,
}: Pick<JournalEntry, 'outcome' | 'confirmation' | 'detail'>): ClosingClass {
  if (outcome === 'no-answer') return 'silence';
  if (confirmation === 'by-agent') return 'by-agent';
  if (confirmation === 'confirmed') return detail['unheard'] === 1 ? 'by-agent' : 'confirmed';
  return 'other';
}

function closedNames(entry: JournalEntry): readonly string[] {
  const { outcome, closedBy, assigneeId, movedBy, times } = entry;
  const kind = closingClass(entry);
  const agent = assigneeId > 0 ? assigneeId : movedBy;
  return [
    `class:${kind}`,
    `outcome:${outcome ?? 'none'}`,
    `closed-by:${closedBy ?? 'agent'}`,
    ...(kind === 'other' ? [] : [`agent:${agent}:asked`]),
    ...(kind === 'by-agent' ? [`agent:${agent}:by-agent`] : []),
    ...knowledgeBase(entry.results),
    ...(times ? timeNames(times) : []),
  ];
}

function knowledgeBase(results: readonly CriterionResult[]): readonly string[] {
  const result = results.find(({ id }) => id === 'knowledge-base-decided');
  if (!result || result.verdict.status === 'not-applicable') return [];
  return [`kb:${String(result.evidence['kbDecision'] ?? 'none')}`];
}

function timeNames(times: SolutionMinutes): readonly string[] {
  return CLOCKS.flatMap((clock) => {
    const minutes = times[clock];
    return minutes === null ? [] : [`time:${clock}:${bucketOf(minutes)}`];
  });
}

function refusedNames(entry: JournalEntry): readonly string[] {
  return [
    'refused',
    `refused:day:${journalDay(entry)}`,
    `refused:person:${entry.movedBy}`,
    ...unmet(entry).map((id) => `refused:criterion:${id}`),
  ];
}

const ungatedNames = (why: string): readonly string[] => ['ungated', `ungated:${why}`];

/** Criteria that held the closing back: a warning does not. */
function unmet({ results }: JournalEntry): readonly string[] {
  return results.flatMap(({ id, strictness, verdict }) =>
    verdict.status === 'unmet' && (strictness === 'block' || strictness === 'justify') ? [id] : [],
  );
}

/** Counters of one pipeline and day, as they are kept. */
export interface DayCounters {
  readonly pipeline: string;
  /** `2026-11-22`; `2026-11` where a whole month was added up. */
  readonly day: string;
  readonly counts: ReadonlyMap<string, number>;
}

/** Adds lines up; the result is ordered by pipeline and day. */
export function foldJournal(entries: Iterable<JournalEntry>): readonly DayCounters[] {
  const fold = journalFold();
  for (const entry of entries) fold.add(entry);
  return fold.counters();
}

/** The same for lines that come one at a time; memory grows with days, not with lines. */
export function journalFold() {
  const days = new Map<string, { pipeline: string; day: string; counts: Map<string, number> }>();
  return {
    add(entry: JournalEntry): void {
      for (const { pipeline, day, name, by } of countersOf(entry)) {
        const key = `${pipeline}|${day}`;
        const held = days.get(key) ?? { pipeline, day, counts: new Map<string, number>() };
        held.counts.set(name, (held.counts.get(name) ?? 0) + by);
        days.set(key, held);
      }
    },
    counters: (): readonly DayCounters[] =>
      [...days.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, held]) => held),
  };
}
