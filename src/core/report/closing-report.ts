/** The lead's report from counters alone: everything in it is a sum, so that any days and pipelines add up. */
import { CRITERION_IDS } from '../policy.ts';
import { MISTAKE_CAUSES, OUTCOMES } from '../ticket.ts';
import type { CLOCKS, DayCounters } from './counters.ts';
import { CLOSING_CLASSES } from './counters.ts';
import { quantile } from './durations.ts';

export interface Tally {
  readonly name: string;
  readonly count: number;
}

export interface AgentConfirmations {
  readonly agentId: number;
  /** Closings that stand on the client's agreement or silence. */
  readonly closings: number;
  /** Of them, confirmed by the agent's own entry. */
  readonly byAgent: number;
  /** Far above the colleagues: see FAR_ABOVE. */
  readonly farAbove: boolean;
}

export interface ClosingReport {
  readonly closed: number;
  /** confirmed, silence, by-agent, other: they add up to `closed`. */
  readonly classes: readonly Tally[];
  readonly outcomes: readonly Tally[];
  readonly closedBy: readonly Tally[];
  readonly refused: {
    readonly attempts: number;
    /** An attempt counts under each criterion it missed. */
    readonly byCriterion: readonly Tally[];
    readonly byPerson: readonly Tally[];
    readonly byDay: readonly Tally[];
  };
  /** Closed tickets that the gate did not decide, by why. Not part of `closed`. */
  readonly ungated: { readonly total: number; readonly byWhy: readonly Tally[] };
  /** Working minutes; null where nothing was measured. `measured`: closings behind it. */
  readonly medians: Readonly<
    Record<(typeof CLOCKS)[number], { readonly minutes: number | null; readonly measured: number }>
  >;
  readonly reopened: {
    readonly total: number;
    readonly byClient: number;
    /** Of the closings of the same days; null when there are none. */
    readonly share: number | null;
  };
  readonly mistakes: readonly (Tally & { readonly withMeasure: number })[];
  readonly mistakesOverdue: number;
  readonly agents: readonly AgentConfirmations[];
  readonly knowledgeBase: {
    readonly decisions: readonly Tally[];
    /** Closings with an article (created, updated or there already) of all that decided; null when none did. */
    readonly share: number | null;
    /** Articles and earlier solutions that served again. */
    readonly reused: readonly Tally[];
  };
  readonly messages: readonly Tally[];
  readonly suppressed: readonly Tally[];
  readonly exceptions: readonly Tally[];
}

/**
 * When an agent's own entries are far above the norm: at least `closings` closings, a share at least `times` that of all
 * colleagues together, and so far from it that chance would do it less than once in a thousand (three standard deviations).
 */
export const FAR_ABOVE = { closings: 10, times: 2, deviations: 3 } as const;
/** A team that never enters confirmations itself still has a norm above nothing. */
const LEAST_NORM = 0.05;

export function closingReport(days: readonly DayCounters[]): ClosingReport {
  const sums = new Map<string, number>();
  for (const { counts } of days) {
    for (const [name, count] of counts) {
      // Many, and another report's: agentsCounters takes them.
      if (!name.startsWith('by:')) sums.set(name, (sums.get(name) ?? 0) + count);
    }
  }
  const of = (name: string): number => sums.get(name) ?? 0;
  const closed = of('kind:closed');
  const reopened = of('kind:reopened');
  const fixed = (prefix: string, names: readonly string[]): readonly Tally[] =>
    names.map((name) => ({ name, count: of(`${prefix}:${name}`) }));
  return {
    closed,
    classes: fixed('class', CLOSING_CLASSES),
    outcomes: fixed('outcome', OUTCOMES).filter(({ count }) => count > 0),
    closedBy: tallies(sums, 'closed-by:'),
    refused: {
      attempts: of('refused'),
      byCriterion: fixed('refused:criterion', CRITERION_IDS).filter(({ count }) => count > 0),
      byPerson: tallies(sums, 'refused:person:'),
      byDay: tallies(sums, 'refused:day:').toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    },
    ungated: { total: of('ungated'), byWhy: tallies(sums, 'ungated:') },
    medians: mediansOf(sums),
    reopened: {
      total: reopened,
      byClient: of('reopened:client'),
      share: closed === 0 ? null : reopened / closed,
    },
    mistakes: MISTAKE_CAUSES.map((name) => ({
      name,
      count: of(`mistake:${name}`),
      withMeasure: of(`mistake:${name}:measure`),
    })).filter(({ count }) => count > 0),
    mistakesOverdue: of('alert:mistake-overdue'),
    agents: agentsOf(sums),
    knowledgeBase: {
      ...knowledgeOf(tallies(sums, 'kb:')),
      reused: ['article-reused', 'solution-reused'].map((name) => ({
        name,
        count: of(`kind:${name}`),
      })),
    },
    messages: tallies(sums, 'message:'),
    suppressed: tallies(sums, 'suppressed:'),
    exceptions: tallies(sums, 'override:person:'),
  };
}

/** Most first. */
function tallies(sums: ReadonlyMap<string, number>, prefix: string): readonly Tally[] {
  return [...sums]
    .flatMap(([name, count]) =>
      name.startsWith(prefix) ? [{ name: name.slice(prefix.length), count }] : [],
    )
    .toSorted((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
}

function mediansOf(sums: ReadonlyMap<string, number>): ClosingReport['medians'] {
  const of = (clock: string) => {
    const buckets = new Map(
      tallies(sums, `time:${clock}:`).map(({ name, count }) => [Number(name), count]),
    );
    const measured = [...buckets.values()].reduce((sum, count) => sum + count, 0);
    return { minutes: quantile(buckets, 0.5), measured };
  };
  return {
    toAnswer: of('toAnswer'),
    toSolve: of('toSolve'),
    toClose: of('toClose'),
    waitingClient: of('waitingClient'),
  };
}

function agentsOf(sums: ReadonlyMap<string, number>): readonly AgentConfirmations[] {
  const agents = tallies(sums, 'agent:').flatMap(({ name, count }) => {
    const [id, what] = name.split(':');
    return what === 'asked'
      ? [{ agentId: Number(id), closings: count, byAgent: sums.get(`agent:${id}:by-agent`) ?? 0 }]
      : [];
  });
  const closings = agents.reduce((sum, agent) => sum + agent.closings, 0);
  const byAgent = agents.reduce((sum, agent) => sum + agent.byAgent, 0);
  return agents.map((agent) => ({
    ...agent,
    farAbove: isFarAbove(agent, {
      closings: closings - agent.closings,
      byAgent: byAgent - agent.byAgent,
    }),
  }));
}

interface Confirmations {
  readonly closings: number;
  readonly byAgent: number;
}

/** Compared with the colleagues alone: one agent of a small team would else be the norm. */
export function isFarAbove(agent: Confirmations, colleagues: Confirmations): boolean {
  if (agent.closings < FAR_ABOVE.closings || colleagues.closings === 0) return false;
  const norm = Math.max(colleagues.byAgent / colleagues.closings, LEAST_NORM);
  const share = agent.byAgent / agent.closings;
  const deviation = Math.sqrt((norm * (1 - norm)) / agent.closings);
  return share >= FAR_ABOVE.times * norm && share - norm >= FAR_ABOVE.deviations * deviation;
}

const WITH_ARTICLE: readonly string[] = ['created', 'updated', 'exists'];

function knowledgeOf(decisions: readonly Tally[]) {
  const all = decisions.reduce((sum, { count }) => sum + count, 0);
  const articles = decisions
    .filter(({ name }) => WITH_ARTICLE.includes(name))
    .reduce((sum, { count }) => sum + count, 0);
  return { decisions, share: all === 0 ? null : articles / all };
}
