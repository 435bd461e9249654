/** Journal lines as people read them: a short line, a row of a table, and a closing explained from its lines alone. */
import type { JournalLine } from '../app/ports/journal.ts';
import type { CriterionResult } from '../core/decision.ts';
import type { JournalEntry } from '../core/journal-entry.ts';
import { pipelineKey } from '../core/policy.ts';
import { refKey } from '../core/ticket.ts';

export type Speak = (key: string, params?: Readonly<Record<string, string | number>>) => string;

/** Evidence that has words; anything else is told by its code. */
const EVIDENCE = new Set([
  'characters',
  'confirmation',
  'asked',
  'reminded',
  'openTasks',
  'openTickets',
  'timeSpent',
  'resources',
  'communication',
  'diagnosticsNeeded',
  'kbDecision',
  'closeReason',
  'outcome',
  'linked',
  'unavailable',
  'clientWrote',
  'weAnswered',
  'hints',
]);
const MARKS = { met: '✓', unmet: '✗', 'not-applicable': '·', unknown: '?' } as const;

/** `2026-11-22 14:03:05 +03:00`; UTC for lines that do not know their zone. */
export function timeOf({ at, local }: Pick<JournalEntry, 'at' | 'local'>): string {
  const [, date, time, zone] = /^(\S+)T(\d\d:\d\d:\d\d)(\S+)$/.exec(local ?? '') ?? [];
  if (zone !== undefined) return `${date} ${time} ${zone}`;
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

function ticketText({ entry, erased }: JournalLine, speak: Speak): string {
  if (erased) return speak('journal.erased-ticket');
  return entry.ref ? refKey(entry.ref) : '';
}

const detailText = (detail: JournalEntry['detail']): string =>
  Object.entries(detail)
    .map(([key, value]) => `${key}=${value}`)
    .join('; ');

function missingCodes(results: readonly CriterionResult[]): string {
  const gaps = results.flatMap(({ verdict }) => (verdict.status === 'unmet' ? verdict.gaps : []));
  return gaps.map(({ code }) => code).join(', ');
}

export function shortLine(line: JournalLine, speak: Speak): string {
  const { entry } = line;
  const note = [missingCodes(entry.results), detailText(entry.detail)].filter((one) => one !== '');
  return speak('journal.line', {
    time: timeOf(entry),
    kind: speak(`journal.kind.${entry.kind}`),
    ticket: ticketText(line, speak),
    note: note.join(' | '),
  }).trimEnd();
}

export const COLUMNS = [
  'seq',
  'time',
  'kind',
  'ticket',
  'pipeline',
  'movedBy',
  'assignee',
  'outcome',
  'policyVersion',
  'from',
  'to',
  'cycle',
  'confirmation',
  'closedBy',
  'missing',
  'criteria',
  'detail',
  'hash',
] as const;

/** In the order of COLUMNS. Codes stay codes, so that tables in both languages can be counted alike. */
export function tableRow(line: JournalLine, speak: Speak): readonly (string | number | null)[] {
  const { entry, seq, hash } = line;
  const criteria = entry.results.map(({ id, verdict }) => `${id}=${verdict.status}`).join('; ');
  return [
    seq,
    timeOf(entry),
    entry.kind,
    ticketText(line, speak),
    entry.pipeline ? pipelineKey(entry.pipeline) : '',
    entry.movedBy || '',
    entry.assigneeId || '',
    entry.outcome,
    entry.policyVersion || '',
    entry.from,
    entry.to,
    entry.cycle ?? '',
    entry.confirmation ?? '',
    entry.closedBy ?? '',
    missingCodes(entry.results),
    criteria,
    detailText(entry.detail),
    hash,
  ];
}

/** Why this was decided, from the line alone. */
export function explained({ entry }: JournalLine, speak: Speak): readonly string[] {
  const version = entry.policyVersion === 0 ? speak('journal.no-policy') : entry.policyVersion;
  const kind = speak(`journal.kind.${entry.kind}`);
  const lines = [speak('journal.explain-head', { time: timeOf(entry), kind, version })];
  if (entry.movedAt !== null) {
    const { movedBy, assigneeId: assignee, from, to } = entry;
    lines.push(speak('journal.explain-who', { movedBy, assignee, from, to: to || from }));
  }
  if (entry.outcome !== null) {
    lines.push(
      speak('journal.explain-outcome', { outcome: speak(`field.outcome.${entry.outcome}`) }),
    );
  }
  if (entry.closedBy !== undefined) {
    lines.push(speak('journal.explain-by', { by: speak(`journal.closed-by.${entry.closedBy}`) }));
  }
  const detail = detailText(entry.detail);
  if (detail !== '') lines.push(speak('journal.explain-detail', { detail }));
  return [...lines, ...entry.results.flatMap((result) => criterionLines(result, speak))];
}

function criterionLines(result: CriterionResult, speak: Speak): readonly string[] {
  const { id, clause, strictness, verdict, evidence } = result;
  const known = Object.entries(evidence).map(([key, value]) => {
    const name = EVIDENCE.has(key) ? speak(`journal.evidence.${key}`) : key;
    const said = typeof value === 'boolean' ? speak(value ? 'cli.yes' : 'cli.no') : value;
    return `${name}: ${said}`;
  });
  const state = speak(`journal.verdict.${verdict.status}`);
  const line = speak('journal.explain-criterion', {
    mark: MARKS[verdict.status],
    criterion: speak(`criterion.${id}`),
    clause: speak(`clause.${clause}`),
    verdict: `${state}, ${speak(`journal.strictness.${strictness}`)}`,
    evidence: known.length === 0 ? '' : ` [${known.join(', ')}]`,
  });
  const gaps = verdict.status === 'unmet' ? verdict.gaps : [];
  return [
    line,
    ...gaps.map((gap) =>
      speak('journal.explain-gap', { gap: speak(`gap.${gap.code}`, gap.params) }),
    ),
  ];
}
