import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type {
  ClientCase,
  Delivery,
  PostedAnswer,
  SuppressedReply,
} from '../../src/app/ports/client.ts';
import { createClientAnswers } from '../../src/redis/client-answers.ts';
import { createClientCases } from '../../src/redis/client-cases.ts';
import { createConnections } from '../../src/redis/connections.ts';
import type { Connections } from '../../src/redis/connections.ts';
import { createKeys } from '../../src/redis/keys.ts';
import { createOutbox } from '../../src/redis/outbox.ts';
import { createSuppressedReplies } from '../../src/redis/suppressed-replies.ts';
import { recordingLog } from '../support/recording-log.ts';
import { describeWithRedis } from '../support/redis-server.ts';

const PORTAL = 'portal-1';
const REF = { entityTypeId: 2, id: 759 };
const HOUR = 3600_000;
const NOW = Date.UTC(2026, 10, 20, 9);
const DELIVERED: Delivery = { kind: 'delivered', channel: 'email', reference: 'activity:15' };
const CASE: ClientCase = {
  ref: REF,
  cycle: 1,
  language: 'ru',
  timeZone: 'Europe/Moscow',
  summary: 'Выдали доступ',
  answerUntil: NOW + 24 * HOUR,
  state: 'open',
  answer: null,
  answeredAt: null,
  closedAt: null,
};
const answer = (changes: Partial<PostedAnswer> = {}): PostedAnswer => ({
  ref: REF,
  cycle: 1,
  answer: 'not-solved',
  comment: 'Отчёт не открывается',
  at: NOW,
  ...changes,
});

describeWithRedis('the stores of the client side', (server) => {
  const keys = createKeys('test');
  const log = recordingLog();
  let connections: Connections;

  beforeEach(async () => {
    await server().flush();
    connections = createConnections({ url: server().url, log });
    await connections.ready(10_000);
  });
  afterEach(() => connections.close());

  const outbox = (limits = {}) =>
    createOutbox({
      redis: connections.producer,
      keys,
      log,
      limits: { perRun: 1000, ...limits },
    });
  const cases = () => createClientCases(connections.producer, keys, log);
  const answers = (wake: (portalId: string) => Promise<void> = () => Promise.resolve()) =>
    createClientAnswers({ redis: connections.producer, keys, log, wake });
  const suppressed = () => createSuppressedReplies(connections.producer, keys, log);

  test('reopenings are remembered by ticket, and the same one once', async () => {
    await cases().reopened(PORTAL, REF, NOW);
    await cases().reopened(PORTAL, REF, NOW);
    await expect(cases().reopened(PORTAL, REF, NOW + HOUR)).resolves.toEqual([NOW, NOW + HOUR]);
    await expect(cases().reopenings(PORTAL, REF)).resolves.toEqual([NOW, NOW + HOUR]);
    await expect(cases().reopenings(PORTAL, { ...REF, id: 760 })).resolves.toEqual([]);
  });

  test('of all cases only those asked for are read, each with the newest answer laid over it', async () => {
    const others = Array.from({ length: 30 }, (_, n) => ({ ...REF, id: 1000 + n }));
    for (const ref of [REF, ...others]) await cases().save(PORTAL, { ...CASE, ref });
    await answers().accept(PORTAL, answer({ at: NOW + 1 }));

    const among = await cases().among(PORTAL, ['2:759', '2:1007', 'activity:5', '2:404']);

    expect(among).toEqual([
      { ...CASE, state: 'answered', answer: 'not-solved', answeredAt: NOW + 1 },
      { ...CASE, ref: { ...REF, id: 1007 } },
    ]);
    await expect(cases().among(PORTAL, [])).resolves.toEqual([]);
  });

  test('of many claims at once exactly one finds the message new', async () => {
    const states = await Promise.all(
      Array.from({ length: 50 }, () => outbox().claim(PORTAL, 'request:2:759:1', NOW)),
    );

    expect(states.filter((state) => state.kind === 'new')).toHaveLength(1);
    expect(states.filter((state) => state.kind === 'claimed' && state.at === NOW)).toHaveLength(49);
  });

  test('a sent message tells its delivery, and only a released one may be claimed again', async () => {
    await outbox().claim(PORTAL, 'request', NOW);
    await outbox().sent(PORTAL, 'request', DELIVERED, NOW + 5);
    await outbox().claim(PORTAL, 'reminder', NOW);
    await outbox().release(PORTAL, 'reminder');

    expect(await outbox().claim(PORTAL, 'request', NOW + 9)).toEqual({
      kind: 'sent',
      delivery: DELIVERED,
      at: NOW + 5,
    });
    expect(await outbox().claim(PORTAL, 'reminder', NOW + 9)).toEqual({ kind: 'new' });
    expect(await outbox().claim('portal-2', 'request', NOW + 9)).toEqual({ kind: 'new' });
  });

  test('a claim remembers when a later try first met it, until it is released', async () => {
    await outbox().claim(PORTAL, 'request', NOW);

    const met = { kind: 'claimed', at: NOW, foundAt: NOW + 7 };
    expect(await outbox().claim(PORTAL, 'request', NOW + 7)).toEqual(met);
    expect(await outbox().claim(PORTAL, 'request', NOW + 9)).toEqual(met);

    await outbox().release(PORTAL, 'request');
    expect(await outbox().claim(PORTAL, 'request', NOW + 10)).toEqual({ kind: 'new' });
    expect(await outbox().claim(PORTAL, 'request', NOW + 11)).toMatchObject({ foundAt: NOW + 11 });
  });

  test('a mark that cannot be read is a fault, not a message never sent', async () => {
    await connections.producer.set(keys.portal(PORTAL, 'outbox:message:request'), '{"kind":"?"}');

    await expect(outbox().claim(PORTAL, 'request', NOW)).rejects.toMatchObject({
      code: 'store-unavailable',
    });
  });

  const admit = async (count: number, now: number, limits = {}): Promise<number> => {
    let admitted = 0;
    for (let n = 0; n < count; n += 1) {
      const { kind } = await outbox(limits).admit(PORTAL, `message-${n}`, now);
      if (kind === 'go') admitted += 1;
    }
    return admitted;
  };

  test('a young installation is stopped at the floor and stays stopped until a person resumes', async () => {
    expect(await admit(70, NOW)).toBe(60);
    expect(await admit(5, NOW + 30 * HOUR)).toBe(0);
    expect(await outbox().admit('portal-2', 'message', NOW)).toEqual({ kind: 'go' });

    await outbox().resume(PORTAL);

    expect(await admit(5, NOW + 30 * HOUR)).toBe(5);
  });

  test('after resuming, the same hour may bring as much again before it stops', async () => {
    expect(await admit(70, NOW)).toBe(60);
    await outbox().resume(PORTAL);

    expect(await admit(70, NOW + 1)).toBe(60);
    expect(await admit(1, NOW + 2)).toBe(0);
  });

  test('the breaker opens far above the average of earlier busy hours, not below', async () => {
    const limits = { floor: 5, factor: 5 };
    for (const hour of [0, 1, 2]) await admit(4, NOW + hour * HOUR, limits);

    // The night without messages does not lower the average.
    expect(await admit(30, NOW + 15 * HOUR, limits)).toBe(20);
  });

  test('hours of long ago are forgotten', async () => {
    await admit(60, NOW);

    expect(await admit(70, NOW + 15 * 24 * HOUR)).toBe(60);
    expect(await connections.producer.hlen(keys.portal(PORTAL, 'outbox:hours'))).toBe(1);
  });

  test('a case is found, listed and removed', async () => {
    await cases().save(PORTAL, CASE);
    await cases().save(PORTAL, { ...CASE, ref: { entityTypeId: 1032, id: 4 }, language: 'en' });

    expect(await cases().find(PORTAL, REF)).toEqual(CASE);
    expect(await cases().list(PORTAL)).toHaveLength(2);
    await cases().remove(PORTAL, REF);
    expect(await cases().find(PORTAL, REF)).toBeNull();
    expect(await cases().find('portal-2', { entityTypeId: 1032, id: 4 })).toBeNull();
  });

  test('a case written by another version is left out, and the log names it without its words', async () => {
    await connections.producer.hset(
      keys.portal(PORTAL, 'client:cases'),
      '2:759',
      '{"summary":"тайна"}',
    );

    expect(await cases().list(PORTAL)).toEqual([]);
    expect(JSON.stringify(log.lines)).toContain('2:759');
    expect(JSON.stringify(log.lines)).not.toContain('тайна');
  });

  test('the same answer posted fifty times at once is taken once and waits once', async () => {
    const taken = await Promise.all(
      Array.from({ length: 50 }, (_, n) => answers().accept(PORTAL, answer({ at: NOW + n }))),
    );

    expect(taken.filter(Boolean)).toHaveLength(1);
    expect(await answers().waiting(PORTAL)).toHaveLength(1);
  });

  test('answers wait in the order they came, until each is done', async () => {
    const solved = answer({ answer: 'solved', comment: '' });
    const back = answer({ at: NOW + 1 });
    const again = { ...solved, at: NOW + 2 };
    for (const one of [solved, back, again]) expect(await answers().accept(PORTAL, one)).toBe(true);

    expect(await answers().waiting(PORTAL)).toEqual([solved, back, again]);
    await answers().done(PORTAL, solved);
    expect(await answers().waiting(PORTAL)).toEqual([back, again]);
  });

  test('an answer of a new cycle or with other words is another answer', async () => {
    expect(await answers().accept(PORTAL, answer())).toBe(true);
    expect(await answers().accept(PORTAL, answer({ comment: 'И печать тоже' }))).toBe(true);
    expect(await answers().accept(PORTAL, answer({ comment: 'И печать тоже', cycle: 2 }))).toBe(
      true,
    );
  });

  test('an answer that is done leaves no words of the client behind', async () => {
    await answers().accept(PORTAL, answer());
    await answers().done(PORTAL, answer());

    const all = await connections.producer.keys('*');
    const kept = await Promise.all(all.map((key) => connections.producer.hgetall(key)));
    expect(kept).not.toHaveLength(0);
    expect(JSON.stringify(kept)).not.toContain('Отчёт');
    expect(await answers().accept(PORTAL, answer({ at: NOW + 1 }))).toBe(false);
  });

  test('an answer shows in its case at once, and what the app saves meanwhile is not overwritten', async () => {
    await cases().save(PORTAL, CASE);
    await answers().accept(PORTAL, answer());
    expect(await cases().find(PORTAL, REF)).toMatchObject({
      state: 'answered',
      answer: 'not-solved',
      answeredAt: NOW,
    });

    await cases().save(PORTAL, { ...CASE, cycle: 2 });
    expect(await cases().find(PORTAL, REF)).toMatchObject({
      cycle: 2,
      state: 'open',
      answer: null,
    });
  });

  test('a case of before pipelines had time zones is in the zone all had', async () => {
    const { timeZone: _timeZone, ...older } = CASE;
    await connections.producer.hset(keys.portal(PORTAL, 'client:cases'), {
      '2:759': JSON.stringify(older),
    });

    expect(await cases().find(PORTAL, REF)).toEqual(CASE);
  });

  test('an answer to a closed case shows, and the case stays closed', async () => {
    await cases().save(PORTAL, { ...CASE, state: 'closed', closedAt: NOW - HOUR });
    await answers().accept(PORTAL, answer());

    expect(await cases().list(PORTAL)).toMatchObject([{ state: 'closed', answer: 'not-solved' }]);
  });

  test("an agent's reading waits like an answer and does not show as the client's own", async () => {
    await cases().save(PORTAL, CASE);
    const reading = answer({ answer: 'solved', comment: '', readingOf: 'activity:15' });
    expect(await answers().accept(PORTAL, reading)).toBe(true);
    expect(await answers().accept(PORTAL, { ...reading, at: NOW + 1 })).toBe(false);

    expect(await answers().waiting(PORTAL)).toEqual([reading]);
    expect(await cases().find(PORTAL, REF)).toEqual(CASE);
  });

  test('every taken answer wakes the worker; a wake that fails loses nothing', async () => {
    const woken: string[] = [];
    await answers((portalId) => Promise.resolve(void woken.push(portalId))).accept(
      PORTAL,
      answer(),
    );
    expect(woken).toEqual([PORTAL]);

    const failing = answers(() => Promise.reject(new Error('away')));
    expect(await failing.accept(PORTAL, answer({ cycle: 2 }))).toBe(true);
    expect(await failing.waiting(PORTAL)).toHaveLength(2);
  });

  const reply = (id: string, at: number): SuppressedReply => ({
    id,
    ref: REF,
    cycle: 1,
    at,
    kind: 'auto-reply',
    rule: 'out-of-office',
    source: 'activity:15',
  });

  test('suppressed replies are listed newest first, each once, and one is taken back once', async () => {
    for (const [id, at] of [
      ['a', 1],
      ['c', 3],
      ['b', 2],
      ['a', 1],
    ] as const)
      await suppressed().add(PORTAL, reply(id, at));

    const ids = async (count: number) =>
      (await suppressed().list(PORTAL, count)).map(({ id }) => id);
    expect(await ids(10)).toEqual(['c', 'b', 'a']);
    expect(await ids(2)).toEqual(['c', 'b']);
    expect(await ids(0)).toEqual([]);
    const undone = await Promise.all([
      suppressed().undo(PORTAL, 'c'),
      suppressed().undo(PORTAL, 'c'),
    ]);
    expect(undone.filter((one) => one !== null)).toEqual([reply('c', 3)]);
    expect(await ids(10)).toEqual(['b', 'a']);
  });
});
