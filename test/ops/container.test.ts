/** The image holds what the service needs and nothing that does not run; the ways to start it are one. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { describeWithRedis } from '../support/redis-server.ts';
import { freePort } from '../support/free-port.ts';

const DOCKERFILE = readFileSync('Dockerfile', 'utf8');
const MAIN = readFileSync('src/main.ts', 'utf8');
/** What the last stage copies from the project. */
const COPIED = [
  ...DOCKERFILE.slice(DOCKERFILE.lastIndexOf('FROM ')).matchAll(/^COPY (?!--from)(.+)$/gm),
]
  .flatMap(([, paths = '']) => paths.split(' ').slice(0, -1))
  .toSorted();

describe('the ways to run the service', () => {
  it('wait longer for its end than it may take', () => {
    const margin = /^const MARGIN_MS = (\d+)/m.exec(MAIN)?.[1];
    const deadline = /^const DEADLINE_MS = ([\d_]+)/m.exec(MAIN)?.[1]?.replace('_', '');
    const drain = /DRAIN_SECONDS: .*default\('(\d+)'\)/.exec(
      readFileSync('src/config.ts', 'utf8'),
    )?.[1];
    const longest = Number(drain) + (Number(deadline) + Number(margin)) / 1000;
    const waits = [
      /stop_grace_period: (\d+)s/.exec(readFileSync('compose.yaml', 'utf8'))?.[1],
      /TimeoutStopSec=(\d+)/.exec(readFileSync('ops/closegate.service', 'utf8'))?.[1],
    ].map(Number);

    expect(longest).toBeGreaterThan(10);
    expect(waits.filter((seconds) => !(seconds > longest))).toEqual([]);
  });

  it('are the same command', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      scripts: { start: string };
    };
    const image = JSON.parse(/^CMD (\[.+\])$/m.exec(DOCKERFILE)?.[1] ?? '[]') as string[];
    const unit = /^ExecStart=\/usr\/bin\/(.+)$/m.exec(
      readFileSync('ops/closegate.service', 'utf8'),
    )?.[1];

    expect(image.join(' ')).toBe(scripts.start);
    expect(unit).toBe(scripts.start);
  });

  it.each(['README.md', 'README.ru.md'])(
    'give up their own Redis as %s says: whoever waits for it, and itself',
    (page) => {
      const services = readFileSync('compose.yaml', 'utf8').split(/^services:$/m)[1] ?? '';
      const waiting = [...services.matchAll(/^ {2}(\w+):\n {4}<<: \*closegate$/gm)].map(
        ([, name = '']) => name,
      );
      const guide = readFileSync(page, 'utf8');
      const left = [...guide.matchAll(/^ {2}(\w+): \{.+ depends_on: !reset null \}$/gm)].map(
        ([, name = '']) => name,
      );

      expect(waiting.length).toBeGreaterThan(1);
      expect(left).toEqual(waiting);
      expect(guide).toMatch(/^ {2}redis: !reset null$/m);
    },
  );

  it('send to the image what it copies, and nothing else', () => {
    const sent = [...readFileSync('.dockerignore', 'utf8').matchAll(/^!(.+)$/gm)].map(
      ([, path = '']) => path,
    );

    expect(sent.toSorted()).toEqual([...COPIED, 'package-lock.json'].toSorted());
  });
});

describeWithRedis('what the image holds', (server) => {
  let dir = '';
  afterEach(() => {
    rmSync(dir, { recursive: true, force: true });
  });

  it('starts, answers its health check, and ends on TERM', async () => {
    dir = mkdtempSync(join(tmpdir(), 'closegate-image-'));
    for (const path of COPIED) {
      cpSync(path.replace(/^\.\//, ''), join(dir, path), { recursive: true });
    }
    symlinkSync(resolve('node_modules'), join(dir, 'node_modules'));
    const port = await freePort();
    const service = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
      cwd: dir,
      stdio: 'ignore',
      env: {
        PATH: process.env['PATH'],
        NODE_ENV: 'production',
        PORT: String(port),
        REDIS_URL: server().url,
        B24_CLIENT_ID: 'local.5c8bb1b0891cf2.87252039',
        B24_CLIENT_SECRET: 'a-client-secret-of-this-suite',
        APP_SECRET: 'a-secret-of-this-suite-long-enough',
        PUBLIC_URL: 'https://gate.example.com',
      },
    });
    const ended = once(service, 'exit');
    await eventually(
      'the health check',
      () =>
        fetch(`http://127.0.0.1:${port}/healthz`).then(
          ({ status }) => status,
          () => 0,
        ),
      (status) => status === 200,
    );
    const check = healthCheckOf(DOCKERFILE);
    expect(await exitOf(check, { PORT: String(port) })).toBe(0);
    expect(await exitOf(check, { ROLE: 'worker', PORT: '1', OPS_PORT: String(port) })).toBe(0);
    service.kill('SIGTERM');

    expect(await ended).toEqual([0, null]);
    expect(await exitOf(check, { PORT: String(port) })).toBe(1);
    // A worker that was given no port cannot be asked.
    expect(await exitOf(check, { ROLE: 'worker', PORT: String(port) })).toBe(0);
  });
});

function healthCheckOf(dockerfile: string): readonly string[] {
  const command = /^HEALTHCHECK [^\n]*\\\n\s+CMD (\[.+\])$/m.exec(dockerfile)?.[1] ?? '[]';
  return JSON.parse(command) as string[];
}

async function exitOf([, ...args]: readonly string[], env: NodeJS.ProcessEnv): Promise<unknown> {
  const [code] = await once(spawn(process.execPath, args, { env, stdio: 'ignore' }), 'exit');
  return code;
}
