/** Single premature closings, one after another: how soon the card is back and what it costs. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchPortal, Ref } from './bench-portal.ts';
import { CLOSED_STAGE, quiet, startBenchPortal } from './bench-portal.ts';
import { logRequests } from './request-log.ts';

export interface RestFigures {
  readonly returns: number;
  /** Requests from the event until the mover was told: the median and the worst. */
  readonly requests: { readonly median: number; readonly max: number };
  /** Requests until all is quiet again, the answer to the echo of the app's own move included. */
  readonly withEcho: { readonly median: number; readonly max: number };
  /** Milliseconds from the save on the portal (its event delay is 0) until the stage is written back. */
  readonly returned: { readonly p50: number; readonly p95: number };
  /** Until the explanation and the notice stand too. */
  readonly told: { readonly p50: number; readonly p95: number };
  /** What the requests of one return carried, the most frequent way. */
  readonly way: string;
}

interface OneReturn {
  readonly requests: number;
  readonly withEcho: number;
  readonly returnedMs: number;
  readonly toldMs: number;
  readonly way: string;
}

export async function benchRest(redisUrl: string, returns = 20): Promise<RestFigures> {
  const portal = await startBenchPortal(redisUrl);
  try {
    portal.sandbox.faults.delayMs = [0, 0];
    const [agent] = portal.hire(1, returns + 1);
    const [first, ...tickets] = agent?.tickets ?? [];
    await portal.connect();
    await portal.drained();
    // The first one also learns who the app's user is, once per process.
    if (first) await returnOne(portal, first);
    const measured: OneReturn[] = [];
    for (const ref of tickets) measured.push(await returnOne(portal, ref));
    return figuresOf(measured);
  } finally {
    await portal.close();
  }
}

async function returnOne({ sandbox, agents }: BenchPortal, ref: Ref): Promise<OneReturn> {
  const { control, stats } = sandbox;
  const userId = agents[0]?.userId ?? 0;
  const notices = control.notifications(userId).length;
  stats.reset();
  const requestLog = logRequests(stats);
  const startedAt = performance.now();
  control.moveTicket(ref, CLOSED_STAGE, userId);
  await until(() => control.ticket(ref).stageId !== CLOSED_STAGE);
  const returnedMs = performance.now() - startedAt;
  await until(
    () => control.comments(ref).length > 0 && control.notifications(userId).length > notices,
  );
  const toldMs = performance.now() - startedAt;
  const { requests } = stats;
  const way = requestLog.lines().slice(0, requests).join(' → ');
  // Two drain per second, so that rests of this length never fill the bucket.
  await quiet(sandbox, 2000);
  return { requests, withEcho: stats.requests, returnedMs, toldMs, way };
}

async function until(holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error('a closing at rest was not returned');
    await sleep(1);
  }
}

function figuresOf(measured: readonly OneReturn[]): RestFigures {
  const of = (pick: (one: OneReturn) => number) => measured.map(pick).toSorted((a, b) => a - b);
  const spread = (values: readonly number[]) => ({
    median: quantile(values, 0.5),
    max: values.at(-1) ?? 0,
  });
  const times = (values: readonly number[]) => ({
    p50: quantile(values, 0.5),
    p95: quantile(values, 0.95),
  });
  return {
    returns: measured.length,
    requests: spread(of((one) => one.requests)),
    withEcho: spread(of((one) => one.withEcho)),
    returned: times(of((one) => one.returnedMs)),
    told: times(of((one) => one.toldMs)),
    way: mostFrequent(measured.map((one) => one.way)),
  };
}

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;

function mostFrequent(values: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? '';
}
