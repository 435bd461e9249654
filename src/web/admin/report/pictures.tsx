/** The report's sections of bars, parts and lines. */
import type { ReportRow, ReportState } from '../../../core/admin/report-state.ts';
import { Table } from '../../shared/ui/table.tsx';
import { BarList } from './charts/bar-list.tsx';
import { ChartBox } from './charts/chart-box.tsx';
import { LineChart, totals } from './charts/line-chart.tsx';
import { ShareBar } from './charts/share-bar.tsx';
import { FigureNumber } from './figure-number.tsx';
import { RowTable } from './row-table.tsx';
import type { FilteredScope } from './scope.ts';
import type { OpenFigure } from './wanted-figure.ts';
import { useFigure } from './use-figure.tsx';

interface SectionProps extends FilteredScope {
  readonly report: ReportState;
}

interface RowsProps extends FilteredScope {
  readonly title: string;
  readonly hint?: string;
  readonly rows: readonly ReportRow[];
  readonly none: string;
  readonly tone?: 'main' | 'bad' | 'good' | 'wait';
  /** Parts of one whole; bars otherwise. */
  readonly whole?: boolean;
}

const isNothing = (rows: readonly ReportRow[]): boolean => rows.every(({ count }) => count === 0);

export function Rows({ title, hint, rows, none, tone, whole = false, ...scope }: RowsProps) {
  const { open, list } = useFigure(scope);
  const drawing = { ...scope, rows, open };
  return (
    <ChartBox
      title={title}
      {...(hint !== undefined && { hint })}
      say={scope.say}
      none={isNothing(rows) && none}
      picture={whole ? <ShareBar {...drawing} /> : <BarList {...drawing} tone={tone ?? 'main'} />}
      table={<RowTable {...drawing} caption={title} shares={whole} />}
    >
      {list}
    </ChartBox>
  );
}

/** Requests and confirmations over time; the legend's sums and the table's numbers open their tickets. */
export function Course({ report, ...scope }: SectionProps) {
  const { say, format } = scope;
  const { steps, step } = report;
  const { open, list } = useFigure(scope);
  const title = say(step === 'day' ? 'days' : 'days.month');
  const sums = totals(steps);
  return (
    <ChartBox
      title={title}
      say={say}
      picture={
        <>
          <LineChart steps={steps} step={step} {...scope} />
          <p class="legend">
            <span>
              <Key name="requests" />
              {say('days.requests')}{' '}
              <FigureNumber
                {...{ say, format, open }}
                count={sums.requests}
                wanted={{ figure: REQUESTS, label: say('column.requests') }}
              />
            </span>
            <span>
              <Key name="confirmed" />
              {say('days.confirmations')}{' '}
              <FigureNumber
                {...{ say, format, open }}
                count={sums.confirmations}
                wanted={{ figure: CONFIRMED, label: say('column.confirmations') }}
              />
            </span>
          </p>
        </>
      }
      table={<StepTable report={report} open={open} title={title} {...scope} />}
    >
      {list}
    </ChartBox>
  );
}

const REQUESTS = 'message:request:*';
const CONFIRMED = 'answer:solved';

function Key({ name }: { readonly name: 'requests' | 'confirmed' }) {
  return (
    <svg class="key" viewBox="0 0 28 10" width="28" height="10" aria-hidden="true">
      <path class={`line ${name}`} d="M2 5H26" />
    </svg>
  );
}

function StepTable({
  report: { steps, step },
  open,
  title,
  say,
  format,
  days,
}: SectionProps & { readonly open: OpenFigure; readonly title: string }) {
  const nameOf = (from: string): string => (step === 'day' ? days.long(from) : days.month(from));
  const number = (id: 'requests' | 'confirmations' | 'refused' | 'closed', figure: string) => ({
    id,
    title: say(`column.${id}`),
    numeric: true,
    cell: (row: ReportState['steps'][number]) => {
      const { from, to } = row;
      const label = `${say(`column.${id}`)}, ${nameOf(from)}`;
      return (
        <FigureNumber
          {...{ say, format, open }}
          count={row[id]}
          wanted={{ figure, label, from, to }}
        />
      );
    },
  });
  return (
    <Table
      caption={title}
      quiet
      rows={steps.toReversed()}
      keyOf={({ from }) => from}
      columns={[
        {
          id: 'step',
          title: say(step === 'day' ? 'column.day' : 'column.month'),
          heads: true,
          cell: ({ from }) => nameOf(from),
        },
        number('requests', REQUESTS),
        number('confirmations', CONFIRMED),
        number('refused', 'refused'),
        number('closed', 'kind:closed'),
      ]}
    />
  );
}
