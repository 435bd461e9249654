/** What a soak must have shown, each with the number that decides it. */
import type { Desk } from './desk.ts';
import { DEALS } from './desk.ts';
import { received } from './people.ts';
import type { Moment, QueueDepths } from './sampling.ts';
import { slopeOf } from './sampling.ts';
import type { Tally } from './ticket-story.ts';

/** Heap after a collection may rise by this much in the last two thirds of the load: 0.1 MB a minute is 144 MB a day. */
export const HEAP_MB_PER_MINUTE = 0.1;

export interface Check {
  readonly what: string;
  readonly value: string;
  readonly good: boolean;
}

export interface SoakFacts {
  readonly desks: readonly Desk[];
  readonly tally: Tally;
  readonly moments: readonly Moment[];
  readonly left: QueueDepths;
  readonly drainedSeconds: number | null;
  readonly exitCodes: readonly (number | null)[];
}

export function lastTwoThirds(moments: readonly Moment[]): readonly Moment[] {
  const end = moments.at(-1)?.at ?? 0;
  return moments.filter(({ at }) => at >= end / 3);
}

export function heapSlope(moments: readonly Moment[], process: string): number {
  return slopeOf(
    lastTwoThirds(moments).map(({ at, processes }) => [at, processes[process]?.heapMb ?? 0]),
  );
}

export function judge(facts: SoakFacts): readonly Check[] {
  const { desks, tally, moments, left, drainedSeconds, exitCodes } = facts;
  const twice = desks.flatMap(sentTwice);
  const standing = desks.flatMap(standPremature);
  const returned = tally.returned.length;
  const slopes = Object.keys(moments.at(-1)?.processes ?? {}).map((name) => {
    const slope = heapSlope(moments, name);
    return {
      what: `heap of ${name} after collections, last two thirds, MB a minute (at most ${HEAP_MB_PER_MINUTE})`,
      value: slope.toFixed(3),
      good: slope <= HEAP_MB_PER_MINUTE,
    };
  });
  return [
    {
      what: 'premature closings brought back',
      value: `${returned} of ${tally.premature}`,
      good: returned === tally.premature && tally.premature > 0,
    },
    { what: 'closed without a verdict', ...none(standing) },
    { what: 'messages that reached a client twice', ...none(twice) },
    { what: 'stories that got stuck', ...none(tally.problems) },
    ...slopes,
    {
      what: 'queues after the load: waiting, running, put off, failed',
      value: `${left.waiting}, ${left.active}, ${left.delayed}, ${left.failed}`,
      good: drainedSeconds !== null && left.failed === 0,
    },
    {
      what: 'exit codes on TERM',
      value: exitCodes.join(', '),
      good: exitCodes.every((code) => code === 0),
    },
  ];
}

const none = (found: readonly string[]) => ({
  value: found.length === 0 ? '0' : `${found.length}: ${found.slice(0, 5).join('; ')}`,
  good: found.length === 0,
});

/** The same words to the same client of the same ticket. */
function sentTwice(desk: Desk): readonly string[] {
  const { control } = desk.sandbox;
  return control.tickets(DEALS.entityTypeId).flatMap(({ id, assignedById: agent }) => {
    const ref = { ...DEALS, id };
    const channels = ['chat', 'email'] as const;
    return channels.flatMap((channel) => {
      const texts = received(desk, { ref, agent, channel });
      const known = new Set(texts);
      return known.size === texts.length ? [] : [`ticket ${id} (${channel})`];
    });
  });
}

/** On the closed stage without the gate's stamp. */
function standPremature(desk: Desk): readonly string[] {
  const { fields, pipeline } = desk.policy;
  return desk.sandbox.control
    .tickets(pipeline.entityTypeId)
    .filter(({ stageId, uf }) => stageId === 'C5:WON' && !uf.get(fields.closedAt))
    .map(({ id }) => `ticket ${id}`);
}
