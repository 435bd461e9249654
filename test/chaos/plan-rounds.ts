/** Which rounds are played: every kill point with every kind of message in turn, in an order of the seed's own. */
import { KILL_POINTS, RETURN_POINTS } from './kill-points.ts';
import type { KillPoint, RoundKind } from './kill-points.ts';
import type { Channel } from './scene.ts';

export interface RoundPlan {
  readonly point: KillPoint;
  readonly kind: RoundKind;
  readonly channel: Channel;
}

/** @param only part of the names of the points to take */
export function planRounds(
  rounds: number,
  only: string,
  random: () => number,
): readonly RoundPlan[] {
  const points = [...KILL_POINTS, ...RETURN_POINTS].filter(({ name }) => name.includes(only));
  if (points.length === 0) throw new Error(`no kill point is named ${only}`);
  const pairs = points.flatMap((point) => point.kinds.map((kind) => ({ point, kind })));
  const plans: RoundPlan[] = [];
  while (plans.length < rounds) {
    const order = pairs.map((pair) => ({ pair, at: random() })).sort((a, b) => a.at - b.at);
    for (const { pair } of order) {
      plans.push({ ...pair, channel: random() < 0.6 ? 'chat' : 'email' });
    }
  }
  return plans.slice(0, rounds);
}
