/**
 * A figure of the report is the name of a counter, or the beginning of names that a line has at most one of. A line stands
 * behind a figure exactly when it was counted there, so that a figure and the list of its lines cannot differ.
 */
import type { JournalEntry, JournalKind } from '../journal-entry.ts';
import { JOURNAL_KINDS, journalDay } from '../journal-entry.ts';
import { pipelineKey } from '../policy.ts';
import { agentOf, CLOCKS, figuresOf, NO_PIPELINE } from './counters.ts';
import type { DayCounters } from './counters.ts';

/** A part of the report: days inclusive (`2026-11-22`); null: every pipeline, every agent. */
export interface ReportFilter {
  readonly from: string;
  readonly to: string;
  readonly pipeline: string | null;
  readonly agent: number | null;
}

const REFUSED: readonly JournalKind[] = ['returned', 'stopped', 'return-refused'];

/** Which kinds of lines a name can come from, by its first word: lines of others need not be read whole. */
const KINDS: Readonly<Record<string, readonly JournalKind[]>> = {
  class: ['closed'],
  outcome: ['closed'],
  'closed-by': ['closed'],
  agent: ['closed'],
  kb: ['closed'],
  time: ['closed', 'documented'],
  refused: REFUSED,
  ungated: ['stopped', 'return-refused', 'would-close', 'would-return', 'ungated'],
  'would-refuse': ['would-return'],
  override: ['overridden'],
  'held-back': ['held-back'],
  reopened: ['reopened'],
  mistake: ['mistake-named'],
  message: ['client-message'],
  answer: ['client-answered'],
  suppressed: ['reply-suppressed'],
  alert: ['alert'],
};

/** Beginnings of which a line has at most one name. */
const BEGINNINGS: readonly string[] = [
  'kb:',
  'suppressed:',
  'message:',
  'message:request:',
  'message:reminder:',
  ...CLOCKS.map((clock) => `time:${clock}:`),
];

const NAME = /^[\w-]{1,60}(?::[\w.-]{0,60}){0,3}$/;

/** Whether there can be such a figure. */
export function isFigure(figure: string): boolean {
  if (figure.endsWith('*')) return BEGINNINGS.includes(figure.slice(0, -1));
  return NAME.test(figure) && kindsOf(figure).length > 0;
}

/** The kinds of lines that can stand behind the figure. */
export function kindsOf(figure: string): readonly JournalKind[] {
  const [word = '', second = ''] = figure.split(':');
  if (word === 'kind') return JOURNAL_KINDS.filter((kind) => kind === second);
  return Object.hasOwn(KINDS, word) ? (KINDS[word] ?? []) : [];
}

/** Whether the line was counted under this figure. */
export function standsBehind(entry: JournalEntry, figure: string, filter: ReportFilter): boolean {
  const day = journalDay(entry);
  const pipeline = entry.pipeline ? pipelineKey(entry.pipeline) : NO_PIPELINE;
  return (
    day >= filter.from &&
    day <= filter.to &&
    (filter.pipeline === null || filter.pipeline === pipeline) &&
    (filter.agent === null || filter.agent === agentOf(entry)) &&
    figuresOf(entry).some((name) => fits(name, figure))
  );
}

/** How many lines the counters say stand behind it. */
export function countBehind(days: readonly DayCounters[], figure: string): number {
  let sum = 0;
  for (const { counts } of days) {
    if (!figure.endsWith('*')) sum += counts.get(figure) ?? 0;
    else for (const [name, count] of counts) if (fits(name, figure)) sum += count;
  }
  return sum;
}

function fits(name: string, figure: string): boolean {
  return figure.endsWith('*') ? name.startsWith(figure.slice(0, -1)) : name === figure;
}
