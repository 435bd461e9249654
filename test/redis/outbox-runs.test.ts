/** What the outbox and the runs leave for an operator to see. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Admission } from '../../src/app/ports/client.ts';
import { RUN_KINDS } from '../../src/app/ports/runs.ts';
import type { Run } from '../../src/app/ports/runs.ts';
import { createConnections } from '../../src/redis/connections.ts';
import type { Connections } from '../../src/redis/connections.ts';
import { createKeys } from '../../src/redis/keys.ts';
import { createOutbox } from '../../src/redis/outbox.ts';
import type { BreakerLimits } from '../../src/redis/outbox.ts';
import { createRunLog } from '../../src/redis/run-log.ts';
import { recordingLog } from '../support/recording-log.ts';
import { describeWithRedis } from '../support/redis-server.ts';

const PORTAL = 'portal-1';
const MINUTE = 60_000;
const HOUR = 3600_000;
const NOW = Date.UTC(2026, 10, 20, 9);

describeWithRedis('the outbox as an operator sees it', (server) => {
  const keys = createKeys('test');
  const log = recordingLog();
  let connections: Connections;

  beforeEach(async () => {
    await server().flush();
    connections = createConnections({ url: server().url, log });
    await connections.ready(10_000);
  });
  afterEach(() => connections.close());

  const outbox = (limits: Partial<BreakerLimits> = {}) =>
    createOutbox({ redis: connections.producer, keys, log, limits });

  async function admit(
    count: number,
    now: number,
    limits: Partial<BreakerLimits> = {},
  ): Promise<readonly Admission[]> {
    const admissions: Admission[] = [];
    for (let n = 0; n < count; n += 1)
      admissions.push(await outbox(limits).admit(PORTAL, `message-${n}`, now));
    return admissions;
  }

  test('a run takes its share, and what comes on top is spread over the minutes after it', async () => {
    const admissions = await admit(7, NOW + 5000, { perRun: 2 });

    const go = { kind: 'go' };
    const later = (minutes: number) => ({ kind: 'later', at: NOW + minutes * MINUTE });
    expect(admissions).toEqual([go, go, later(1), later(1), later(2), later(2), later(3)]);
    expect(await admit(3, NOW + MINUTE, { perRun: 2 })).toEqual([go, go, later(2)]);
    expect(await outbox({ perRun: 2 }).admit('portal-2', 'message', NOW)).toEqual(go);
  });

  test('of many processes at once no more leave than the run takes', async () => {
    const tries = Array.from({ length: 40 }, (_, n) => outbox().admit(PORTAL, `${n}`, NOW));

    const admissions = await Promise.all(tries);

    expect(admissions.filter(({ kind }) => kind === 'go')).toHaveLength(20);
  });

  test('while messages leave it tells the hour, the normal and the limit', async () => {
    const limits = { floor: 5, factor: 5, perRun: 100 };
    for (const hour of [0, 1]) await admit(4, NOW + hour * HOUR, limits);
    await admit(3, NOW + 2 * HOUR, limits);

    expect(await outbox(limits).standing(PORTAL, NOW + 2 * HOUR + 5)).toEqual({
      stoppedSince: null,
      left: 3,
      heldBack: 0,
      normal: 4,
      limit: 20,
    });
  });

  test('once stopped it keeps what it saw and counts each message held back once', async () => {
    const limits = { floor: 3, perRun: 100 };
    await admit(5, NOW, limits);
    await admit(5, NOW + 3 * HOUR, limits);

    const stopped = { stoppedSince: NOW, left: 3, heldBack: 5, normal: 0, limit: 3 };
    expect(await outbox(limits).standing(PORTAL, NOW + 3 * HOUR)).toEqual(stopped);

    await outbox(limits).resume(PORTAL);
    expect(await outbox(limits).standing(PORTAL, NOW + 3 * HOUR)).toMatchObject({
      stoppedSince: null,
      heldBack: 0,
    });
  });

  test('looking at it changes nothing', async () => {
    const limits = { floor: 3, perRun: 100 };
    await admit(4, NOW, limits);
    await outbox(limits).resume(PORTAL);

    await outbox(limits).standing(PORTAL, NOW + MINUTE);

    const kinds = (await admit(4, NOW + MINUTE, limits)).map(({ kind }) => kind);
    expect(kinds).toEqual(['go', 'go', 'go', 'stopped']);
  });

  test('a breaker opened by an earlier version is still open', async () => {
    await connections.producer.set(keys.portal(PORTAL, 'outbox:breaker'), String(NOW / HOUR));

    expect(await outbox().standing(PORTAL, NOW + HOUR)).toMatchObject({ stoppedSince: NOW });
    expect(await outbox().admit(PORTAL, 'message', NOW + HOUR)).toEqual({ kind: 'stopped' });
  });

  const run = (changes: Partial<Run> = {}): Run => ({
    kind: 'timers',
    at: NOW,
    candidates: 3,
    sent: 1,
    done: 1,
    skipped: { 'outside-hours': 1 },
    ...changes,
  });

  test('the last fifty runs of each kind are kept, newest first', async () => {
    const runs = createRunLog(connections.producer, keys);
    await runs.add(PORTAL, run({ kind: 'reconcile', at: NOW - HOUR }));
    for (let n = 0; n < 55; n += 1) await runs.add(PORTAL, run({ at: NOW + n }));

    const all = await runs.list(PORTAL);

    expect(all).toHaveLength(51);
    expect(all[0]).toEqual(run({ at: NOW + 54 }));
    expect(all.at(-1)).toEqual(run({ kind: 'reconcile', at: NOW - HOUR }));
    expect(await runs.list('portal-2')).toEqual([]);
  });

  test('a run of another version of the app is left out', async () => {
    const runs = createRunLog(connections.producer, keys);
    for (const kind of RUN_KINDS)
      await connections.producer.lpush(keys.portal(PORTAL, `runs:${kind}`), '{"kind":"?"}');

    expect(await runs.list(PORTAL)).toEqual([]);
  });
});
