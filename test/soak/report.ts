/** docs/SOAK.md: the figures of one run in two short tables. */
import type { LogCounts } from './service-process.ts';
import type { Moment } from './sampling.ts';
import type { Tally } from './ticket-story.ts';
import { heapSlope } from './verdict.ts';
import type { Check } from './verdict.ts';

export interface Run {
  readonly command: string;
  readonly date: string;
  readonly machine: string;
  readonly portals: number;
  readonly agents: number;
  readonly minutes: number;
  readonly ticketsADay: number;
  readonly tally: Tally;
  readonly moments: readonly Moment[];
  readonly checks: readonly Check[];
  readonly requests: number;
  readonly rejections: number;
  readonly events: number;
  readonly drainedSeconds: number | null;
  readonly complaints: ReadonlyMap<string, LogCounts>;
}

export function reportOf(run: Run): string {
  return [head(run), load(run), verdict(run), memory(run), log(run)].join('\n\n') + '\n';
}

const LARGE_DESK = 3000;

function head(run: Run): string {
  const { date, machine, command, portals, agents, ticketsADay, minutes } = run;
  const perTicket = run.requests / Math.max(1, run.tally.started);
  const rate = ticketsADay / (9 * 3600);
  return `# Soak

Written by \`${command}\` on ${date}, ${machine}.

${number(ticketsADay / LARGE_DESK)} times a large desk of ${number(LARGE_DESK)} tickets a day and 60 agents: ${number(ticketsADay)} tickets a day of nine hours and ${number(agents)} agents, that is ${rate.toFixed(2)} tickets a second, for ${minutes} minutes.
A ticket's whole life costs the requests shown below, and one portal takes 2 a second: at that cost it carries about ${number(Math.floor((2 * 9 * 3600) / perTicket))} such tickets
a day, so that they are spread over ${portals} sandbox portals with the platform's limits on, ${number(ticketsADay / portals)} tickets and ${agents / portals} agents each, the app installed on each.
The service runs as in production: a web and a worker process (\`src/main.ts\`), a real redis-server with its append-only file; people,
portals and clients live in a process of their own. Memory is read every ten seconds after a full collection.`;
}

function load({ tally, requests, rejections, events, drainedSeconds }: Run): string {
  const ways = Object.entries(tally.ended).map(([way, count]) => `${way} ${count}`);
  const perTicket = requests / Math.max(1, tally.started);
  return table(
    ['load', 'figure'],
    [
      ['tickets', `${number(tally.started)} (${ways.join(', ')})`],
      ['events from the portals', number(events)],
      ['requests to the portals', `${number(requests)}, ${perTicket.toFixed(1)} a ticket`],
      ['requests refused for their rate', number(rejections)],
      ['messages to clients', number(tally.messages)],
      ['premature closing → back, p50 / p95 / p99 / max', seconds(tally.returned)],
      ['answer or drag → closed and documented, p50 / p95 / p99 / max', seconds(tally.closed)],
      ['queues empty after the last ticket', `${drainedSeconds?.toFixed(0) ?? 'never'} s`],
    ],
  );
}

function verdict({ checks }: Run): string {
  const rows = checks.map(({ what, value, good }) => [what, value, good ? 'yes' : '**no**']);
  return table(['must hold', 'measured', 'holds'], rows);
}

function memory({ moments }: Run): string {
  const names = Object.keys(moments.at(-1)?.processes ?? {});
  const third = moments.find(({ at }) => at >= (moments.at(-1)?.at ?? 0) / 3);
  const rows = names.map((name) => {
    const of = (moment: Moment | undefined) => moment?.processes[name];
    const [first, middle, last] = [moments[0], third, moments.at(-1)].map(of);
    const all = moments.flatMap((moment) => of(moment) ?? []);
    const most = (pick: (one: (typeof all)[number]) => number) => Math.max(...all.map(pick));
    return [
      name,
      [first, middle, last].map((one) => one?.heapMb.toFixed(1)).join(' → '),
      heapSlope(moments, name).toFixed(3),
      `${[first, middle, last].map((one) => one?.rssMb.toFixed(0)).join(' → ')}, most ${most((one) => one.rssMb).toFixed(0)}`,
      [first, middle, last].map((one) => one?.sockets).join(' → '),
      `${most((one) => one.lagP99).toFixed(0)} / ${most((one) => one.lagMax).toFixed(0)}`,
    ];
  });
  const processes = table(
    [
      'process',
      'heap MB: begin → after a third → end',
      'MB a minute since',
      'RSS MB',
      'sockets',
      'loop lag ms, worst p99 / max',
    ],
    rows,
  );
  const of = (pick: (moment: Moment) => number) =>
    [moments[0], third, moments.at(-1)].map((one) => (one ? number(pick(one)) : ''));
  const most = (pick: (moment: Moment) => number) => number(Math.max(...moments.map(pick)));
  const stores = table(
    ['', 'begin', 'after a third', 'end', 'most'],
    [
      ['Redis, MB', ...of((one) => one.redisMb), most((one) => one.redisMb)],
      ['keys', ...of((one) => one.redisKeys), most((one) => one.redisKeys)],
      ['jobs waiting', ...of((one) => one.queues.waiting), most((one) => one.queues.waiting)],
      ['jobs running', ...of((one) => one.queues.active), most((one) => one.queues.active)],
      ['jobs put off', ...of((one) => one.queues.delayed), most((one) => one.queues.delayed)],
    ],
  );
  return `${processes}\n\n${stores}`;
}

function log({ complaints }: Run): string {
  const rows = [...complaints].flatMap(([name, counts]) =>
    [...counts].map(([words, count]) => [name, words, number(count)]),
  );
  if (rows.length === 0) return 'Not one line of level `warn` or above stood in the logs.';
  return table(['process', 'warned of', 'lines'], rows);
}

function seconds(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): string =>
    (
      (sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0) / 1000
    ).toFixed(1);
  return `${at(0.5)} / ${at(0.95)} / ${at(0.99)} / ${at(1)} s`;
}

const number = (value: number): string =>
  value.toLocaleString('en', { maximumFractionDigits: value < 100 ? 1 : 0 });

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
