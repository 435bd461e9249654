/** The lead's report as sections of rows: the terminal's tables and the CSV say the same. */
import type { ClosingReport, Tally } from '../core/report/closing-report.ts';
import { CLOCKS } from '../core/report/counters.ts';
import { CSV_BOM, csvLine } from './csv.ts';
import type { Speak } from './list-lines.ts';

/** Why a closing was not decided, where there is a word for it; a line of another version is told as it is. */
export const UNGATED: readonly string[] = [
  'exempt',
  'before-cutoff',
  'observe',
  'stopped',
  'return-refused',
  'unknown',
];

export interface ReportSection {
  readonly title: string;
  readonly rows: readonly (readonly [figure: string, value: string | number])[];
}

/** @param names of people by id; who has none is told by number */
export function reportSections(
  report: ClosingReport,
  speak: Speak,
  names: ReadonlyMap<number, string>,
): readonly ReportSection[] {
  const person = (id: string | number): string => personText(Number(id), speak, names);
  const section = (key: string, rows: ReportSection['rows']): ReportSection => ({
    title: speak(`report.section.${key}`),
    rows,
  });
  const named = (prefix: string, tallies: readonly Tally[]): ReportSection['rows'] =>
    tallies.map(({ name, count }) => [speak(`${prefix}.${name}`), count]);
  const people = (tallies: readonly Tally[]): ReportSection['rows'] =>
    tallies.map(({ name, count }) => [person(name), count]);
  const plain = (tallies: readonly Tally[]): ReportSection['rows'] =>
    tallies.map(({ name, count }) => [name, count]);
  const total = speak('report.row.total');
  return [
    section('closings', [[total, report.closed], ...named('report.class', report.classes)]),
    section('ungated', [
      [total, report.ungated.total],
      ...report.ungated.byWhy.map(
        ({ name, count }) =>
          [UNGATED.includes(name) ? speak(`report.ungated.${name}`) : name, count] as const,
      ),
    ]),
    section('refused', [[total, report.refused.attempts]]),
    section('refusedCriteria', named('criterion', report.refused.byCriterion)),
    section('refusedPeople', people(report.refused.byPerson)),
    section('refusedDays', plain(report.refused.byDay)),
    section('outcomes', named('field.outcome', report.outcomes)),
    section('closedBy', named('journal.closed-by', report.closedBy)),
    section('medians', medianRows(report, speak)),
    section('reopened', reopenedRows(report, speak)),
    section('mistakes', mistakeRows(report, speak)),
    section('agents', agentRows(report, speak, person)),
    section('knowledgeBase', [
      ...named('report.kb', report.knowledgeBase.decisions),
      [speak('report.row.share'), percent(report.knowledgeBase.share)],
      ...named('report.kb', report.knowledgeBase.reused),
    ]),
    section('messages', plain(report.messages)),
    section('suppressed', plain(report.suppressed)),
    section('exceptions', people(report.exceptions)),
  ].filter(({ rows }) => rows.length > 0);
}

/** A row for each figure; the same file from the command and from the page. */
export function reportCsv(
  sections: readonly ReportSection[],
  separator: string,
  speak: Speak,
): string {
  const columns = ['section', 'figure', 'value'].map((name) => speak(`report.column.${name}`));
  const rows = sections.flatMap(({ title, rows: own }) =>
    own.map(([figure, value]) => csvLine([title, figure, value], separator)),
  );
  return `${CSV_BOM}${[csvLine(columns, separator), ...rows].join('\r\n')}\r`;
}

function personText(id: number, speak: Speak, names: ReadonlyMap<number, string>): string {
  if (id === 0) return speak('report.nobody');
  return names.get(id) ?? speak('report.person', { id });
}

function percent(share: number | null): string {
  return share === null ? '—' : `${(share * 100).toFixed(1)} %`;
}

function medianRows({ medians }: ClosingReport, speak: Speak): ReportSection['rows'] {
  return CLOCKS.map((clock) => {
    const { minutes, measured } = medians[clock];
    const value =
      minutes === null
        ? speak('report.not-measured')
        : speak('report.measured', { minutes, measured });
    return [speak(`report.clock.${clock}`), value];
  });
}

function reopenedRows({ reopened }: ClosingReport, speak: Speak): ReportSection['rows'] {
  return [
    [speak('report.row.total'), reopened.total],
    [speak('report.row.byClient'), reopened.byClient],
    [speak('report.row.share'), percent(reopened.share)],
  ];
}

function mistakeRows(report: ClosingReport, speak: Speak): ReportSection['rows'] {
  const rows = report.mistakes.map(
    ({ name, count, withMeasure }) =>
      [
        speak(`field.mistakeCause.${name}`),
        speak('report.measure', { count, withMeasure }),
      ] as const,
  );
  if (report.mistakesOverdue === 0) return rows;
  return [...rows, [speak('report.row.overdue'), report.mistakesOverdue]];
}

function agentRows(
  { agents }: ClosingReport,
  speak: Speak,
  person: (id: number) => string,
): ReportSection['rows'] {
  return agents.map(({ agentId, closings, byAgent, farAbove }) => [
    person(agentId),
    speak(farAbove ? 'report.agent-far' : 'report.agent', { closings, byAgent }),
  ]);
}
