/**
 * What is counted and timed, by the names a dashboard reads (ops/grafana-dashboard.json, ops/alerts.yaml). No label holds a portal, a ticket
 * or a person: series stay few, and nothing in them is anybody's.
 */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { JOURNAL_KINDS } from '../core/journal-entry.ts';

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
  /** Whether Redis answers. */
  readonly storeUp: () => Promise<boolean>;
  /** Share of its memory that Redis uses; null when nothing limits it. */
  readonly memoryUsed: () => Promise<number | null>;
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
  const measures = {
    events: count('events', 'Events taken from portals, and those refused for their token', [
      'result',
    ]),
    requests: count('requests', 'HTTP requests to portals', ['way', 'priority']),
    waits: time('request_wait', 'Waiting for room in the request budget of a portal', ['priority']),
    answers: time('portal_answer', 'Answers of portals', ['result']),
    limits: count(
      'limits',
      'Requests that a limit stopped: of the portal, our own budget, the time of a method',
      ['whose'],
    ),
    refreshes: count('token_refreshes', 'Renewals of tokens of installed portals', ['result']),
    decisions: count('journal_lines', 'Lines of the journal: returns, closings and the rest', [
      'kind',
    ]),
    messages: count('client_messages', 'Messages to clients', ['kind', 'channel']),
    sweeps: time('sweep', 'Sweeps of portals', ['result']),
    failures: count('jobs_failed', 'Jobs of this process that used up their attempts', ['queue']),
  };
  beginAtZero(measures);
  return {
    ...measures,
    /** Text in the format that Prometheus reads, and its content type. */
    async read(): Promise<{ readonly type: string; readonly text: string }> {
      return { type: registry.contentType, text: await registry.metrics() };
    },
    watch(standing: Standing): void {
      addGauges(registry, standing);
    },
  };
}

/** A series that begins with its first event has no rate before it: an alert would miss the first one, or compare with nothing. */
function beginAtZero(
  of: Pick<
    Measures,
    'events' | 'requests' | 'limits' | 'refreshes' | 'decisions' | 'sweeps' | 'failures'
  >,
): void {
  for (const result of ['taken', 'refused']) of.events.inc({ result }, 0);
  for (const way of ['webhook', 'app'])
    for (const priority of ['live', 'bulk']) of.requests.inc({ way, priority }, 0);
  for (const whose of ['portal', 'budget', 'time']) of.limits.inc({ whose }, 0);
  for (const result of ['granted', 'dead', 'unpaid', 'failed']) of.refreshes.inc({ result }, 0);
  for (const kind of JOURNAL_KINDS) of.decisions.inc({ kind }, 0);
  for (const result of ['done', 'failed']) of.sweeps.zero({ result });
  for (const queue of ['sweeps', 'timers', 'client']) of.failures.inc({ queue }, 0);
}

function addGauges(registry: Registry, standing: Standing): void {
  addWork(registry, standing);
  addStore(registry, standing);
}

/** Without Redis its gauges are absent; the rest is told all the same. */
const known = async <T>(ask: () => Promise<T>): Promise<T | null> => ask().catch(() => null);

function addWork(registry: Registry, { jobs, portals, sweepAge }: Standing): void {
  const registers = [registry];
  new Gauge({
    name: 'closegate_jobs',
    help: 'Jobs by queue and state',
    labelNames: ['queue', 'state'],
    registers,
    async collect() {
      this.reset();
      for (const { queue, state, count } of (await known(jobs)) ?? [])
        this.set({ queue, state }, count);
    },
  });
  new Gauge({
    name: 'closegate_portals',
    help: 'Portals that installed the app, by state',
    labelNames: ['state'],
    registers,
    async collect() {
      this.reset();
      for (const [state, count] of (await known(portals)) ?? []) this.set({ state }, count);
    },
  });
  new Gauge({
    name: 'closegate_sweep_age_seconds',
    help: 'Since the longest unswept portal was swept; absent when none is served',
    registers,
    async collect() {
      // Without labels `reset` would leave a zero.
      this.remove();
      const age = await known(sweepAge);
      if (age !== null) this.set(age);
    },
  });
}

function addStore(registry: Registry, { storeUp, memoryUsed }: Standing): void {
  const registers = [registry];
  new Gauge({
    name: 'closegate_redis_memory_used_ratio',
    help: 'Share of maxmemory that Redis uses; absent when nothing limits it',
    registers,
    async collect() {
      this.remove();
      const used = await known(memoryUsed);
      if (used !== null) this.set(used);
    },
  });
  new Gauge({
    name: 'closegate_redis_up',
    help: '1 while Redis answers this process',
    registers,
    async collect() {
      this.set((await storeUp()) ? 1 : 0);
    },
  });
}
