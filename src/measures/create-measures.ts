/**
 * What is counted and timed, by the names a dashboard reads (ops/grafana-dashboard.json, ops/alerts.yaml). No label holds a portal, a ticket
 * or a person: series stay few, and nothing in them is anybody's.
 */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Answers of a portal and work on it: from an instant one to the 60-second cut. */
const SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

export interface JobCounts {
  readonly queue: string;
  readonly state: string;
  readonly count: number;
}

/** Asked when somebody reads the measures, never in between. */
export interface Standing {
  readonly jobs: () => Promise<readonly JobCounts[]>;
  /** State of installed portals → how many. */
  readonly portals: () => Promise<ReadonlyMap<string, number>>;
  /** Seconds since the longest unswept portal was swept; null when none is served. */
  readonly sweepAge: () => Promise<number | null>;
}

export type Measures = ReturnType<typeof createMeasures>;

export function createMeasures() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const count = <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
    new Counter({ name: `closegate_${name}_total`, help, labelNames, registers });
  const time = <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
    new Histogram({
      name: `closegate_${name}_seconds`,
      help,
      labelNames,
      registers,
      buckets: SECONDS,
    });
  return {
    events: count('events', 'Events taken from portals, and those refused for their token', [
      'result',
    ]),
    requests: count('requests', 'HTTP requests to portals', ['way', 'priority']),
    waits: time('request_wait', 'Waiting for room in the request budget of a portal', ['priority']),
    answers: time('portal_answer', 'Answers of portals', ['result']),
    limits: count('limits', 'Requests that a limit stopped: of the portal, or of our own budget', [
      'whose',
    ]),
    refreshes: count('token_refreshes', 'Renewals of tokens of installed portals', ['result']),
    decisions: count('journal_lines', 'Lines of the journal: returns, closings and the rest', [
      'kind',
    ]),
    messages: count('client_messages', 'Messages to clients', ['kind', 'channel']),
    sweeps: time('sweep', 'Sweeps of portals', ['result']),
    /** Text in the format that Prometheus reads, and its content type. */
    async read(): Promise<{ readonly type: string; readonly text: string }> {
      return { type: registry.contentType, text: await registry.metrics() };
    },
    watch(standing: Standing): void {
      addGauges(registry, standing);
    },
  };
}

function addGauges(registry: Registry, { jobs, portals, sweepAge }: Standing): void {
  const registers = [registry];
  new Gauge({
    name: 'closegate_jobs',
    help: 'Jobs by queue and state',
    labelNames: ['queue', 'state'],
    registers,
    async collect() {
      this.reset();
      for (const { queue, state, count } of await jobs()) this.set({ queue, state }, count);
    },
  });
  new Gauge({
    name: 'closegate_portals',
    help: 'Portals that installed the app, by state',
    labelNames: ['state'],
    registers,
    async collect() {
      this.reset();
      for (const [state, count] of await portals()) this.set({ state }, count);
    },
  });
  new Gauge({
    name: 'closegate_sweep_age_seconds',
    help: 'Since the longest unswept portal was swept; absent when none is served',
    registers,
    async collect() {
      this.reset();
      const age = await sweepAge();
      if (age !== null) this.set(age);
    },
  });
}
