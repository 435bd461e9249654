/** What the closings were worth, and what went another way: articles, reopenings, exceptions, messages. */
import type { ReportRow, ReportState } from '../../../core/admin/report-state.ts';
import { Notice } from '../../shared/ui/notice.tsx';
import { BarList } from './charts/bar-list.tsx';
import { ChartBox } from './charts/chart-box.tsx';
import { Rows } from './pictures.tsx';
import { RowTable } from './row-table.tsx';
import type { FilteredScope } from './scope.ts';
import { useFigure } from './use-figure.tsx';

interface QualityProps extends FilteredScope {
  readonly report: ReportState;
}

export function Quality({ report, ...scope }: QualityProps) {
  const { say, format } = scope;
  const { knowledge, mistakesOverdue } = report;
  return (
    <>
      {mistakesOverdue > 0 && (
        <Notice tone="wait">{say('quality.overdue', { count: mistakesOverdue })}</Notice>
      )}
      <div class="pair">
        <Parts
          title={say('knowledge')}
          none={say('knowledge.none')}
          parts={[
            {
              title:
                knowledge.share === null
                  ? ''
                  : say('knowledge.share', { share: format.share(knowledge.share) }),
              rows: knowledge.decisions,
            },
            { title: '', rows: knowledge.reused },
          ]}
          tone="good"
          {...scope}
        />
        <Parts
          title={say('quality')}
          none={say('quality.none')}
          parts={[
            { title: say('quality.reopened'), rows: report.reopened },
            {
              title: say('quality.causes'),
              rows: report.mistakes.map((row) => ({
                ...row,
                note: say('measures', { count: row.withMeasure }),
              })),
            },
          ]}
          tone="bad"
          {...scope}
        />
      </div>
      <div class="pair">
        <Parts
          title={say('passes')}
          none={say('passes.none')}
          parts={[
            { title: say('passes.exceptions'), rows: report.exceptions },
            { title: say('passes.ungated'), rows: report.ungated },
          ]}
          tone="wait"
          {...scope}
        />
        <Parts
          title={say('mail')}
          none={say('mail.none')}
          parts={[
            { title: say('mail.sent'), rows: report.messages },
            { title: say('mail.suppressed'), rows: report.suppressed },
          ]}
          tone="main"
          {...scope}
        />
      </div>
      <Rows
        title={say('closed-by')}
        rows={report.closedBy}
        none={say('classes.none')}
        whole
        {...scope}
      />
    </>
  );
}

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
