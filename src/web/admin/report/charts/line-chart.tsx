/** Two lines over days or months. The numbers stand in the table behind the picture; a pointer reads one day off. */
import { useState } from 'preact/hooks';
import type { ReportState, ReportStep } from '../../../../core/admin/report-state.ts';
import type { FilteredScope } from '../scope.ts';
import { useWidth } from './use-width.ts';

interface LineChartProps extends Pick<FilteredScope, 'say' | 'format' | 'days' | 'filter'> {
  readonly steps: readonly ReportStep[];
  readonly step: ReportState['step'];
}

const HEIGHT = 220;
const PAD = { top: 12, right: 14, bottom: 26, left: 40 };
const LABEL_WIDTH = 58;

export function LineChart({ steps, step, say, format, days, filter }: LineChartProps) {
  const [box, width] = useWidth<HTMLDivElement>();
  const [at, point] = useState<number | null>(null);
  const sums = totals(steps);
  const ceiling = niceCeiling(Math.max(1, ...steps.map((one) => highest(one))));
  const plot = plotOf(width, steps.length, ceiling);
  const text = { span: days.span(filter), ...sums };
  const shown = at === null ? undefined : steps[at];
  const nameOf = ({ from }: ReportStep): string =>
    step === 'day' ? days.long(from) : days.month(from);
  return (
    <div class="lines" ref={box}>
      <p class="lines-read soft" aria-hidden="true">
        {shown ? say('days.point', { day: nameOf(shown), ...countsOf(shown) }) : ' '}
      </p>
      {width > 0 && (
        <svg
          width={width}
          height={HEIGHT}
          role="img"
          aria-label={say('days.picture', text)}
          onPointerMove={({ offsetX }) => point(plot.nearest(offsetX))}
          onPointerLeave={() => point(null)}
        >
          <Grid plot={plot} width={width} ceiling={ceiling} format={format} />
          <path class="area" d={plot.area(steps.map(({ requests }) => requests))} />
          <path class="line requests" d={plot.line(steps.map(({ requests }) => requests))} />
          <path class="line confirmed" d={plot.line(steps.map((one) => one.confirmations))} />
          {plot.labelled.map((n) => (
            <text key={n} x={plot.x(n)} y={HEIGHT - 6} text-anchor={plot.anchor(n)}>
              {days.short(steps[n]?.from ?? filter.from)}
            </text>
          ))}
          {at !== null && shown && (
            <>
              <line class="pointer" x1={plot.x(at)} x2={plot.x(at)} y1={PAD.top} y2={plot.floor} />
              <circle class="dot requests" cx={plot.x(at)} cy={plot.y(shown.requests)} r="4" />
              <circle
                class="dot confirmed"
                cx={plot.x(at)}
                cy={plot.y(shown.confirmations)}
                r="4"
              />
            </>
          )}
        </svg>
      )}
    </div>
  );
}

function Grid({
  plot,
  width,
  ceiling,
  format,
}: {
  readonly plot: Plot;
  readonly width: number;
  readonly ceiling: number;
  readonly format: FilteredScope['format'];
}) {
  const values = ceiling === 1 ? [0, 1] : [0, ceiling / 2, ceiling];
  return (
    <>
      {values.map((value) => (
        <g key={value}>
          <line
            class="grid-line"
            x1={PAD.left}
            x2={width - PAD.right}
            y1={plot.y(value)}
            y2={plot.y(value)}
          />
          <text x={PAD.left - 8} y={plot.y(value) + 4} text-anchor="end">
            {format.number(value)}
          </text>
        </g>
      ))}
    </>
  );
}

export function totals(steps: readonly ReportStep[]) {
  return {
    requests: steps.reduce((sum, one) => sum + one.requests, 0),
    confirmations: steps.reduce((sum, one) => sum + one.confirmations, 0),
  };
}

const countsOf = ({ requests, confirmations }: ReportStep) => ({ requests, confirmations });
const highest = ({ requests, confirmations }: ReportStep) => Math.max(requests, confirmations);

/** The next of 1, 2, 4, 6, 10, 20, 40, 60, 100 …: its half is a whole number too. */
function niceCeiling(value: number): number {
  if (value <= 2) return value;
  const power = 10 ** Math.floor(Math.log10(value));
  return (
    [1, 2, 4, 6, 10].map((one) => one * power).find((one) => one >= value && one % 2 === 0) ?? value
  );
}

type Plot = ReturnType<typeof plotOf>;

function plotOf(width: number, count: number, ceiling: number) {
  const room = Math.max(1, width - PAD.left - PAD.right);
  const floor = HEIGHT - PAD.bottom;
  const gap = room / Math.max(1, count - 1);
  const x = (n: number): number => PAD.left + (count === 1 ? room / 2 : n * gap);
  const y = (value: number): number => floor - (value / ceiling) * (floor - PAD.top);
  const line = (values: readonly number[]): string =>
    values
      .map((value, n) => `${n === 0 ? 'M' : 'L'}${x(n).toFixed(1)} ${y(value).toFixed(1)}`)
      .join('');
  const every = Math.max(1, Math.ceil(count / Math.max(2, Math.floor(room / LABEL_WIDTH))));
  const last = count - 1;
  return {
    floor,
    x,
    y,
    line,
    area: (values: readonly number[]): string =>
      `${line(values)}L${x(values.length - 1)} ${floor}L${x(0)} ${floor}Z`,
    /** Counted from the last day, which is the one that is looked for. */
    labelled: Array.from({ length: count }, (_, n) => n).filter((n) => (last - n) % every === 0),
    anchor: (n: number): 'start' | 'middle' | 'end' =>
      count > 1 && n === last ? 'end' : count > 1 && n === 0 ? 'start' : 'middle',
    nearest: (at: number): number => Math.min(last, Math.max(0, Math.round((at - PAD.left) / gap))),
  };
}
