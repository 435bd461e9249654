/** The counters of one agent, and which agents there are: the same counters, told apart by their beginning. */
import type { DayCounters } from './counters.ts';
import { ofAgent } from './counters.ts';

const BY_AGENT = /^by:(\d+):/;

/** The same figures of this agent alone. */
export function agentsCounters(
  days: readonly DayCounters[],
  agentId: number,
): readonly DayCounters[] {
  const own = ofAgent(agentId);
  return days.map(({ pipeline, day, counts }) => ({
    pipeline,
    day,
    counts: new Map(
      [...counts].flatMap(([name, count]) =>
        name.startsWith(own) ? [[name.slice(own.length), count] as const] : [],
      ),
    ),
  }));
}

/** Whether a counter is one agent's own. */
export const isAgents = (name: string): boolean => BY_AGENT.test(name);

/** Everybody's counters and the agents' own, day by day. Counters of before they stood apart are added to those of since. */
export function withAgents(
  days: readonly DayCounters[],
  agents: readonly DayCounters[],
): readonly DayCounters[] {
  const keyOf = ({ pipeline, day }: DayCounters): string => `${pipeline}|${day}`;
  const own = new Map(agents.map((one) => [keyOf(one), one.counts]));
  return days.map((one) => {
    const more = own.get(keyOf(one));
    if (more === undefined) return one;
    const counts = new Map(one.counts);
    for (const [name, count] of more) counts.set(name, (counts.get(name) ?? 0) + count);
    return { ...one, counts };
  });
}

/** Without the agents' own figures. */
export function withoutAgents({ pipeline, day, counts }: DayCounters): DayCounters {
  return { pipeline, day, counts: new Map([...counts].filter(([name]) => !BY_AGENT.test(name))) };
}

/** Everybody who has a line, by number; nobody's lines are nobody's. */
export function agentsIn(days: readonly DayCounters[]): readonly number[] {
  const ids = days.flatMap(({ counts }) =>
    [...counts.keys()].flatMap((name) => BY_AGENT.exec(name)?.[1] ?? []),
  );
  return [...new Set(ids.map(Number))].filter((id) => id > 0).toSorted((a, b) => a - b);
}

/** Whether every line of the day is counted under its agent: lines from before agents were counted are not. */
export function knowsAgents({ counts }: DayCounters): boolean {
  let [lines, told] = [0, 0];
  for (const [name, count] of counts) {
    if (name.startsWith('kind:')) lines += count;
    else if (BY_AGENT.test(name) && name.includes(':kind:')) told += count;
  }
  return lines === told;
}
