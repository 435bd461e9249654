/** Live moves beside bulk work of the same portal, and one portal beside the storm of another. */
import { startTestRedis } from '../../support/start-test-redis.ts';
import { besideStorm, underBulk } from '../live.ts';
import type { Neighbour, UnderBulk, Waits } from '../live.ts';
import { loadNow } from '../report.ts';
import type { Row, Section } from '../report.ts';
import { number } from './storm-section.ts';

const BULK_MS = 3000;
const NEIGHBOUR_MS = 500;

async function withRedis<T>(measure: (redisUrl: string) => Promise<T>): Promise<T> {
  const redis = await startTestRedis();
  try {
    return await measure(redis.url);
  } finally {
    await redis.remove();
  }
}

export async function liveSection(): Promise<Section> {
  const moves = await withRedis((url) => underBulk(url, 'moves'));
  const mass = await withRedis((url) => underBulk(url, 'mass-closing'));
  const storm = await withRedis(besideStorm);
  const delay = storm.beside.p95 - storm.rest.p95;
  const rows: readonly Row[] = [
    bulkRow(`${number(moves.bulk)} premature closings of another pipeline`, moves),
    bulkRow(`a mass closing of ${number(mass.bulk)}`, mass),
    {
      what: `One portal's storm of ${number(storm.storm)}: delay of another portal's return (p95 beside it − p95 at rest)`,
      figure: `< ${NEIGHBOUR_MS} ms`,
      ours: `${number(delay)} ms`,
      beside: `at rest ${number(storm.rest.p95)} ms`,
      ratio: '',
      reached: delay < NEIGHBOUR_MS,
    },
  ];
  return {
    name: 'Live moves beside bulk work, one portal beside another',
    rows,
    notes: notesOf({ moves, mass, storm }),
    missed: rows
      .filter(({ reached }) => reached === false)
      .map(
        ({ what, figure, ours }) =>
          `${what}: ${ours} instead of ${figure}, at a load average of ${loadNow()}.`,
      ),
  };
}

function bulkRow(what: string, { rest, busy }: UnderBulk): Row {
  return {
    what: `Event → return written while ${what} are worked off, p95`.replace(
      /(a mass closing of \S+) are/,
      '$1 is',
    ),
    figure: `≤ ${number(BULK_MS)} ms`,
    ours: `${number(busy.p95)} ms`,
    beside: `at rest ${number(rest.p95)} ms`,
    ratio: '',
    reached: busy.p95 <= BULK_MS,
  };
}

const told = ({ p50, p95, worst, probes }: Waits): string =>
  `${probes} closings: p50 ${number(p50)}, p95 ${number(p95)}, worst ${number(worst)} ms`;

function notesOf({
  moves,
  mass,
  storm,
}: {
  readonly moves: UnderBulk;
  readonly mass: UnderBulk;
  readonly storm: Neighbour;
}): readonly string[] {
  return [
    `One portal with two gated pipelines and the platform's limits. ${number(moves.bulk)} tickets of the one are closed too early at once; from the eighth second on, when the burst is used up, single tickets of the other are closed too early, one every 2 s whether or not the one before is back. ${told(moves.busy)}; before it, at rest, ${told(moves.rest)}. When the last one was asked, ${number(moves.worked)} of the ${number(moves.bulk)} were back.`,
    `The same beside \`npm run close\` of a whole stage of ${number(mass.bulk)} tickets (none is ready: all are read and judged): ${told(mass.busy)}; at rest ${told(mass.rest)}; ${number(mass.worked)} were judged by then.`,
    `Seven portals installed on one service; the one with the storm, the service (web and worker in one process) and the six others have a process each. ${number(storm.storm)} tickets of the one are closed at once (all back after ${storm.stormSeconds.toFixed(1)} s, median of ${storm.storms}), one of each other half a second after the last: ${told(storm.beside)} that began while a storm lasted; at rest, in the same rhythm, ${told(storm.rest)}. None closes two in a round: seven requests each, its bucket would be what holds the next one up. They share the machine's cores, which makes the delay an upper bound.`,
  ];
}
