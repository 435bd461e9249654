/** Cards in timelines: what 1,000 returns cost on a portal that installed the app, beside the same on a webhook's portal. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createClock } from '../../src/clock.ts';
import { startService } from '../../src/compose.ts';
import { demoCredentials, installOnSandbox } from '../../src/demo-install.ts';
import { readManifest } from '../../src/read-manifest.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { recordingLog } from '../support/recording-log.ts';
import { CLOSED_STAGE, hireTeam, PIPELINE, quiet, SECRET, setUp } from './bench-portal.ts';
import { logRequests } from './request-log.ts';

export interface CardsFigures {
  readonly returns: number;
  readonly cards: number;
  /** Until all is quiet: returns, explanations, notices, cards, echoes. */
  readonly requests: number;
  readonly rejections: number;
  readonly breakdown: string;
}

export const AGENTS = 20;
const CARD_METHOD = 'crm.activity.configurable.add';
const DRAIN_MS = 26_000;

export async function benchCards(redisUrl: string, returns = 1000): Promise<CardsFigures> {
  const sandbox = await startSandbox({ seed: 'empty' });
  const credentials = demoCredentials();
  const service = await startService({
    portal: null,
    app: { ...credentials, oauthOrigins: [sandbox.oauthUrl] },
    redisUrl,
    role: 'all',
    secret: SECRET,
    port: 0,
    clock: createClock(),
    log: recordingLog(),
  });
  const { control, stats } = sandbox;
  try {
    await setUp(sandbox, redisUrl, { portalId: sandbox.memberId, pipelines: [PIPELINE] });
    const { name, scopes } = readManifest();
    await installOnSandbox(sandbox, {
      appUrl: `http://127.0.0.1:${service.port}`,
      name: name.ru,
      credentials,
      scopes: scopes.map(({ scope }) => scope),
    });
    const agents = hireTeam(sandbox, AGENTS, returns);
    await quiet(sandbox, 2000);
    await sleep(DRAIN_MS);
    stats.reset();
    const requestLog = logRequests(stats);
    for (const { userId, tickets } of agents)
      for (const ref of tickets) control.moveTicket(ref, CLOSED_STAGE, userId);
    const all = agents.flatMap(({ tickets }) => tickets);
    const deadline = performance.now() + 180_000;
    const settled = (): boolean =>
      all.every((ref) => control.ticket(ref).stageId !== CLOSED_STAGE) &&
      (stats.byMethod[CARD_METHOD] ?? 0) >= returns;
    while (!settled() && performance.now() < deadline) await sleep(200);
    await quiet(sandbox, 5000);
    return {
      returns,
      cards: stats.byMethod[CARD_METHOD] ?? 0,
      requests: stats.requests,
      rejections: stats.rejections,
      breakdown: requestLog.summary(),
    };
  } finally {
    await service.close(2000);
    await sandbox.close();
  }
}
