/** Field edits that move no ticket: every one is an event, none is worth a read of its own. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchPortal } from './bench-portal.ts';
import { CLOSED_STAGE, quiet, startBenchPortal } from './bench-portal.ts';
import { startNaiveGate } from './naive/naive-gate.ts';

export interface IdleRun {
  readonly requests: number;
  /** From the first edit until the last event was acknowledged. */
  readonly seconds: number;
  readonly eventsFailed: number;
}

export interface IdleFigures {
  readonly edits: number;
  /** As fast as the events go out. */
  readonly atOnce: IdleRun;
  readonly overTenSeconds: IdleRun;
}

const TICKETS = 500;
const SLICES = 100;

export async function benchIdle(redisUrl: string, edits = 10_000): Promise<IdleFigures> {
  const portal = await startBenchPortal(redisUrl);
  try {
    portal.hire(20, TICKETS);
    await portal.connect();
    await portal.drained();
    const atOnce = await edit(portal, edits, 0);
    await portal.drained();
    return { edits, atOnce, overTenSeconds: await edit(portal, edits, 10_000 / SLICES) };
  } finally {
    await portal.close();
  }
}

async function edit(
  { sandbox, agents }: BenchPortal,
  edits: number,
  pauseMs: number,
): Promise<IdleRun> {
  sandbox.stats.reset();
  const startedAt = performance.now();
  const tickets = agents.flatMap((agent) => agent.tickets);
  for (let done = 0; done < edits; done += 1) {
    const ref = tickets[done % tickets.length];
    if (ref) sandbox.control.setFields(ref, { title: `Edited ${pauseMs}/${done}` }, 2);
    if (done % (edits / SLICES) === 0) await sleep(pauseMs);
  }
  const { stats } = sandbox;
  // The portal resends nothing, so that their number is known.
  const deadline = startedAt + 180_000;
  while (stats.eventsSent + stats.eventsFailed < edits) {
    if (performance.now() > deadline) throw new Error('the events of the edits do not end');
    await sleep(20);
  }
  const seconds = (performance.now() - startedAt) / 1000;
  // Longer than the longest gap between two sweeps, so that the last one is counted.
  await quiet(sandbox, 6000);
  return { requests: stats.requests, seconds, eventsFailed: stats.eventsFailed };
}

/** Requests the naive gate makes for the same edits; the rate limit is off, so that they can be counted to the end. */
export async function benchNaiveIdle(edits: number): Promise<{ readonly requests: number }> {
  const portal = await startBenchPortal('', { limits: 'off' });
  const { sandbox } = portal;
  const naive = await startNaiveGate({
    webhookUrl: sandbox.webhookUrl,
    closedStage: CLOSED_STAGE,
    solutionField: 'UF_CRM_CG_SOLUTION',
  });
  try {
    portal.hire(20, TICKETS);
    sandbox.subscribe({
      handlerUrl: naive.eventsUrl,
      token: sandbox.eventToken,
      events: ['ONCRMDEALUPDATE'],
    });
    await edit(portal, edits, 0);
    while (naive.backlog() > 0) await sleep(50);
    return { requests: naive.requests() };
  } finally {
    naive.close();
    await portal.close();
  }
}
