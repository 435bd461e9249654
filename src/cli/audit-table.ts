/** The audit as a person reads it in a terminal. */
import type { PastAudit } from '../app/audit-past.ts';
import {
  headlineOf,
  notesOf,
  periodOf,
  personName,
  pipelineLine,
  reachOf,
  unknownOf,
} from '../app/audit-words.ts';
import type { Speak } from '../app/audit-words.ts';
import type { Language } from '../app/ports/texts.ts';
import { textTable, wrapped } from './text-table.ts';

/** Where nothing is known of the terminal. */
const DEFAULT_WIDTH = 100;
const MIN_WIDTH = 40;

export interface AuditView {
  readonly speak: Speak;
  readonly language: Language;
  /** Characters of the terminal; absent where the output goes elsewhere. */
  readonly columns?: number;
}

export function auditTable(audit: PastAudit, view: AuditView): string {
  const { speak, language } = view;
  const width = Math.max(MIN_WIDTH, view.columns ?? DEFAULT_WIDTH);
  const reach = reachOf(audit, speak);
  const lines = [
    `${speak('audit.title')}: ${periodOf(audit, language)}`,
    ...audit.pipelines.map((pipeline) => pipelineLine(pipeline, speak)),
    '',
    headlineOf(audit, speak),
    ...(reach === '' ? [] : [reach]),
  ].flatMap((line) => wrapped(line, width));
  const sections =
    audit.sums.judged === 0 ? [] : [...criteria(audit, view), ...people(audit, view)];
  const notes = notesOf(audit, speak).flatMap((note) => wrapped(`· ${note}`, width, '  '));
  const parts = sections.flatMap(({ title, columns, rows }) => [
    '',
    title,
    ...textTable(columns, rows, width),
  ]);
  return [...lines, ...parts, '', speak('audit.unknown'), ...notes].join('\n');
}

interface Section {
  readonly title: string;
  readonly columns: Parameters<typeof textTable>[0];
  readonly rows: Parameters<typeof textTable>[1];
}

function criteria({ sums }: PastAudit, { speak }: AuditView): readonly Section[] {
  const column = (key: string, optional = false) => ({
    title: speak(`audit.col.${key}`),
    optional,
  });
  return [
    {
      title: speak('audit.by-criterion'),
      columns: [
        column('criterion'),
        column('unmet'),
        column('warned', true),
        column('met'),
        column('unknown', true),
        column('not-applicable', true),
      ],
      rows: sums.criteria.map((row) => [
        `${speak(`clause.${row.clause}`)} · ${speak(`criterion.${row.id}`)}`,
        row.noField > 0 && row.noField === sums.judged ? speak('audit.no-field') : row.unmet,
        row.warned,
        row.met,
        unknownOf(row),
        row.notApplicable,
      ]),
    },
  ];
}

function people(audit: PastAudit, { speak }: AuditView): readonly Section[] {
  const column = (key: string, optional = false) => ({
    title: speak(`audit.col.${key}`),
    optional,
  });
  return [
    {
      title: speak('audit.by-person'),
      columns: [
        column('person'),
        column('moved'),
        column('moved-fails'),
        { title: speak('audit.ungated'), optional: true },
        column('assigned', true),
        column('assigned-fails', true),
      ],
      rows: audit.sums.people.map(({ userId, moved, assigned }) => [
        personName(userId, audit, speak),
        moved.passes + moved.fails + moved.unclear,
        moved.fails,
        moved.ungated,
        assigned.passes + assigned.fails + assigned.unclear,
        assigned.fails,
      ]),
    },
  ];
}
