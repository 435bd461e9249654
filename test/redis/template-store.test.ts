import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { TemplateStore } from '../../src/app/ports/own-templates.ts';
import type { Connections } from '../../src/redis/connections.ts';
import { createConnections } from '../../src/redis/connections.ts';
import { forgetPeopleOf } from '../../src/redis/forget-portal.ts';
import { createKeys } from '../../src/redis/keys.ts';
import { createTemplateStore, TESTS_PER_HOUR } from '../../src/redis/template-store.ts';
import { recordingLog } from '../support/recording-log.ts';
import type { TestRedis } from '../support/start-test-redis.ts';
import { startTestRedis } from '../support/start-test-redis.ts';

const PORTAL = 'portal-1';
const keys = createKeys();
const log = recordingLog();
let server: TestRedis;
let connections: Connections;
let store: TemplateStore;

beforeAll(async () => {
  server = await startTestRedis();
  connections = createConnections({ url: server.url, log });
  await connections.ready(20_000);
  store = createTemplateStore(connections.producer, keys, log);
});
afterAll(async () => {
  await connections.close();
  await server.remove();
});
beforeEach(() => server.flush());

const save = (text: string | null, version: number, portalId = PORTAL) =>
  store.save(portalId, {
    language: 'ru',
    name: 'request',
    text,
    version,
    savedAt: 1_000 + version,
    savedBy: 7,
  });

describe('templates of a portal', () => {
  test('are nothing at all until one is saved', async () => {
    expect(await store.revision(PORTAL)).toBe('');
    expect(await store.read(PORTAL)).toEqual({ revision: '', templates: [] });
  });

  test('are kept with who, when, version and the words before', async () => {
    await save('первый', 0);
    const saved = await save('второй', 1);

    expect(saved).toEqual({ kind: 'saved', version: 2 });
    expect((await store.read(PORTAL)).templates).toEqual([
      {
        language: 'ru',
        name: 'request',
        text: 'второй',
        version: 2,
        savedAt: 1_001,
        savedBy: 7,
        past: ['первый'],
      },
    ]);
  });

  test('change the revision with every save, also after everything was erased', async () => {
    await save('первый', 0);
    const first = await store.revision(PORTAL);
    await save(null, 1);
    const second = await store.revision(PORTAL);
    await forgetPeopleOf(connections.producer, keys, PORTAL);
    const erased = await store.revision(PORTAL);
    await save('первый', 0);

    expect(erased).toBe('');
    expect(new Set([first, second, await store.revision(PORTAL)]).size).toBe(3);
  });

  test('are not overwritten by who read an older version, whoever of two comes first', async () => {
    const outcomes = await Promise.all([save('мой', 0), save('твой', 0)]);

    expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(['changed', 'saved']);
    expect(outcomes.map(({ version }) => version)).toEqual([1, 1]);
  });

  test('keep their count of versions over a reset, and the three texts before', async () => {
    for (const [version, text] of ['а', 'б', null, 'в', 'г', 'д'].entries())
      await save(text, version);
    const [one] = (await store.read(PORTAL)).templates;

    expect(one).toMatchObject({ version: 6, text: 'д', past: ['г', 'в', 'б'] });
  });

  test('are of that portal alone, and go with it', async () => {
    await save('первого', 0);
    await save('второго', 0, 'portal-2');
    await forgetPeopleOf(connections.producer, keys, PORTAL);

    expect((await store.read(PORTAL)).templates).toEqual([]);
    expect((await store.read('portal-2')).templates.map(({ text }) => text)).toEqual(['второго']);
  });

  test('that cannot be read leave the others in force', async () => {
    await save('первый', 0);
    await connections.producer.hset(keys.portal(PORTAL, 'templates'), 'ru/reminder', 'no json');

    expect((await store.read(PORTAL)).templates.map(({ name }) => name)).toEqual(['request']);
  });

  test('are tested a limited number of times an hour, each user apart', async () => {
    const takes: boolean[] = [];
    for (let index = 0; index <= TESTS_PER_HOUR; index += 1)
      takes.push(await store.takeTest(PORTAL, 7));

    expect(takes.filter(Boolean)).toHaveLength(TESTS_PER_HOUR);
    expect(takes.at(-1)).toBe(false);
    expect(await store.takeTest(PORTAL, 8)).toBe(true);
    expect(
      await connections.producer.pttl(keys.portal(PORTAL, 'template-tests:7')),
    ).toBeGreaterThan(0);
  });
});
