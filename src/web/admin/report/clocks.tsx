/** Medians of working time: bars in words, and a table. */
import type { ReportClock } from '../../../core/admin/report-state.ts';
import { Table } from '../../shared/ui/table.tsx';
import { BarList } from './charts/bar-list.tsx';
import { ChartBox } from './charts/chart-box.tsx';
import { FigureNumber } from './figure-number.tsx';
import type { FilteredScope } from './scope.ts';
import type { OpenFigure } from './wanted-figure.ts';
import { useFigure } from './use-figure.tsx';

interface ClocksProps extends FilteredScope {
  readonly clocks: readonly ReportClock[];
}

const textOf = ({ minutes }: ReportClock, { say, days }: FilteredScope): string =>
  minutes === null ? say('clocks.none') : days.length(minutes);

export function Clocks({ clocks, ...scope }: ClocksProps) {
  const { say } = scope;
  const { open, list } = useFigure(scope);
  const rows = clocks.map((clock) => ({
    ...clock,
    count: clock.measured,
    size: clock.minutes ?? 0,
    text: textOf(clock, scope),
  }));
  return (
    <ChartBox
      title={say('clocks')}
      hint={say('clocks.hint')}
      say={say}
      picture={<BarList {...scope} rows={rows} open={open} wide />}
      table={<ClockTable clocks={clocks} open={open} {...scope} />}
    >
      {list}
    </ChartBox>
  );
}

function ClockTable({ clocks, open, ...scope }: ClocksProps & { readonly open: OpenFigure }) {
  const { say, format } = scope;
  return (
    <Table
      caption={say('clocks')}
      quiet
      rows={clocks}
      keyOf={({ figure }) => figure}
      columns={[
        { id: 'what', title: say('column.what'), heads: true, cell: ({ label }) => label },
        {
          id: 'median',
          title: say('column.median'),
          numeric: true,
          cell: (clock) => textOf(clock, scope),
        },
        {
          id: 'measured',
          title: say('column.measured'),
          numeric: true,
          cell: ({ label, figure, measured }) => (
            <FigureNumber {...{ say, format, open }} count={measured} wanted={{ figure, label }} />
          ),
        },
      ]}
    />
  );
}
