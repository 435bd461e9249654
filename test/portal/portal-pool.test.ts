/** Connected portals: as many as fit, the longest unused forgotten, one portal's trouble its own. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { PortalRegistry } from '../../src/app/ports/portals.ts';
import { composeSignals } from '../../src/compose-automation.ts';
import { openStore } from '../../src/compose-store.ts';
import type { Store } from '../../src/compose-store.ts';
import { createPortalPool } from '../../src/portal-pool.ts';
import type { PortalPool } from '../../src/portal-pool.ts';
import { createClientJobs } from '../../src/queue/client-jobs.ts';
import type { ClientJobs } from '../../src/queue/client-jobs.ts';
import { createPortalRegistry } from '../../src/redis/portal-registry.ts';
import { createSecretBox } from '../../src/redis/secret-box.ts';
import { FakeOAuth, OAUTH } from '../support/fake-oauth.ts';
import { recordingLog } from '../support/recording-log.ts';
import { describeWithRedis } from '../support/redis-server.ts';

const WEBHOOK = {
  id: 'webhook',
  webhookUrl: 'https://portal.example/rest/1/abcdefgh12345678/',
  eventTokens: [],
};

describeWithRedis('the pool of portals', (server) => {
  let store: Store;
  let jobs: ClientJobs;
  let registry: PortalRegistry;
  let pool: PortalPool;

  beforeEach(async () => {
    const log = recordingLog();
    const clock = { now: () => 1_760_000_000_000 };
    store = await openStore({ redisUrl: server().url, clock, log });
    const { producer, worker } = store.connections;
    jobs = createClientJobs({ producer, worker, clock, log });
    const box = createSecretBox(['the secret of this suite, long enough']);
    registry = createPortalRegistry({ redis: producer, keys: store.keys, box, clock, log });
    pool = createPortalPool({
      store,
      client: { jobs, secret: 'a-secret', publicUrl: () => 'https://gate.example' },
      webhook: WEBHOOK,
      signals: composeSignals(store, jobs),
      installed: { registry, oauth: new FakeOAuth() },
      mostConnected: 2,
    });
    for (const portalId of ['p1', 'p2', 'p3']) await register(portalId);
  });
  afterEach(async () => {
    await jobs.close(1000);
    await store.connections.producer.flushall();
    await store.connections.close();
  });

  async function register(portalId: string): Promise<void> {
    await registry.save({
      portalId,
      origin: `https://${portalId}.bitrix24.ru`,
      oauthEndpoint: OAUTH,
      applicationToken: `token-${portalId}`,
      scopes: ['crm'],
      status: 'L',
      version: '1',
      language: 'ru',
      installerId: 1,
      state: 'active',
      registered: '',
      installedAt: 0,
      updatedAt: 0,
    });
  }

  test('a portal is connected once, however many ask at the same time', async () => {
    const [one, two] = await Promise.all([pool.connected('p1'), pool.connected('p1')]);

    expect(one).toBe(two);
  });

  test('the longest unused is forgotten when there are more than fit', async () => {
    const first = await pool.connected('p1');
    const second = await pool.connected('p2');
    expect(await pool.connected('p1')).toBe(first);
    await pool.connected('p3');

    expect(await pool.connected('p1')).toBe(first);
    expect(await pool.connected('p2')).not.toBe(second);
  });

  test('cards and triggers are told of installed portals alone: a webhook may not use their methods', async () => {
    const installed = await pool.deps('p1');
    const webhook = await pool.deps(WEBHOOK.id);

    expect([installed.cards, installed.triggers].map(Boolean)).toEqual([true, true]);
    expect([webhook.cards, webhook.triggers].map(Boolean)).toEqual([false, false]);
  });

  test('a portal that is not installed is refused, and served once it is', async () => {
    await expect(pool.connected('p4')).rejects.toMatchObject({ code: 'portal-denied' });
    await register('p4');

    expect((await pool.connected('p4')).portal).toBeDefined();
  });

  test('a portal whose key or address changed is connected anew', async () => {
    const before = await pool.connected('p1');
    pool.disconnect('p1');

    expect(await pool.connected('p1')).not.toBe(before);
  });

  test('only active portals are served', async () => {
    await registry.change('p2', { state: 'needs-reconnecting' });

    expect(await pool.serves('p1')).toBe(true);
    expect(await pool.serves('p2')).toBe(false);
    expect(await pool.serves('nobody')).toBe(false);
  });
});
