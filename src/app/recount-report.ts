/** Whether the counters kept as lines were written are what the journal replays to. */
import { journalDay } from '../core/journal-entry.ts';
import { knowsAgents, withAgents, withoutAgents } from '../core/report/by-agent.ts';
import type { DayCounters } from '../core/report/counters.ts';
import { journalFold } from '../core/report/counters.ts';
import type { JournalArchive, JournalProgress } from './ports/journal.ts';

export interface Recount {
  /** Days and pipelines compared. */
  readonly compared: number;
  /** The ones whose numbers differ. */
  readonly different: readonly { readonly pipeline: string; readonly day: string }[];
  /** Up to this day lines were dropped by retention, or are older than the chain; '' when none were. */
  readonly partlyUpTo: string;
}

export interface RecountWish {
  readonly from: string;
  readonly to: string;
}

export async function recountReport(
  portalId: string,
  { from, to }: RecountWish,
  archive: JournalArchive,
  progress?: JournalProgress,
): Promise<Recount> {
  const fold = journalFold();
  let partlyUpTo = '';
  let first = true;
  for await (const { entry, seq } of archive.lines(portalId, progress)) {
    const day = journalDay(entry);
    // Lines before the chain were not counted; before the first kept one there may have been others of its day.
    if (seq === null || (first && seq > 1)) partlyUpTo = day > partlyUpTo ? day : partlyUpTo;
    first = false;
    if (seq !== null && day >= from && day <= to) fold.add(entry);
  }
  const whole = ({ day }: DayCounters): boolean => day > partlyUpTo;
  const days = withAgents(
    await archive.counters(portalId, from, to),
    await archive.agents(portalId, from, to, 'day'),
  ).filter(whole);
  // Lines from before agents were counted: their days are compared without the agents.
  const older = new Set(days.filter((day) => !knowsAgents(day)).map(keyOf));
  const comparable = (day: DayCounters) => (older.has(keyOf(day)) ? withoutAgents(day) : day);
  const replayed = textsOf(fold.counters().filter(whole).map(comparable));
  const kept = textsOf(days.map(comparable));
  const keys = [...new Set([...replayed.keys(), ...kept.keys()])].toSorted();
  const different = keys.filter((key) => replayed.get(key) !== kept.get(key));
  return {
    compared: keys.length,
    different: different.map((key) => {
      const [pipeline = '', day = ''] = key.split('|');
      return { pipeline, day };
    }),
    partlyUpTo,
  };
}

const keyOf = ({ pipeline, day }: Pick<DayCounters, 'pipeline' | 'day'>): string =>
  `${pipeline}|${day}`;

function textsOf(days: readonly DayCounters[]): ReadonlyMap<string, string> {
  return new Map(
    days.map(({ pipeline, day, counts }) => [
      keyOf({ pipeline, day }),
      JSON.stringify([...counts].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    ]),
  );
}
