import { exponent } from '../arithmetic.ts';
import { journalCurves, stormCurves } from '../growth.ts';
import type { Curve } from '../growth.ts';
import type { Row, Section } from '../report.ts';
import { number } from './storm-section.ts';

const MOST = 1.1;

export async function growthSection(): Promise<Section> {
  const rows = [...(await stormCurves()), ...(await journalCurves())].map(rowOf);
  return {
    name: 'Growth',
    rows,
    notes: [
      `The exponent is the slope of the line through the logarithms at ×1, ×10 and ×100: 1 is proportional, below it a fixed cost is shared by more; over ${MOST} it is called missed. Reminders and idle portals have their rows with their parts.`,
    ],
    missed: rows
      .filter(({ reached }) => reached === false)
      .map(({ what, ours, ratio }) => `${what}: ${ours} (${ratio}).`),
  };
}

function rowOf({ what, unit, points }: Curve): Row {
  const slope = exponent(points);
  const cost = (value: number): string =>
    `${value < 100 ? value.toFixed(1).replace(/\.0$/, '') : number(value)}${unit === '' ? '' : ` ${unit}`}`;
  return {
    what: `Growth: ${what}, ${points.map(({ size }) => number(size)).join(', ')}`,
    figure: `exponent ≤ ${MOST}`,
    ours: points.map((point) => cost(point.cost)).join(', '),
    beside: '',
    ratio: `exponent ${slope.toFixed(2)}`,
    reached: slope <= MOST,
  };
}
