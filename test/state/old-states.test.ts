/** Whatever an earlier version of the app left behind is read and worked on with by this one: see docs/UPGRADING.md. */
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Service } from '../../src/compose.ts';
import { composeTools } from '../../src/compose-tools.ts';
import type { Redis } from 'ioredis';
import type { Tools } from '../../src/app/ports/tools.ts';
import { FIELD_KEYS } from '../../src/core/policy.ts';
import { readScene } from '../../src/app/settings/settings-deps.ts';
import { settingsHome } from '../../src/app/settings/settings-home.ts';
import { reportCounters } from '../../src/app/admin/report.ts';
import { sayByName } from '../../src/text/catalog.ts';
import { refKey } from '../../src/core/ticket.ts';
import type { Log } from '../../src/app/ports/runtime.ts';
import { createClientCases } from '../../src/redis/client-cases.ts';
import { createDoctorNotes } from '../../src/redis/doctor-notes.ts';
import { createKeys } from '../../src/redis/keys.ts';
import { createMassClosings } from '../../src/redis/mass-closings.ts';
import { createOutbox } from '../../src/redis/outbox.ts';
import { readPolicyDocument } from '../../src/redis/policy-documents.ts';
import { createTemplateStore } from '../../src/redis/template-store.ts';
import { createTimelineCardStore } from '../../src/redis/timeline-card-store.ts';
import { until } from '../support/eventually.ts';
import { hasRedisServer } from '../support/redis-server.ts';
import type { OldState } from './old-state.ts';
import { registryOf, renewTokens, standAgain } from './old-state.ts';

/** From the first version on. */
const VERSIONS = ['1-gate', '2-client', '3-portals', '4-pages'] as const;
const HOUR_MS = 3_600_000;
const hasLink = (text: string): boolean => text.includes('/c/');
const PIPELINE = { entityTypeId: 2, categoryId: 5 } as const;

(hasRedisServer ? describe : describe.skip).each(VERSIONS)(
  'what version %s left behind',
  (name) => {
    let old: OldState | null = null;
    let service: Service | null = null;
    const state = (): OldState => {
      if (old === null) throw new Error('nothing stands');
      return old;
    };
    const begin = async (): Promise<OldState> => (old = await standAgain(name));
    afterEach(async () => {
      await service?.close(2000);
      await old?.close();
      [service, old] = [null, null];
    });

    async function withTools<T>(work: (tools: Tools) => Promise<T>): Promise<T> {
      const { hooked, redis } = state();
      const { webhookUrl } = hooked;
      const tools = await composeTools({ webhookUrl, redisUrl: redis.url, dataDir: '' });
      try {
        return await work(tools);
      } finally {
        await tools.close();
      }
    }
    const stageOf = (ref: OldState['about']['unseen']): string =>
      state().hooked.control.ticket(ref).stageId;
    /** What the client of the ticket was told. */
    const told = (ref: OldState['about']['unseen']): readonly string[] =>
      state()
        .hooked.control.chats(ref)
        .flatMap(({ messages, clientUserId }) =>
          messages.filter((one) => one.senderId !== clientUserId).map(({ text }) => text),
        );
    const stored = (key: string): ReadonlyMap<string, string> => {
      const line = state().lines.find((one) => one.key === key);
      return new Map(line?.type === 'hash' ? line.value : []);
    };

    it('is read whole', async () => {
      const { about, lines, client, log } = await begin();
      expect(about.tickets[0].map(({ id }) => stageOf({ entityTypeId: 2, id }))).toEqual(
        about.tickets[0].map(({ stageId }) => stageId),
      );
      const written: unknown = JSON.parse(stored('cg:{webhook}:policies').get('2:5') ?? '');
      await withTools(async (tools) => {
        const { portalId, policies, policyArchive, journal, archive } = tools;
        const [policy, ...others] = await policies.list(portalId);
        expect(others).toEqual([]);
        expect(policy).toMatchObject(Object(written));
        expect(Object.keys(policy?.fields ?? {}).toSorted()).toEqual([...FIELD_KEYS].toSorted());
        expect(await policyArchive.find(portalId, PIPELINE, 1)).toMatchObject({ policy });
        const settings = { portalId, tools, say: sayByName };
        expect((await settingsHome('ru', settings)).pipelines).toContainEqual(
          expect.objectContaining({ pipeline: '2:5', state: 'enforce', version: 1 }),
        );
        expect(await readScene(PIPELINE, settings)).toMatchObject({
          broken: false,
          previous: policy,
        });

        const entries = await journal.latest(portalId, 1000);
        const stream = lines.find(({ key }) => key === 'cg:{webhook}:journal');
        expect(entries).toHaveLength(stream?.value.length ?? -1);
        expect(entries.map(({ kind }) => kind)).toEqual(
          expect.arrayContaining(['policy-saved', 'returned', 'closed']),
        );
        const own = await journal.ofTicket(portalId, about.premature, 10);
        expect(own.map(({ kind }) => kind)).toContain('returned');
        expect(await archive.verify(portalId)).toMatchObject({ intact: true });
      });
      const cases = await createClientCases(client, createKeys(), log).list('webhook');
      expect(cases.length).toBe(stored('cg:{webhook}:client:cases').size);
      const messages = lines.filter(({ key }) => key.startsWith('cg:{webhook}:outbox:message:'));
      const outbox = createOutbox({ redis: client, keys: createKeys(), log });
      for (const { key } of messages) {
        const found = await outbox.claim('webhook', key.split(':message:')[1] ?? '', 0);
        expect(found.kind).toMatch(/^(?:sent|claimed)$/);
      }
      expect(log.lines).toEqual([]);
      // What was exported then is imported now.
      expect(readPolicyDocument(written)).toMatchObject({ ok: true });
    });

    it('is worked on with: what was closed meanwhile comes back, clients are asked and reminded once', async () => {
      const { about, log, hooked } = await begin();
      const before = told(about.confirmed);
      service = await state().start();
      await until(() => stageOf(about.unseen) === 'C5:PREPARATION');
      if (name === '1-gate') {
        // That version sent what lacked its client's word back; now the client is asked.
        hooked.control.moveTicket(about.waiting, 'C5:WON', 2);
        await until(() => told(about.waiting).some(hasLink));
      } else {
        const page = await fetch(`http://127.0.0.1:${service.port}${about.link}`);
        expect(page.status).toBe(200);
      }
      const asked = told(about.waiting);
      const { later = about.waiting } = about;
      await until(() => told(later).some(hasLink));
      expect(told(about.confirmed)).toEqual(before);
      // The clock goes on only when what was sent is remembered.
      const reminder = `{cgq}:timers:t_2_${about.waiting.id}_remind_webhook`;
      await until(async () => (await state().client.exists(reminder)) === 1);
      await state().later(service, 26 * HOUR_MS);
      await until(() => told(about.waiting).length > asked.length);
      await state().later(service, HOUR_MS);
      await until(async () => (await state().client.llen('{cgq}:timers:active')) === 0);
      expect(told(about.waiting)).toEqual([...asked, expect.stringContaining('/c/')]);
      for (const { id } of about.tickets[0]) {
        const texts = told({ entityTypeId: 2, id });
        expect(new Set(texts).size).toBe(texts.length);
      }
      expect(stageOf(about.confirmed)).toBe('C5:WON');
      expect(log.lines.filter(({ level }) => level === 'error')).toEqual([]);

      await withTools(async ({ portalId, archive, journal }) => {
        const lines = await journal.ofTicket(portalId, about.unseen, 10);
        expect(lines.filter(({ kind }) => kind === 'returned')).toHaveLength(1);
        expect(await archive.verify(portalId)).toMatchObject({ intact: true });
        // The first versions counted nothing.
        if (['1-gate', '2-client'].includes(name)) return;
        const day = { from: '2026-03-16', to: '2026-03-16', pipeline: null, agent: null };
        const [counted] = await reportCounters(portalId, day, archive);
        const entries = await journal.latest(portalId, 1000);
        const returned = entries.filter(({ kind }) => kind === 'returned');
        expect(counted?.counts.get('kind:returned')).toBe(returned.length);
      });
    });
  },
);

const INSTALLED = ['3-portals', '4-pages'] as const;
(hasRedisServer ? describe : describe.skip).each(INSTALLED)(
  'an installed portal of version %s',
  (name) => {
    it('is read, keys and all, and its closings come back', async () => {
      const old = await standAgain(name);
      const { installed, about, client, log } = old;
      const portalId = about.installed?.portalId ?? '';
      const registry = registryOf(old);
      expect(await registry.find(portalId)).toMatchObject({ state: 'active', installerId: 1 });
      expect((await registry.find(portalId))?.applicationToken).toMatch(/^\w{20,}$/);
      expect(await registry.tokens(portalId, 'installer')).toMatchObject({ userId: 1 });
      const pages = await pagesOf(portalId, client, log);
      expect(pages).toEqual(name === '4-pages' ? PAGES : NO_PAGES);

      await renewTokens(old);
      const service = await old.start();
      const unseen = about.installed?.unseen ?? { entityTypeId: 2, id: 0 };
      await until(() => installed?.control.ticket(unseen).stageId === 'C5:PREPARATION');
      await service.close(2000);
      await old.close();
    });
  },
);

const NO_PAGES = { texts: [], answers: [], undone: undefined, cards: [] };
const PAGES = { texts: ['ru/request@1'], answers: ['yes'], undone: [1], cards: ['2:1'] };

/** What only pages of the app leave behind. */
async function pagesOf(portalId: string, redis: Redis, log: Log) {
  const keys = createKeys();
  const { templates } = await createTemplateStore(redis, keys, log).read(portalId);
  const answers = await createDoctorNotes(redis, keys).answers(portalId);
  const run = await createMassClosings(redis, keys).find(portalId, 'a1b2');
  const wake = async (): Promise<void> => undefined;
  const cards = await createTimelineCardStore({ redis, keys, log, wake }).all(portalId);
  return {
    texts: templates.map(({ language, name, version }) => `${language}/${name}@${version}`),
    answers: [...answers.values()].map(({ answer }) => answer),
    undone: run?.tickets.map(({ ref }) => ref.id),
    cards: cards.map(({ ref }) => refKey(ref)),
  };
}
