import { benchIdle, benchNaiveIdle } from '../idle.ts';
import type { IdleRun } from '../idle.ts';
import type { Row, Section } from '../report.ts';
import { number, ratio } from './storm-section.ts';

const MOST = 20;

export async function idleSection(redisUrl: string): Promise<Section> {
  const { edits, atOnce, overTenSeconds } = await benchIdle(redisUrl);
  const naive = await benchNaiveIdle(edits);
  const row = (how: string, run: IdleRun): Row => ({
    what: `${number(edits)} idle field edits ${how}: requests`,
    figure: `≤ ${MOST}`,
    ours: number(run.requests),
    beside: number(naive.requests),
    ratio: ratio(run.requests, naive.requests),
    reached: run.requests <= MOST,
  });
  const rows = [row('at once', atOnce), row('over 10 s', overTenSeconds)];
  return {
    name: 'Idle field edits',
    rows,
    notes: [
      `Titles of 500 tickets are edited ${number(edits)} times, an event each; none moves. Counted until six seconds after the last request and event, so that the last sweep is in.`,
      `At once: the last event was acknowledged after ${atOnce.seconds.toFixed(1)} s (${atOnce.eventsFailed} events failed). Spread: after ${overTenSeconds.seconds.toFixed(1)} s (${overTenSeconds.eventsFailed} failed).`,
      'The naive gate was counted on the same edits at once, with the rate limit off.',
    ],
    missed: rows
      .filter(({ reached }) => reached === false)
      .map(
        ({ what, ours }) =>
          `${what}: ${ours} instead of at most ${MOST}: every sweep costs one request, and events kept coming for ${atOnce.seconds.toFixed(0)} s and ${overTenSeconds.seconds.toFixed(0)} s, while the gap between idle sweeps grows to 4 s only.`,
      ),
  };
}
