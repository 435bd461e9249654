import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createHttpServer } from '../../src/http/create-http-server.ts';
import { aQueue, until } from '../support/a-queue.ts';
import type { TestQueue } from '../support/a-queue.ts';
import { describeWithRedis } from '../support/redis-server.ts';

const BODY = readFileSync(
  new URL('../fixtures/events/webhook-deal-update.txt', import.meta.url),
  'utf8',
);
/** Far below the portal's patience, far above the command time limit of the producer's connection. */
const NO_HANG_MS = 10_000;

describeWithRedis('the event route while Redis is away', (server) => {
  let queue: TestQueue;
  let http: Server;
  let url = '';

  beforeEach(async () => {
    queue = await aQueue({ url: server().url });
    await server().flush();
    http = createHttpServer({
      doorbell: queue.queues.doorbell,
      eventTokens: ['0f1e2d3c4b5a69788796a5b4c3d2e1f0'],
      portalId: 'portal-1',
      log: queue.log,
      ready: () => true,
    });
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    const address = http.address();
    if (typeof address === 'object' && address !== null)
      url = `http://127.0.0.1:${address.port}/events`;
  });
  afterEach(async () => {
    http.close();
    http.closeAllConnections();
    await queue.close();
  });

  const post = async (): Promise<number> => {
    const response = await fetch(url, {
      method: 'POST',
      body: BODY,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      signal: AbortSignal.timeout(NO_HANG_MS),
    });
    await response.text();
    return response.status;
  };

  test('an accepted event stands in the inbox before it is acknowledged', async () => {
    const status = await post();

    expect(status).toBe(200);
    expect([...(await queue.state.readInbox('portal-1')).keys()]).toEqual(['2:764']);
  });

  test('answers 503 while Redis is stopped, and 200 when it is back', async () => {
    await server().stop('SIGKILL');
    const away = await Promise.all(Array.from({ length: 20 }, post));
    await server().start();
    await until(async () => (await post()) === 200);

    expect(new Set(away)).toEqual(new Set([503]));
    expect([...(await queue.state.readInbox('portal-1')).keys()]).toEqual(['2:764']);
  });

  test('answers 503 while Redis is frozen, and 200 when it goes on', async () => {
    server().freeze();
    const frozen = await Promise.all(Array.from({ length: 20 }, post));
    server().thaw();
    await until(async () => (await post()) === 200);

    expect(new Set(frozen)).toEqual(new Set([503]));
  });

  test('an outage is logged once per connection, without addresses', async () => {
    await server().stop('SIGKILL');
    await post();
    await new Promise((resolve) => setTimeout(resolve, 500));
    await server().start();
    await until(async () => (await post()) === 200);
    await until(
      () => queue.log.lines.filter(({ message }) => message.includes('again')).length === 2,
    );

    const errors = queue.log.lines.filter(({ level }) => level === 'error');
    expect(errors.length).toBe(2);
    expect(new Set(errors.map(({ fields }) => fields['connection']))).toEqual(
      new Set(['producer', 'worker']),
    );
    expect(JSON.stringify(queue.log.lines)).not.toMatch(/127\.0\.0\.1|redis:\/\//);
  });
});
