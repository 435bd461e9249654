/** All agents close all their tickets too early at the same moment. */
import { setTimeout as sleep } from 'node:timers/promises';
import { forcedSeconds } from './arithmetic.ts';
import type { BenchPortal, Ref, Waited } from './bench-portal.ts';
import { CLOSED_STAGE, quiet, startBenchPortal, WORK_STAGE } from './bench-portal.ts';
import { startNaiveGate } from './naive/naive-gate.ts';
import { logRequests } from './request-log.ts';

export interface StormFigures {
  readonly tickets: number;
  readonly agents: number;
  /** Until every ticket is back and explained and every mover told. */
  readonly requests: number;
  readonly seconds: number;
  /** Once everything that followed (echoes of the app's own writes) is quiet. */
  readonly requestsInTheEnd: number;
  /** QUERY_LIMIT_EXCEEDED and OPERATION_TIME_LIMIT answers. */
  readonly rejections: number;
  /** Requests that waited for room in the app's own budget, 50 ms or longer, and for how long together. */
  readonly waits: { readonly count: number; readonly seconds: number };
  /** Operating seconds by method, as the portal told them. */
  readonly operating: readonly (readonly [method: string, seconds: number])[];
  readonly breakdown: string;
  readonly lines: readonly string[];
  readonly wrong: readonly string[];
}

/** @throws Error when tickets are still not returned long after the limits allow it */
export async function benchStorm(
  redisUrl: string,
  { tickets, agents = 20 }: { readonly tickets: number; readonly agents?: number },
): Promise<StormFigures> {
  const portal = await startBenchPortal(redisUrl);
  try {
    portal.hire(agents, tickets);
    await portal.connect();
    await portal.drained();
    return await storm(portal, tickets);
  } finally {
    await portal.close();
  }
}

/** The storm itself, on a portal that is set up; for the test too. */
export async function storm(portal: BenchPortal, tickets: number): Promise<StormFigures> {
  const { sandbox, agents } = portal;
  sandbox.stats.reset();
  const requestLog = logRequests(sandbox.stats);
  const waitedBefore = await portal.waited();
  const startedAt = performance.now();
  closeEverything(portal);
  await allReturned(portal, startedAt + 120_000 + tickets * 60);
  const seconds = (performance.now() - startedAt) / 1000;
  const { requests } = sandbox.stats;
  const waits = waitsBetween(waitedBefore, await portal.waited());
  const operating = await portal.operating();
  await quiet(sandbox, 5000);
  return {
    tickets,
    agents: agents.length,
    requests,
    seconds,
    requestsInTheEnd: sandbox.stats.requests,
    rejections: sandbox.stats.rejections + sandbox.stats.operatingRejections,
    waits,
    operating,
    breakdown: requestLog.summary(),
    lines: requestLog.lines(),
    wrong: wrongTickets(portal),
  };
}

const waitsBetween = (before: Waited, after: Waited): Waited => ({
  count: after.count - before.count,
  seconds: after.seconds - before.seconds,
});

export function closeEverything({ sandbox, agents }: BenchPortal): void {
  for (const { userId, tickets } of agents) {
    for (const ref of tickets) sandbox.control.moveTicket(ref, CLOSED_STAGE, userId);
  }
}

async function allReturned({ sandbox, agents }: BenchPortal, deadline: number): Promise<void> {
  const { control } = sandbox;
  const standing = (ref: Ref): boolean =>
    control.ticket(ref).stageId === CLOSED_STAGE || control.comments(ref).length === 0;
  let open = agents.flatMap((agent) => agent.tickets);
  let untold = agents.map((agent) => agent.userId);
  while (open.length > 0 || untold.length > 0) {
    if (performance.now() > deadline) {
      throw new Error(`${open.length} tickets not returned, ${untold.length} agents not told`);
    }
    await sleep(20);
    open = open.filter(standing);
    untold = untold.filter((userId) => control.notifications(userId).length === 0);
  }
}

/** Tickets that are not back where they were, or not explained exactly once; agents told other than once. */
function wrongTickets({ sandbox: { control }, agents }: BenchPortal): readonly string[] {
  return agents.flatMap(({ userId, tickets }) => [
    ...tickets
      .filter(
        (ref) => control.ticket(ref).stageId !== WORK_STAGE || control.comments(ref).length !== 1,
      )
      .map((ref) => `ticket ${ref.id}`),
    ...(control.notifications(userId).length === 1 ? [] : [`agent ${userId}`]),
  ]);
}

export interface NaiveFigures {
  readonly requests: number;
  readonly forcedSeconds: number;
}

/** The same storm with the rate limit off, for it would take most of an hour: its requests are counted to the end. */
export async function benchNaiveStorm(tickets: number, agents = 20): Promise<NaiveFigures> {
  const portal = await startBenchPortal('', { limits: 'off' });
  const { sandbox } = portal;
  const naive = await startNaiveGate({
    webhookUrl: sandbox.webhookUrl,
    closedStage: CLOSED_STAGE,
    solutionField: 'UF_CRM_CG_SOLUTION',
  });
  try {
    portal.hire(agents, tickets);
    sandbox.subscribe({
      handlerUrl: naive.eventsUrl,
      token: sandbox.eventToken,
      events: ['ONCRMDEALUPDATE'],
    });
    closeEverything(portal);
    await allReturned(portal, performance.now() + 120_000 + tickets * 60);
    await quiet(sandbox, 2000);
    while (naive.backlog() > 0) await sleep(50);
    return { requests: naive.requests(), forcedSeconds: forcedSeconds(naive.requests()) };
  } finally {
    naive.close();
    await portal.close();
  }
}
