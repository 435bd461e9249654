/** What a sweep of an idle portal costs; the stand-in portal's own work is in the figure, so that it is an upper bound. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createClock } from '../../src/clock.ts';
import { composeTools } from '../../src/compose-tools.ts';
import { WEBHOOK_PORTAL } from '../../src/compose-store.ts';
import { startService } from '../../src/compose.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { setUpScene } from '../chaos/scene.ts';
import { recordingLog } from '../support/recording-log.ts';

const LOOK_MS = 20_000;
const RARELY_MS = 3_600_000;

export interface SweepCost {
  readonly processorMs: number;
  readonly requests: number;
}

export async function costOfSweep(redisUrl: string, dataDir: string): Promise<SweepCost> {
  const sandbox = await startSandbox({ seed: 'empty', limits: 'off' });
  const tools = await composeTools({ webhookUrl: sandbox.webhookUrl, redisUrl, dataDir });
  await setUpScene(sandbox, tools);
  await tools.close();
  const look = async (sweepEveryMs: number) => {
    const service = await startService({
      portal: { id: WEBHOOK_PORTAL, webhookUrl: sandbox.webhookUrl, eventTokens: [] },
      redisUrl,
      role: 'worker',
      port: 0,
      clock: createClock(),
      log: recordingLog(),
      secret: 'secret of the measurement, of no use elsewhere',
      tuning: { sweepEveryMs },
    });
    await sleep(5000);
    sandbox.stats.reset();
    const before = process.cpuUsage();
    await sleep(LOOK_MS);
    const { user, system } = process.cpuUsage(before);
    await service.close(1000);
    return { ms: (user + system) / 1000, requests: sandbox.stats.requests };
  };
  const rest = await look(RARELY_MS);
  const busy = await look(300);
  await sandbox.close();
  const sweeps = LOOK_MS / 300;
  return {
    processorMs: (busy.ms - rest.ms) / sweeps,
    requests: (busy.requests - rest.requests) / sweeps,
  };
}
