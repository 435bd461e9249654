/** What the closings were worth, and what went another way: articles, reopenings, exceptions, messages. */
import type { ReportRow, ReportState } from '../../../core/admin/report-state.ts';
import { BarList } from './charts/bar-list.tsx';
import { ChartBox } from './charts/chart-box.tsx';
import { RowTable } from './row-table.tsx';
import type { FilteredScope } from './scope.ts';
import { useFigure } from './use-figure.tsx';

interface QualityProps extends FilteredScope {
  readonly report: ReportState;
}

export function Quality({ report, ...scope }: QualityProps) {
  return (
    <div>
      {boxesOf(report, scope).map((box) => (
        <Parts key={box.title} {...box} {...scope} />
      ))}
    </div>
  );
}

type Box = Pick<PartsProps, 'title' | 'none' | 'parts' | 'tone'>;

function boxesOf(report: ReportState, { say, format }: FilteredScope): readonly Box[] {
  const { share, decisions, reused } = report.knowledge;
  const written = share === null ? '' : say('knowledge.share', { share: format.share(share) });
  const overdue = {
    label: say('quality.overdue'),
    count: report.mistakesOverdue,
    figure: 'alert:mistake-overdue',
  };
  return [
    {
      title: say('knowledge'),
      none: say('knowledge.none'),
      parts: [
        { title: written, rows: decisions },
        { title: '', rows: reused },
      ],
      tone: 'good',
    },
    {
      title: say('quality'),
      none: say('quality.none'),
      parts: [
        { title: say('quality.reopened'), rows: report.reopened },
        { title: say('quality.causes'), rows: report.mistakes.map(withNote(say)) },
        { title: '', rows: [overdue] },
      ],
      tone: 'bad',
    },
    {
      title: say('passes'),
      none: say('passes.none'),
      parts: [
        { title: say('passes.exceptions'), rows: report.exceptions },
        { title: say('passes.ungated'), rows: report.ungated },
      ],
      tone: 'wait',
    },
    {
      title: say('mail'),
      none: say('mail.none'),
      parts: [
        { title: say('mail.sent'), rows: report.messages },
        { title: say('mail.suppressed'), rows: report.suppressed },
      ],
      tone: 'main',
    },
  ];
}

const withNote = (say: FilteredScope['say']) => (row: ReportState['mistakes'][number]) => ({
  ...row,
  note: say('measures', { count: row.withMeasure }),
});

interface Part {
  readonly title: string;
  readonly rows: readonly (ReportRow & { readonly note?: string })[];
}

interface PartsProps extends FilteredScope {
  readonly title: string;
  readonly none: string;
  readonly parts: readonly Part[];
  readonly tone: 'main' | 'bad' | 'good' | 'wait';
}

/** Bars under small headings in one box; all of them in one table. */
function Parts({ title, none, parts, tone, ...scope }: PartsProps) {
  const { open, list } = useFigure(scope);
  const filled = parts.filter(({ rows }) => rows.some(({ count }) => count > 0));
  const rows = filled.flatMap((part) => part.rows);
  return (
    <ChartBox
      title={title}
      say={scope.say}
      none={filled.length === 0 && none}
      picture={filled.map((part) => (
        <div key={part.rows[0]?.figure}>
          {part.title !== '' && <h3>{part.title}</h3>}
          <BarList {...scope} rows={part.rows} open={open} tone={tone} />
        </div>
      ))}
      table={<RowTable {...scope} caption={title} rows={rows} open={open} />}
    >
      {list}
    </ChartBox>
  );
}
