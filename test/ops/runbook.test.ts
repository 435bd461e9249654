/** The runbook, the alerts and the dashboard name what there is: measures with these labels, alerts, charts, settings, words of the log. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createMeasures } from '../../src/measures/create-measures.ts';

const RUNBOOK = readFileSync('docs/RUNBOOK.md', 'utf8');
const RULES = readFileSync('ops/alerts.yaml', 'utf8');
const DASHBOARD = readFileSync('ops/grafana-dashboard.json', 'utf8');
const ALERTS = found(RULES, /^ *- alert: (\w+)$/gm);

interface Selector {
  readonly name: string;
  /** Label, operator, value. */
  readonly wanted: readonly (readonly [string, string, string])[];
}

function found(text: string, shape: RegExp): readonly string[] {
  return [...text.matchAll(shape)].map(([, one = '']) => one);
}

const alertExpressions = (): readonly string[] => found(RULES, /^ *expr: (.+)$/gm);
const expressions = (): readonly string[] => [
  ...alertExpressions(),
  ...found(DASHBOARD, /"expr": "((?:[^"\\]|\\.)*)"/g).map((text) => text.replaceAll('\\"', '"')),
];

/** `closegate_jobs{state="failed"}`: a name with what stands in its braces. */
function selectorsOf(expression: string): readonly Selector[] {
  return [...expression.matchAll(/\b((?:closegate|process)_\w+)(?:\{([^}]*)\})?/g)].map(
    ([, name = '', labels = '']) => ({
      name,
      wanted: [...labels.matchAll(/(\w+)(=~|=)"([^"]*)"/g)].map(
        ([, label = '', how = '', value = '']) => [label, how, value] as const,
      ),
    }),
  );
}

/** Charts of these begin with their first event: kinds, channels and priorities are whatever comes. An alert may not rest on them. */
const BEGUN_LATER = ['closegate_client_messages_total', 'closegate_request_wait_seconds_bucket'];

/** What the service says before anything has happened, or after the first message and request; Redis is played. */
async function told(since: 'start' | 'first events'): Promise<string> {
  const measures = createMeasures();
  measures.watch({
    jobs: async () =>
      ['waiting', 'active', 'delayed', 'failed'].map((state) => ({
        queue: 'sweeps',
        state,
        count: 0,
      })),
    portals: async () => new Map([['active', 1]]),
    sweepAge: async () => 1,
    storeUp: async () => true,
    memoryUsed: async () => 0.5,
  });
  if (since === 'first events') {
    measures.messages.inc({ kind: 'request', channel: 'chat' });
    measures.waits.observe({ priority: 'live' }, 0);
  }
  return (await measures.read()).text;
}

async function exposed(since: 'start' | 'first events'): Promise<readonly string[]> {
  return (await told(since)).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

function has(lines: readonly string[], { name, wanted }: Selector): boolean {
  const ours = wanted.filter(([label]) => label !== 'job');
  const values = ours.flatMap(([label, how, value]) =>
    (how === '=~' ? value.split('|') : [value]).map((one) => `${label}="${one}"`),
  );
  const series = lines.filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  // Each value of an alternative must be there, not only one of them.
  return series.length > 0 && values.every((value) => series.some((line) => line.includes(value)));
}

/** Gauges of the store: every process reads the same figure, so that a sum over processes tells it as often as there are processes. */
async function sharedGauges(): Promise<readonly string[]> {
  return found(await told('start'), /^# TYPE (closegate_\w+) gauge$/gm);
}

/** Names in an expression that are not made one figure of all processes first. */
function severalfold(expression: string, gauges: readonly string[]): readonly string[] {
  const once = /\b(?:max|min)(?: by \([^)]*\))? ?\(closegate_\w+(?:\{[^}]*\})?\)/g;
  return selectorsOf(expression.replaceAll(once, ''))
    .map(({ name }) => name)
    .filter((name) => gauges.includes(name));
}

describe('expressions of the alerts and of the dashboard', () => {
  const missing = (from: readonly string[], lines: readonly string[]): readonly Selector[] =>
    from.flatMap((expression) =>
      selectorsOf(expression).filter((selector) => !has(lines, selector)),
    );

  it('of the alerts ask for series that the service has from its start, with the labels they name', async () => {
    expect(alertExpressions().length).toBeGreaterThan(8);
    expect(missing(alertExpressions(), await exposed('start'))).toEqual([]);
  });

  it('of the dashboard ask for series from the start too, but for two that their first event begins', async () => {
    const atStart = missing(expressions(), await exposed('start'));

    expect(expressions().length).toBeGreaterThan(20);
    expect([...new Set(atStart.map(({ name }) => name))].toSorted()).toEqual(BEGUN_LATER);
    expect(missing(expressions(), await exposed('first events'))).toEqual([]);
  });

  it('group by labels that their series have', async () => {
    const lines = await exposed('first events');
    const wrong = expressions().filter((expression) => {
      const labels = found(expression, /\bby \(([^)]*)\)/g).flatMap((list) => list.split(/, */));
      const names = selectorsOf(expression).map(({ name }) => name);
      const series = lines.filter((line) => names.some((name) => line.startsWith(`${name}{`)));
      return labels.some((label) => !series.some((line) => line.includes(`${label}="`)));
    });

    expect(wrong).toEqual([]);
  });

  it('take what every process reads from the same Redis once, however many processes there are', async () => {
    const gauges = await sharedGauges();
    const asked = expressions().filter((one) => gauges.some((name) => one.includes(name)));

    expect(asked.length).toBeGreaterThan(6);
    expect(asked.flatMap((one) => severalfold(one, gauges))).toEqual([]);
  });

  it.each([
    ['sum(closegate_jobs{state="failed"}) > 40', ['closegate_jobs']],
    ['closegate_sweep_age_seconds > 300', ['closegate_sweep_age_seconds']],
    ['sum(max by (queue) (closegate_jobs{state="waiting"})) > 1000', []],
    ['sum(rate(closegate_events_total[5m]))', []],
  ])('would be told of by %s', async (expression, names) => {
    expect(severalfold(expression, await sharedGauges())).toEqual(names);
  });

  it('wait for no count that stands until something newer pushes it out', () => {
    const kept = found(RULES, /^ *expr: (.*closegate_jobs\{state="(?:failed|completed)"\}.*)$/gm);

    expect(kept).toEqual([]);
  });

  it('are closed, and take a rate of a range alone', () => {
    for (const expression of expressions()) {
      const count = (bracket: string): number => expression.split(bracket).length - 1;
      expect([expression, count('(')]).toEqual([expression, count(')')]);
      const ranged = (expression.match(/\b(?:rate|increase)\(/g) ?? []).length;
      expect([expression, (expression.match(/\[\d+[smh]\]/g) ?? []).length]).toEqual([
        expression,
        ranged,
      ]);
    }
  });
});

describe('the runbook', () => {
  it('has a row for every alert, and none for an alert there is not', () => {
    const named = new Set(found(RUNBOOK, /\*\*(Closegate\w+)\*\*/g));

    expect([...named].toSorted()).toEqual([...ALERTS].toSorted());
  });

  it('names charts, settings and codes of faults that there are', () => {
    const charts = found(RUNBOOK, /chart “([^”]+)”/g);
    expect(charts.filter((title) => !DASHBOARD.includes(`"title": "${title}"`))).toEqual([]);
    expect(charts.length).toBeGreaterThan(1);

    const settings = found(RUNBOOK, /`([A-Z][A-Z0-9]*_[A-Z0-9_]+)\b[^`]*`/g);
    const known = readFileSync('.env.example', 'utf8');
    const codes = ['NO_AUTH_FOUND'];
    expect(
      settings.filter((name) => !/^(?:OTEL|NODE)_/.test(name) && !known.includes(`${name}=`)),
    ).toEqual(codes);

    const faults = readFileSync('src/errors.ts', 'utf8');
    const named = found(RUNBOOK, /`(portal-[a-z-]+)`/g);
    expect(named.filter((code) => !faults.includes(`'${code}'`))).toEqual([]);
  });

  it('has a row for each way in which readiness finds the store unsafe, and names suites that there are', () => {
    const checks = found(readFileSync('src/app/readiness.ts', 'utf8'), /return '([a-z-]+)'/g);
    expect(checks.length).toBeGreaterThan(3);
    expect(checks.filter((code) => !new RegExp(`\`[^\`]*${code}\``).test(RUNBOOK))).toEqual([]);

    const suites = found(RUNBOOK, /`(test\/[\w/-]+\.test\.ts)`/g);
    expect(suites.filter((path) => !existsSync(path))).toEqual([]);
  });

  it('quotes lines of the log and checks of readiness as the service writes them', () => {
    const source = readdirSync('src', { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.startsWith('sandbox'))
      .map((name) => readFileSync(join('src', name), 'utf8'))
      .join('\n');
    const quoted = found(RUNBOOK, /`((?:An?|The) [a-z][^`…]+?)(?: …)?`/g);
    const checks = found(RUNBOOK, /`(?:persistence|redis): ([\w-]+)`/g);

    expect(quoted.length).toBeGreaterThan(4);
    expect([...quoted, ...checks].filter((words) => !source.includes(words))).toEqual([]);
  });
});
