/** How the service ends: told as not ready first, answering on for a while, every acknowledged event kept. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { createKeys } from '../../src/redis/keys.ts';
import { createSweepState } from '../../src/redis/sweep-state.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { Sandbox } from '../../src/sandbox/start-sandbox.ts';
import { eventually, until } from '../support/eventually.ts';
import { describeWithRedis } from '../support/redis-server.ts';
import { freePort } from '../support/free-port.ts';

const TOKEN = 'an-event-token-of-this-suite';

describeWithRedis('a service that is told to stop', (server) => {
  let sandbox: Sandbox;
  let child: ChildProcess;
  let url = '';
  let agent: Agent;

  beforeEach(async () => {
    sandbox = await startSandbox({ seed: 'empty', limits: 'off' });
    agent = new Agent({ keepAlive: true, maxSockets: 4 });
  });
  afterEach(async () => {
    child?.kill('SIGKILL');
    agent.destroy();
    await sandbox.close();
  });

  async function start(drainSeconds: number): Promise<{ readonly ended: Promise<unknown> }> {
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
      stdio: 'ignore',
      env: {
        PATH: process.env['PATH'],
        PORT: String(port),
        ROLE: 'web',
        REDIS_URL: server().url,
        B24_WEBHOOK_URL: sandbox.webhookUrl,
        B24_EVENT_TOKEN: TOKEN,
        APP_SECRET: 'a-secret-of-this-suite-long-enough',
        DRAIN_SECONDS: String(drainSeconds),
      },
    });
    const ended = once(child, 'exit');
    await eventually(
      'the service',
      () => ask('GET', '/readyz'),
      (status) => status === 200,
    );
    return { ended };
  }

  /** Status of the answer; 0 when the connection is refused or breaks. Connections are kept open for the next request. */
  function ask(method: 'GET' | 'POST', path: string, body = ''): Promise<number> {
    return new Promise((resolve) => {
      const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
      const asked = request(`${url}${path}`, { method, agent, headers }, (answer) => {
        answer.resume();
        answer.on('end', () => resolve(answer.statusCode ?? 0));
      });
      asked.on('error', () => resolve(0));
      asked.end(body);
    });
  }

  const post = (id: number): Promise<number> =>
    ask(
      'POST',
      '/events',
      String(
        new URLSearchParams({
          event: 'ONCRMDEALUPDATE',
          'data[FIELDS][ID]': String(id),
          'auth[application_token]': TOKEN,
        }),
      ),
    );

  it('is not ready at once, answers on, and keeps every event that it acknowledged', async () => {
    const { ended } = await start(1);
    const answers = new Map<number, number>();
    let gone = false;
    let nextId = 1;
    const load = [1, 2, 3].map(async () => {
      while (!gone) {
        const id = (nextId += 1);
        answers.set(id, await post(id));
      }
    });
    await until(() => answers.size > 20);

    child.kill('SIGTERM');
    await eventually(
      'readiness',
      () => ask('GET', '/readyz'),
      (status) => status === 503,
    );
    const takenWhileNotReady = await post(1_000_000);
    const exit = await ended;
    gone = true;
    await Promise.all(load);

    expect(exit).toEqual([0, null]);
    expect(takenWhileNotReady).toBe(200);
    const redis = new Redis(server().url);
    const inbox = await createSweepState(redis, createKeys()).readInbox('webhook');
    redis.disconnect();
    const acknowledged = [...answers].filter(([, status]) => status === 200);
    expect(acknowledged.filter(([id]) => !inbox.has(`2:${id}`))).toEqual([]);
    expect(acknowledged.length).toBeGreaterThan(20);
    expect(new Set(answers.values())).not.toContain(500);
    // The connections were kept open on this side, and the load went on until nobody answered.
    expect([...answers.values()].at(-1)).toBe(0);
  });

  it('ends at once and with a fault at the second signal', async () => {
    const { ended } = await start(30);
    child.kill('SIGTERM');
    await eventually(
      'readiness',
      () => ask('GET', '/readyz'),
      (status) => status === 503,
    );
    child.kill('SIGTERM');

    expect(await ended).toEqual([1, null]);
  });
});
