import { PER_BATCH, stormBound } from '../arithmetic.ts';
import { AGENTS, benchCards } from '../cards.ts';
import type { Section } from '../report.ts';
import { number } from './storm-section.ts';

const SLOWEST = 1.3;

export async function cardsSection(redisUrl: string): Promise<Section> {
  const { returns, cards, requests, rejections, breakdown } = await benchCards(redisUrl);
  const what = `${number(returns)} returns on an installed portal, each with its card in the timeline`;
  // The app signals each return to the portal's triggers too.
  const bound = stormBound(returns, AGENTS).requests + 2 * Math.ceil(returns / PER_BATCH);
  const reached = requests <= SLOWEST * bound && cards === returns;
  return {
    name: 'Cards in timelines',
    rows: [
      {
        what: `${what}: requests until all is quiet`,
        figure: `≤ ${SLOWEST} × bound`,
        ours: number(requests),
        beside: `bound ${number(bound)}`,
        ratio: (requests / bound).toFixed(2),
        reached,
      },
      {
        what: `${what}: requests the portal rejected`,
        figure: '0',
        ours: number(rejections),
        beside: '',
        ratio: '',
        reached: rejections === 0,
      },
    ],
    notes: [
      `${AGENTS} agents close ${number(returns)} tickets too early at once. The bound is that of the storm with ${Math.ceil(returns / PER_BATCH)} batches of cards and as many of triggers. ${number(cards)} cards were set. Requests: ${breakdown}.`,
    ],
    missed: reached
      ? []
      : [
          `${what}: ${number(requests)} requests instead of ${SLOWEST} × ${number(bound)}; ${number(cards)} cards stand.`,
        ],
  };
}
