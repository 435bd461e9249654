import type { Section } from '../report.ts';
import { benchRest } from '../rest.ts';
import { benchNaiveStorm } from '../storm.ts';
import { number, ratio } from './storm-section.ts';

const REQUESTS = 3;
const P95_MS = 1000;

export async function restSection(redisUrl: string): Promise<Section> {
  const ours = await benchRest(redisUrl);
  const naive = await benchNaiveStorm(1, 1);
  const ms = (value: number): string => `${number(value)} ms`;
  return {
    name: 'One premature closing at rest',
    rows: [
      {
        what: 'At rest: requests per return (most)',
        figure: `${REQUESTS}`,
        ours: `${ours.requests.max}`,
        beside: `${naive.requests}`,
        ratio: ratio(ours.requests.max, naive.requests),
        reached: ours.requests.max <= REQUESTS,
      },
      {
        what: 'At rest: event → return written, p95',
        figure: `≤ ${ms(P95_MS)}`,
        ours: ms(ours.returned.p95),
        beside: '',
        ratio: '',
        reached: ours.returned.p95 <= P95_MS,
      },
    ],
    notes: [
      `${ours.returns} closings, one after another, each after two quiet seconds; the portal's event delay is 0. Return written: p50 ${ms(ours.returned.p50)}, p95 ${ms(ours.returned.p95)}; explained and told: p50 ${ms(ours.told.p50)}, p95 ${ms(ours.told.p95)}. The sandbox's own time to answer is not subtracted.`,
      `Requests of one return: ${ours.way}.`,
      `The app's own write comes back as events, which cost one more listing afterwards: ${ours.withEcho.median} requests (median) until all is quiet. The naive gate's ${naive.requests} are counted to the same point.`,
    ],
    missed: [
      ...(ours.requests.max > REQUESTS
        ? [
            `At rest: a return took up to ${ours.requests.max} requests (median ${ours.requests.median}) instead of ${REQUESTS}; the most frequent way was ${ours.way}.`,
          ]
        : []),
      ...(ours.returned.p95 > P95_MS
        ? [
            `At rest: p95 is ${ms(ours.returned.p95)} instead of ${ms(P95_MS)}, with a median of ${ms(ours.returned.p50)} for ${ours.requests.median} requests.`,
          ]
        : []),
    ],
  };
}
