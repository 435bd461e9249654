/** From the start of a process until it answers that it is ready: the service and a bare Express through the same loader. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { freePort } from '../support/free-port.ts';
import { SECRET } from './bench-portal.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SCRIPTS = { ours: 'src/main.ts', bare: 'test/bench/hello-express.ts' } as const;
const ROUNDS = 3;
const PATIENCE_MS = 120_000;

export interface StartupFigures {
  /** Milliseconds of each round: the loader has to translate everything; it has it all from the time before. */
  readonly cold: Readonly<Record<keyof typeof SCRIPTS, readonly number[]>>;
  readonly warm: Readonly<Record<keyof typeof SCRIPTS, readonly number[]>>;
}

export async function benchStartup(redisUrl: string): Promise<StartupFigures> {
  const sandbox = await startSandbox({ seed: 'empty' });
  const cold = { ours: [] as number[], bare: [] as number[] };
  const warm = { ours: [] as number[], bare: [] as number[] };
  const env = {
    B24_WEBHOOK_URL: sandbox.webhookUrl,
    B24_EVENT_TOKEN: sandbox.eventToken,
    REDIS_URL: redisUrl,
    APP_SECRET: SECRET,
    PUBLIC_URL: 'https://gate.example',
    NODE_ENV: 'production',
  };
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      // The loader keeps what it has translated in the folder for temporary files.
      const cache = await mkdtemp(join(tmpdir(), 'closegate-startup-'));
      for (const which of ['ours', 'bare'] as const) {
        const start = () => startOnce(SCRIPTS[which], { ...env, TMPDIR: cache });
        cold[which].push(await start());
        warm[which].push(await start());
      }
      await rm(cache, { recursive: true, force: true });
    }
    return { cold, warm };
  } finally {
    await sandbox.close();
  }
}

async function startOnce(script: string, env: Readonly<Record<string, string>>): Promise<number> {
  const port = await freePort();
  const from = performance.now();
  const child = spawn(process.execPath, ['--import', 'tsx', script], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'] ?? '', ...env, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  try {
    while (!(await ready(port))) {
      if (child.exitCode !== null) throw new Error(`${script} ended with ${child.exitCode}`);
      if (performance.now() - from > PATIENCE_MS) throw new Error(`${script} is not ready`);
      await sleep(10);
    }
    return performance.now() - from;
  } finally {
    if (child.exitCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    }
  }
}

function ready(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const req = request({ port, host: '127.0.0.1', path: '/readyz', agent: false }, (res) => {
      res.resume();
      resolve(res.statusCode === 200);
    });
    req.on('error', () => resolve(false));
    req.end();
  });
}
