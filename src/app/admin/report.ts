/** The lead's report as the page shows it: figures from counters alone, words in the reader's language. */
import type { Headline, ReportState, ReportStep } from '../../core/admin/report-state.ts';
import { dayOf, timeBefore } from '../../core/admin/report-state.ts';
import { agentsCounters, agentsIn, knowsAgents, withAgents } from '../../core/report/by-agent.ts';
import type { ClosingReport } from '../../core/report/closing-report.ts';
import { closingReport } from '../../core/report/closing-report.ts';
import type { DayCounters } from '../../core/report/counters.ts';
import type { ReportFilter } from '../../core/report/figures.ts';
import { countBehind } from '../../core/report/figures.ts';
import type { JournalArchive } from '../ports/journal.ts';
import type { AdminDeps, AdminUser } from './admin-deps.ts';
import { agentRows } from './report-agents.ts';
import type { ReportNames } from './report-names.ts';
import { reportNames } from './report-names.ts';
import { reportRows } from './report-rows.ts';

/** Longer times are told by month. */
const MOST_DAYS = 92;
const MONTH = '2026-11'.length;

/** @throws store faults; a portal that does not answer only costs the names */
export async function leadReport(
  filter: ReportFilter,
  user: Pick<AdminUser, 'language'>,
  deps: AdminDeps,
): Promise<ReportState> {
  const { portalId, tools } = deps;
  const step = lengthOf(filter) > MOST_DAYS ? 'month' : 'day';
  const previous = timeBefore(filter);
  const [everyone, before] = await Promise.all([
    reportCounters(portalId, filter, tools.archive, { step, agents: true }),
    reportCounters(portalId, { ...filter, ...previous }, tools.archive),
  ]);
  const days = ofFilter(everyone, filter);
  const report = closingReport(days);
  const names = await reportNames(peopleOf(report, everyone), everyone, { user, deps });
  return {
    filter,
    previous,
    choices: { pipelines: names.pipelines, agents: choicesOf(everyone, names) },
    empty: days.every(({ counts }) => counts.size === 0),
    closed: report.closed,
    headlines: headlinesOf(days, ofFilter(before, filter)),
    step,
    steps: stepsOf(days, filter, step),
    agents: agentRows(everyone, filter.agent, names),
    namesLate: names.late,
    agentsPartly: !everyone.every(knowsAgents),
    ...reportRows(report, days, { names, language: user.language, say: deps.say }),
  };
}

interface Counting {
  /** 'month' reads whole months as one. */
  readonly step: ReportState['step'];
  /** Each agent's own as well; absent: where one agent is asked for. */
  readonly agents: boolean;
}

/** Counters of the time and pipeline, everybody's. */
export async function reportCounters(
  portalId: string,
  { from, to, pipeline, agent }: ReportFilter,
  archive: Pick<JournalArchive, 'counters' | 'sums' | 'agents'>,
  { step, agents }: Counting = { step: 'month', agents: agent !== null },
): Promise<readonly DayCounters[]> {
  const [days, own] = await Promise.all([
    step === 'day' ? archive.counters(portalId, from, to) : archive.sums(portalId, from, to),
    agents ? archive.agents(portalId, from, to, step) : [],
  ]);
  return withAgents(days, own).filter((one) => pipeline === null || one.pipeline === pipeline);
}

/** The agent's own, where one is asked for. */
export function ofFilter(
  days: readonly DayCounters[],
  { agent }: Pick<ReportFilter, 'agent'>,
): readonly DayCounters[] {
  return agent === null ? days : agentsCounters(days, agent);
}

export const lengthOf = ({ from, to }: Pick<ReportFilter, 'from' | 'to'>): number =>
  (dayOf(to) ?? 0) - (dayOf(from) ?? 0) + 1;

function peopleOf(report: ClosingReport, everyone: readonly DayCounters[]): readonly number[] {
  const named = [...report.refused.byPerson, ...report.exceptions].map(({ name }) => Number(name));
  return [...new Set([...agentsIn(everyone), ...named])].filter((id) => id > 0);
}

/** What agents do; who only set the gate up, or took back a reply, is nobody to look at here. */
const WORK = [
  'refused',
  'kind:closed',
  'kind:reopened',
  'kind:client-message',
  'kind:client-answered',
];

function choicesOf(everyone: readonly DayCounters[], names: ReportNames) {
  const atWork = everyone.map(({ counts, ...day }) => ({
    ...day,
    counts: new Map([...counts].filter(([name]) => WORK.includes(name.replace(/^by:\d+:/, '')))),
  }));
  return agentsIn(atWork)
    .map((id) => ({ id, name: names.person(id) }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

interface Measured {
  readonly value: number | null;
  readonly part: number;
  readonly of: number | null;
}

const MEASURES: readonly (Pick<Headline, 'id' | 'figure'> & {
  readonly measure: (report: ClosingReport) => Measured;
})[] = [
  {
    id: 'refused',
    figure: 'refused',
    measure: ({ refused: { attempts } }) => ({ value: attempts, part: attempts, of: null }),
  },
  {
    id: 'confirmed',
    figure: 'class:confirmed',
    measure: ({ classes }) => {
      const of = (name: string) => classes.find((one) => one.name === name)?.count ?? 0;
      return share(of('confirmed'), of('confirmed') + of('silence') + of('by-agent'));
    },
  },
  {
    id: 'toAnswer',
    figure: 'time:toAnswer:*',
    measure: ({ medians: { toAnswer } }) => ({
      value: toAnswer.minutes,
      part: toAnswer.measured,
      of: null,
    }),
  },
  {
    id: 'reopened',
    figure: 'kind:reopened',
    measure: ({ reopened: { total }, closed }) => share(total, closed),
  },
];

const share = (part: number, of: number): Measured => ({
  value: of === 0 ? null : part / of,
  part,
  of,
});

function headlinesOf(
  days: readonly DayCounters[],
  before: readonly DayCounters[],
): readonly Headline[] {
  const [now, then] = [closingReport(days), closingReport(before)];
  // A count of nothing is no measurement: there may have been no gate yet.
  const known = before.some(({ counts }) => counts.size > 0);
  return MEASURES.map(({ id, figure, measure }) => ({
    id,
    figure,
    ...measure(now),
    before: known ? measure(then).value : null,
  }));
}

/** Every day of the time, also those without a line. */
function stepsOf(
  days: readonly DayCounters[],
  { from, to }: ReportFilter,
  step: ReportState['step'],
): readonly ReportStep[] {
  const spans = step === 'day' ? eachDay(from, to) : eachMonth(from, to);
  return spans.map((span) => {
    // A month that is not whole is told by its days.
    const own = days.filter(({ day }) => day.slice(0, span.key.length) === span.key);
    return {
      from: span.from,
      to: span.to,
      requests: countBehind(own, 'message:request:*'),
      confirmations: countBehind(own, 'answer:solved'),
      refused: countBehind(own, 'refused'),
      closed: countBehind(own, 'kind:closed'),
    };
  });
}

interface Span {
  readonly key: string;
  readonly from: string;
  readonly to: string;
}

function eachDay(from: string, to: string): readonly Span[] {
  return daysFrom(from, to).map((day) => ({ key: day, from: day, to: day }));
}

function eachMonth(from: string, to: string): readonly Span[] {
  const months = new Map<string, Span>();
  for (const day of daysFrom(from, to)) {
    const key = day.slice(0, MONTH);
    months.set(key, { key, from: months.get(key)?.from ?? day, to: day });
  }
  return [...months.values()];
}

function daysFrom(from: string, to: string): readonly string[] {
  const days: string[] = [];
  for (let day = from; day <= to; day = nextDay(day)) days.push(day);
  return days;
}

const DAY_MS = 24 * 60 * 60_000;
const nextDay = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
