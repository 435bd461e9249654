/** The table of agents: each one's own figures, from counters. */
import type { AgentRow } from '../../core/admin/report-state.ts';
import { agentsCounters, agentsIn } from '../../core/report/by-agent.ts';
import { closingReport } from '../../core/report/closing-report.ts';
import type { DayCounters } from '../../core/report/counters.ts';
import type { ReportNames } from './report-names.ts';

/** Whoever closed, attempted or had a ticket opened again; others' lines say nothing of closing. */
export function agentRows(
  everyone: readonly DayCounters[],
  agent: number | null,
  names: ReportNames,
): readonly AgentRow[] {
  const above = new Set(
    closingReport(everyone)
      .agents.filter(({ farAbove }) => farAbove)
      .map(({ agentId }) => agentId),
  );
  return agentsIn(everyone)
    .filter((id) => agent === null || id === agent)
    .map((id) => {
      const { closed, refused, classes, medians, reopened } = closingReport(
        agentsCounters(everyone, id),
      );
      const of = (name: string) => classes.find((one) => one.name === name)?.count ?? 0;
      return {
        id,
        name: names.person(id),
        closed,
        refused: refused.attempts,
        asked: of('confirmed') + of('silence') + of('by-agent'),
        confirmed: of('confirmed'),
        byAgent: of('by-agent'),
        answerMinutes: medians.toAnswer.minutes,
        reopened: reopened.total,
        farAbove: above.has(id),
      };
    })
    .filter(({ closed, refused, reopened }) => closed + refused + reopened > 0)
    .toSorted((a, b) => b.refused - a.refused || b.closed - a.closed || a.id - b.id);
}
