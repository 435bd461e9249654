import { benchPanel } from '../panel.ts';
import type { Quartiles } from '../panel.ts';
import type { Section } from '../report.ts';

const NAME = 'The ticket panel';
const BUDGET_MS = 400;

export async function panelSection(): Promise<Section> {
  const bench = await benchPanel();
  if (bench === null) {
    const why = 'The ticket panel was left out: there is no Chromium on PATH.';
    return { name: NAME, rows: [], notes: [why], missed: [] };
  }
  const { panel, whole, bare, runs } = bench;
  const reached = panel.median <= BUDGET_MS;
  const why = `The panel was painted after ${Math.round(panel.median)} ms where ${BUDGET_MS} are asked; a page of bare HTML took ${Math.round(bare.median)} ms on the same machine at the same time, so that the panel itself costs ${Math.round(panel.median - bare.median)} ms.`;
  return {
    name: NAME,
    rows: [
      {
        what: 'Ticket panel, warm: first contentful paint, office (bare HTML beside it)',
        figure: `≤ ${BUDGET_MS} ms`,
        ours: told(panel),
        beside: told(bare),
        ratio: (panel.median / bare.median).toFixed(2),
        reached,
      },
      {
        what: 'Ticket panel, warm: the ticket itself painted (largest contentful paint), office',
        figure: '–',
        ours: told(whole),
        beside: '–',
        ratio: '–',
        reached: null,
      },
    ],
    notes: [
      `Median [quartiles] of the second to fourth opening in ${runs} rounds, panel and bare page in turn; processor ÷ 4, 10 Mbit/s, 40 ms; the portal answers at once (a real one adds its own time). The time of the portal's own page around the frame is not in it.`,
    ],
    missed: reached ? [] : [why],
  };
}

const told = ({ lower, median, upper }: Quartiles): string =>
  `${Math.round(median)} ms [${Math.round(lower)}–${Math.round(upper)}]`;
