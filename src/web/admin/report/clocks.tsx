/** Medians of working time: bars in words, and a table. */
import type { ReportClock } from '../../../core/admin/report-state.ts';
import { Table } from '../../shared/ui/table.tsx';
import { ChartBox } from './charts/chart-box.tsx';
import { FigureNumber } from './figure-number.tsx';
import type { FilteredScope } from './scope.ts';
import { useFigure } from './use-figure.tsx';

export function Clocks({
  clocks,
  ...scope
}: FilteredScope & { readonly clocks: readonly ReportClock[] }) {
  const { say, format, days } = scope;
  const { open, list } = useFigure(scope);
  const most = Math.max(1, ...clocks.map(({ minutes }) => minutes ?? 0));
  const textOf = ({ minutes }: ReportClock): string =>
    minutes === null ? say('clocks.none') : days.length(minutes);
  const table = (
    <Table
      caption={say('clocks')}
      quiet
      rows={clocks}
      keyOf={({ figure }) => figure}
      columns={[
        { id: 'what', title: say('column.what'), heads: true, cell: ({ label }) => label },
        { id: 'median', title: say('column.median'), numeric: true, cell: textOf },
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
  const picture = (
    <ul class="bars wait">
      {clocks.map((clock) => (
        <li key={clock.figure}>
          <button
            type="button"
            disabled={clock.measured === 0}
            aria-expanded={open.shown === clock.figure}
            aria-label={say('figure', { label: clock.label, count: textOf(clock) })}
            onClick={() => open.toggle(clock)}
          >
            <span class="bar-label">{clock.label}</span>
            <svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
              <rect class="bar-room" width="100" height="10" rx="1.2" />
              <rect
                class="bar-fill"
                width={((clock.minutes ?? 0) / most) * 100}
                height="10"
                rx="1.2"
              />
            </svg>
            <span class="bar-count">{textOf(clock)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
  return (
    <ChartBox
      title={say('clocks')}
      hint={say('clocks.hint')}
      say={say}
      picture={picture}
      table={table}
    >
      {list}
    </ChartBox>
  );
}
