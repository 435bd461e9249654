import { benchClientPage, PLACES } from '../page.ts';
import type { Section } from '../report.ts';
import { number } from './storm-section.ts';

const NAME = 'The client page';

export async function pageSection(): Promise<Section> {
  const page = await benchClientPage();
  if (page === null) {
    const why = 'The client page was left out: there is no Chromium on PATH.';
    return { name: NAME, rows: [], notes: [why], missed: [] };
  }
  const plain = { figure: '', beside: '', ratio: '', reached: null };
  return {
    name: NAME,
    rows: [
      {
        ...plain,
        what: 'Client page: bytes over the wire, headers and all',
        ours: number(page.bytes),
      },
      { ...plain, what: 'Client page: requests', ours: `${page.requests}` },
      ...[...page.firstPaint].map(([place, ms]) => ({
        ...plain,
        what: `Client page, cold: first contentful paint, ${place}`,
        ours: `${number(Math.round(ms))} ms`,
      })),
    ],
    notes: [
      `The open request on a phone, ${page.runs} cold openings for each place in turn, median. ${PLACES.map(({ name, processor, megabitsPerSecond, latencyMs }) => `${name}: processor ÷ ${processor}, ${megabitsPerSecond} Mbit/s, ${latencyMs} ms`).join('; ')}.`,
    ],
    missed: [],
  };
}
