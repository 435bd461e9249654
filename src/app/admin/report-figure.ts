/** The lines of the journal behind a figure, newest first, with titles as the reader may see them. */
import type { FigureLine, FigurePart } from '../../core/admin/report-state.ts';
import type { JournalEntry } from '../../core/journal-entry.ts';
import type { ReportFilter } from '../../core/report/figures.ts';
import { countBehind, kindsOf, standsBehind } from '../../core/report/figures.ts';
import type { Hand } from '../ports/frame.ts';
import type { JournalLine } from '../ports/journal.ts';
import type { AdminDeps, AdminUser } from './admin-deps.ts';
import { ofFilter, reportCounters } from './report.ts';
import { placeOf, titlesFor } from './report-titles.ts';

/** As many as are looked through at a glance; one request of the portal tells their titles. */
const MOST = 20;
/** Lines looked at for one part: well below a second, so that a long search shows how far it is. */
const LOOK = 20_000;

export interface FigureWish {
  readonly figure: string;
  readonly filter: ReportFilter;
  /** `next` of the part before; '' begins with the newest. */
  readonly after: string;
}

interface Asking {
  readonly user: Pick<AdminUser, 'language'>;
  readonly hand: Hand;
  readonly deps: AdminDeps;
}

/** null: that is no part of this list. */
export async function figurePart(
  { figure, filter, after }: FigureWish,
  { user, hand, deps }: Asking,
): Promise<FigurePart | null> {
  const begun = readMark(after);
  if (begun === null) return null;
  const { portalId, tools } = deps;
  const days = await reportCounters(portalId, filter, tools.archive);
  const total = countBehind(ofFilter(days, filter), figure);
  const found =
    begun.found >= total
      ? { lines: [], next: '', looked: 0, total: 0 }
      : await tools.archive.newest(portalId, {
          kinds: kindsOf(figure),
          fits: (entry) => standsBehind(entry, figure, filter),
          most: Math.min(MOST, total - begun.found),
          before: begun.before,
          look: LOOK,
        });
  const listed = begun.found + found.lines.length;
  const over = found.next === '' || listed >= total;
  return {
    // A line may be written later than what it tells of.
    lines: await told(
      found.lines.toSorted((a, b) => b.entry.at - a.entry.at),
      { user, hand, deps },
    ),
    next: over ? '' : `${found.next}~${listed}`,
    total,
    looked: found.looked,
    journal: found.total,
  };
}

/** `<where>~<lines listed before>` */
function readMark(after: string): { readonly before: string; readonly found: number } | null {
  if (after === '') return { before: '', found: 0 };
  const [, before = '', found = ''] = /^([\w-]{1,80})~(\d{1,9})$/.exec(after) ?? [];
  return before === '' ? null : { before, found: Number(found) };
}

async function told(
  lines: readonly JournalLine[],
  { user: { language }, hand, deps }: Asking,
): Promise<readonly FigureLine[]> {
  const refs = lines.flatMap(({ entry: { ref } }) => (ref === null ? [] : [ref]));
  const titles = await titlesFor(refs, hand, deps);
  return lines.map(({ entry }) => {
    const place = entry.ref === null ? null : placeOf(entry.ref, deps);
    return {
      at: entry.at,
      ticket: place,
      title: place === null ? '' : (titles.get(place.key) ?? ''),
      what: whatHappened(entry, (key, params) => deps.say(language, key, params)),
    };
  });
}

function whatHappened(
  entry: JournalEntry,
  speak: (key: string, params?: Readonly<Record<string, string>>) => string,
): string {
  const told = speak(`journal.kind.${entry.kind}`);
  const kind = told.charAt(0).toUpperCase() + told.slice(1);
  if (entry.kind === 'closed' && entry.outcome !== null) {
    return speak('report.closed-as', { kind, outcome: speak(`field.outcome.${entry.outcome}`) });
  }
  const missing = entry.results.filter(
    ({ strictness, verdict }) =>
      verdict.status === 'unmet' && (strictness === 'block' || strictness === 'justify'),
  );
  if (missing.length === 0) return kind;
  const criteria = missing.map(({ id }) => speak(`criterion.${id}`)).join(', ');
  return speak('report.missing', { kind, criteria });
}
