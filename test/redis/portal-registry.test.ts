/** Records and sealed tokens of installed portals, and the key made of them, on a real Redis. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { PortalRecord, PortalRegistry, TokenPair } from '../../src/app/ports/portals.ts';
import { createPortalAccess } from '../../src/bitrix24/portal-access.ts';
import type { PortalAccess } from '../../src/bitrix24/portal-access.ts';
import { createConnections } from '../../src/redis/connections.ts';
import type { Connections } from '../../src/redis/connections.ts';
import { createKeys } from '../../src/redis/keys.ts';
import { createPortalLock } from '../../src/redis/portal-lock.ts';
import { createPortalRegistry } from '../../src/redis/portal-registry.ts';
import { createSecretBox } from '../../src/redis/secret-box.ts';
import { FakeOAuth, OAUTH, ORIGIN } from '../support/fake-oauth.ts';
import { recordingLog } from '../support/recording-log.ts';
import type { RecordingLog } from '../support/recording-log.ts';
import { describeWithRedis } from '../support/redis-server.ts';

const NOW = 1_760_000_000_000;
const HOUR = 3600_000;
const SECRET = 'the present secret, long enough';
const OLD = 'the secret of last year, long enough';

const RECORD: PortalRecord = {
  portalId: 'p1',
  origin: ORIGIN,
  oauthEndpoint: OAUTH,
  applicationToken: 'application-token-1',
  scopes: ['crm', 'im'],
  status: 'L',
  version: '1',
  language: 'ru',
  installerId: 1,
  state: 'active',
  registered: '',
  installedAt: NOW,
  updatedAt: NOW,
};

const pair = (change: Partial<TokenPair> = {}): TokenPair => ({
  owner: 'installer',
  accessToken: 'access-0',
  refreshToken: 'refresh-0',
  expiresAt: NOW + HOUR,
  userId: 1,
  ...change,
});

describeWithRedis('portals', (server) => {
  let connections: Connections;
  let log: RecordingLog;
  let oauth: FakeOAuth;
  let now = NOW;
  const clock = { now: () => now };
  const keys = createKeys();

  const registryWith = (...secrets: readonly [string, ...string[]]): PortalRegistry =>
    createPortalRegistry({
      redis: connections.producer,
      keys,
      box: createSecretBox(secrets),
      clock,
      log,
    });
  /** As another process would have it. */
  const access = (registry: PortalRegistry): PortalAccess => {
    const lock = createPortalLock({ redis: connections.producer, keys, log });
    return createPortalAccess({ portal: RECORD, registry, oauth, lock, clock, log });
  };

  beforeEach(async () => {
    log = recordingLog();
    oauth = new FakeOAuth();
    oauth.good.add('refresh-0');
    now = NOW;
    connections = createConnections({ url: server().url, log });
    await connections.ready(5000);
    await server().flush();
  });
  afterEach(() => connections.close());

  test('are found as they were saved, and hold nothing readable that is secret', async () => {
    const registry = registryWith(SECRET);
    await registry.save(RECORD);
    await registry.saveTokens('p1', pair());

    expect(await registry.find('p1')).toEqual(RECORD);
    expect(await registry.tokens('p1', 'installer')).toEqual(pair());
    expect(await registry.tokens('p1', 'system')).toBeNull();
    expect(await registry.find('p2')).toBeNull();
    const stored = JSON.stringify(await connections.producer.hgetall('cg:{p1}:portal'));
    expect(stored).not.toMatch(/application-token-1|access-0|refresh-0/);
  });

  test('cannot read a token that was copied from another portal', async () => {
    const registry = registryWith(SECRET);
    await registry.save(RECORD);
    await registry.saveTokens('p1', pair());
    await registry.save({ ...RECORD, portalId: 'p2' });
    const copied = await connections.producer.hget('cg:{p1}:portal', 'tokens:installer');
    await connections.producer.hset('cg:{p2}:portal', 'tokens:installer', copied ?? '');

    expect(await registry.tokens('p2', 'installer')).toBeNull();
    expect(log.lines).toMatchObject([{ level: 'error', fields: { portalId: 'p2' } }]);
  });

  test('are sealed anew after a rotation, and then need the old secret no more', async () => {
    await registryWith(OLD).save(RECORD);
    await registryWith(OLD).saveTokens('p1', pair());

    expect(await registryWith(SECRET, OLD).reseal()).toBe(2);
    expect(await registryWith(SECRET, OLD).reseal()).toBe(0);
    expect(await registryWith(SECRET).find('p1')).toEqual(RECORD);
    expect(await registryWith(SECRET).tokens('p1', 'installer')).toEqual(pair());
  });

  test('keep their state when a process does not name the secret that sealed their keys', async () => {
    await registryWith(SECRET).save(RECORD);
    await registryWith(SECRET).saveTokens('p1', pair());
    const behind = registryWith(OLD);

    await expect(behind.tokens('p1', 'installer')).rejects.toMatchObject({ detail: 'APP_SECRET' });
    await expect(access(behind).key()).rejects.toMatchObject({ code: 'config-invalid' });
    expect((await registryWith(SECRET).find('p1'))?.state).toBe('active');
    expect(oauth.asked).toEqual([]);
    expect((await access(registryWith(SECRET)).key()).accessToken).toBe('access-0');
  });

  test('are read by two processes all the time while their secret is changed in two steps', async () => {
    // Each process is started anew on its own: first the new secret is only read, then it seals.
    const [before, reads, seals] = [
      registryWith(OLD),
      registryWith(OLD, SECRET),
      registryWith(SECRET, OLD),
    ];
    await before.save(RECORD);
    await before.saveTokens('p1', pair());
    for (const [one, other] of [
      [before, reads],
      [reads, reads],
      [reads, seals],
      [seals, seals],
    ] as const) {
      await one.reseal();
      expect((await access(other).key()).accessToken).toBe('access-0');
      await other.reseal();
      expect((await access(one).key()).accessToken).toBe('access-0');
    }
    expect(await registryWith(SECRET).tokens('p1', 'installer')).toEqual(pair());
  });

  test('once erased do not come back by what was under way', async () => {
    const registry = registryWith(SECRET);
    await registry.save(RECORD);
    await connections.producer.hset('cg:{p1}:policies', '2:5', '{}');
    await connections.producer.hset('cg:{p1}:client:cases', '2:1', '{}');
    await connections.producer.hset('cg:{p1}:journal:sealed', '1', 'words');
    await registry.erase('p1', { clean: false });

    expect(await registry.saveTokens('p1', pair())).toBe(false);
    expect(await registry.change('p1', { origin: 'https://evil.example' })).toBe(false);
    expect(await registry.moveState('p1', ['active'], 'unpaid')).toBe(false);
    expect([...(await registry.states())]).toEqual([]);
    expect(await connections.producer.keys('cg:{p1}:*')).toEqual(['cg:{p1}:policies']);
    await connections.producer.hset('cg:{p1}:seen', 'mark', '1');
    await registry.eraseRest({ last: true });
    expect(await connections.producer.keys('cg:{p1}:*')).toEqual(['cg:{p1}:policies']);
  });

  test('an erasure leaves a sweep its lock, by whose end the rest of it is told', async () => {
    const registry = registryWith(SECRET);
    await registry.save(RECORD);
    await connections.producer.set('cg:{p1}:lock', 'a sweep', 'PX', 15_000);
    await registry.erase('p1', { clean: true });

    expect(await connections.producer.keys('cg:{p1}:*')).toEqual(['cg:{p1}:lock']);
  });

  test('a portal that came back is not erased by what is left of its erasure', async () => {
    const registry = registryWith(SECRET);
    await registry.save(RECORD);
    await registry.erase('p1', { clean: true });
    await registry.save(RECORD);
    await registry.eraseRest({ last: false });

    expect(await registry.find('p1')).toEqual(RECORD);
  });

  test('give a key without asking anybody while its time is not up', async () => {
    const registry = registryWith(SECRET);
    await registry.save(RECORD);
    await registry.saveTokens('p1', pair());
    const portal = access(registry);

    expect(await portal.key()).toEqual({
      accessToken: 'access-0',
      owner: 'installer',
      origin: ORIGIN,
    });
    now += HOUR / 2;
    await portal.key();
    expect(oauth.asked).toEqual([]);
  });

  test('refresh once although many processes want a key at the same moment', async () => {
    const registry = registryWith(SECRET);
    await registry.save(RECORD);
    await registry.saveTokens('p1', pair());
    now += HOUR;

    const processes = Array.from({ length: 5 }, () => access(registry));
    const taken = await Promise.all(processes.flatMap((one) => [one.key(), one.key()]));

    expect(new Set(taken.map(({ accessToken }) => accessToken))).toEqual(new Set(['access-1']));
    expect(oauth.asked).toEqual(['refresh-0']);
    expect((await registry.tokens('p1', 'installer'))?.refreshToken).toBe('refresh-1');
  });

  test('renew a key that the portal refused, and believe a new address from the server alone', async () => {
    const registry = registryWith(SECRET);
    await registry.save(RECORD);
    await registry.saveTokens('p1', pair());
    oauth.change = { origin: 'https://renamed.example:8443' };
    const portal = access(registry);

    const key = await portal.renew(await portal.key());

    expect(key).toMatchObject({ accessToken: 'access-1', origin: 'https://renamed.example:8443' });
    expect((await registry.find('p1'))?.origin).toBe('https://renamed.example:8443');
  });

  test('prefer the system user, and fall back to the installer when that grant is dead', async () => {
    const registry = registryWith(SECRET);
    await registry.save(RECORD);
    await registry.saveTokens('p1', pair());
    await registry.saveTokens(
      'p1',
      pair({ owner: 'system', accessToken: 'system-0', refreshToken: 'gone' }),
    );

    expect((await access(registry).key()).owner).toBe('system');
    now += HOUR;
    expect((await access(registry).key()).owner).toBe('installer');
    expect(await registry.tokens('p1', 'system')).toBeNull();
    expect((await registry.find('p1'))?.state).toBe('active');
  });

  test('with a dead grant are marked and told of once', async () => {
    const registry = registryWith(SECRET);
    await registry.save(RECORD);
    await registry.saveTokens('p1', pair({ refreshToken: 'long gone' }));
    now += HOUR;
    const refused = { code: 'portal-denied', detail: 'needs-reconnecting', retry: 'never' };

    await expect(access(registry).key()).rejects.toMatchObject(refused);
    await expect(access(registry).key()).rejects.toMatchObject(refused);

    expect((await registry.find('p1'))?.state).toBe('needs-reconnecting');
    expect([...(await registry.states())]).toEqual([['p1', 'needs-reconnecting']]);
    expect(log.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
    expect(oauth.asked).toEqual(['long gone']);
  });

  test('are not marked for an outage, nor for an answer about another portal', async () => {
    const registry = registryWith(SECRET);
    await registry.save(RECORD);
    await registry.saveTokens('p1', pair());
    now += HOUR;
    oauth.trouble = new Error('away');
    await expect(access(registry).key()).rejects.toThrow('away');
    oauth.trouble = null;
    oauth.change = { memberId: 'p2' };
    await expect(access(registry).key()).rejects.toMatchObject({ detail: 'OTHER_PORTAL' });

    expect((await registry.find('p1'))?.state).toBe('active');
  });

  test('whose period is over are unpaid, not dead', async () => {
    const registry = registryWith(SECRET);
    await registry.save(RECORD);
    await registry.saveTokens('p1', pair());
    now += HOUR;
    oauth.trouble = { kind: 'unpaid', code: 'PAYMENT_REQUIRED' };

    await expect(access(registry).key()).rejects.toMatchObject({ detail: 'unpaid' });
    expect((await registry.find('p1'))?.state).toBe('unpaid');
  });
});
