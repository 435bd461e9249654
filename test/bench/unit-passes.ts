/** What the scheduled passes cost for one portal with waiting tickets; the stand-in portal's own work is in it: an upper bound. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { RunKind } from '../../src/app/ports/runs.ts';
import { createClock } from '../../src/clock.ts';
import { composeTools } from '../../src/compose-tools.ts';
import { WEBHOOK_PORTAL } from '../../src/compose-store.ts';
import { startService } from '../../src/compose.ts';
import type { ServiceTuning } from '../../src/compose.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { createKeys } from '../../src/redis/keys.ts';
import { createRunLog } from '../../src/redis/run-log.ts';
import { setUpScene } from '../chaos/scene.ts';
import { eventually } from '../support/eventually.ts';
import { recordingLog } from '../support/recording-log.ts';

const WAITING = 30;
const SETTLE_MS = 5000;
const LOOK_MS = 20_000;
/** In a look they are fewer than the log of runs keeps. */
const EVERY_MS = 500;
const RARELY_MS = 3_600_000;
/** Else the service would wait for its own request budget. */
const BUDGET = { capacity: 100_000, drainPerSecond: 100_000 };
/** Of the service: what timesFaster shortens to EVERY_MS. */
const SCAN_MS = 5 * 60_000;

export interface PassCost {
  readonly name: string;
  readonly processorMs: number;
  readonly requests: number;
}

export async function costOfPasses(
  redisUrl: string,
  dataDir: string,
): Promise<readonly PassCost[]> {
  const sandbox = await startSandbox({ seed: 'empty', limits: 'off' });
  const tools = await composeTools({ webhookUrl: sandbox.webhookUrl, redisUrl, dataDir });
  const scene = await setUpScene(sandbox, tools);
  await tools.close();
  const clock = createClock();
  clock.setTo(scene.now());
  const asking = Array.from({ length: WAITING }, () => scene.createTicket('email', false));
  const during = async (tuning: ServiceTuning, work: () => Promise<unknown>) => {
    const service = await startService({
      portal: { id: WEBHOOK_PORTAL, webhookUrl: sandbox.webhookUrl, eventTokens: [] },
      redisUrl,
      role: 'worker',
      port: 0,
      clock,
      log: recordingLog(),
      secret: 'secret of the measurement, of no use elsewhere',
      tuning: { budget: BUDGET, ...tuning },
    });
    await work();
    await service.close(1000);
  };
  const look = async (tuning: ServiceTuning) => {
    const seen = { ms: 0, requests: 0, since: 0 };
    await during({ sweepEveryMs: RARELY_MS, reconcileEveryMs: RARELY_MS, ...tuning }, async () => {
      await sleep(SETTLE_MS);
      sandbox.stats.reset();
      seen.since = clock.now();
      const before = process.cpuUsage();
      await sleep(LOOK_MS);
      const { user, system } = process.cpuUsage(before);
      seen.ms = (user + system) / 1000;
      seen.requests = sandbox.stats.requests;
    });
    return seen;
  };
  await during({ sweepEveryMs: 500 }, async () => {
    for (const ref of asking) scene.drag(ref, 'UC_WAIT');
    await eventually(
      'every client to be asked',
      () => asking.filter((ref) => scene.isAsked(ref)).length,
      (n) => n === WAITING,
      120_000,
    );
  });
  const rest = await look({});
  const redis = new Redis(redisUrl);
  const runs = createRunLog(redis, createKeys());
  const cost = async (name: string, kind: RunKind, tuning: ServiceTuning): Promise<PassCost> => {
    const { ms, requests, since } = await look(tuning);
    const passes = (await runs.list(WEBHOOK_PORTAL)).filter(
      (run) => run.kind === kind && run.at >= since,
    ).length;
    return {
      name: `${name}, ${WAITING} waiting tickets`,
      processorMs: (ms - rest.ms) / passes,
      requests: (requests - rest.requests) / passes,
    };
  };
  const found = [
    await cost('a reconcile', 'reconcile', { reconcileEveryMs: EVERY_MS }),
    await cost('a read of replies (digest, overrides and answers beside it)', 'replies', {
      jobs: { timesFaster: SCAN_MS / EVERY_MS },
    }),
  ];
  redis.disconnect();
  await sandbox.close();
  return found;
}
