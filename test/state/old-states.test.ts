/** Whatever an earlier version of the app left behind is read and worked on with by this one: see docs/UPGRADING.md. */
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Service } from '../../src/compose.ts';
import { composeTools } from '../../src/compose-tools.ts';
import type { Tools } from '../../src/app/ports/tools.ts';
import { CRITERION_IDS, FIELD_KEYS } from '../../src/core/policy.ts';
import { readPolicyDocument } from '../../src/redis/policy-documents.ts';
import { eventually, until } from '../support/eventually.ts';
import { hasRedisServer } from '../support/redis-server.ts';
import type { OldState } from './old-state.ts';
import { registryOf, renewTokens, standAgain } from './old-state.ts';

/** From the first version on. */
const VERSIONS = ['1-gate', '2-client', '3-portals', '4-pages'] as const;
const HOUR_MS = 3_600_000;
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
      const { about, lines } = await begin();
      expect(about.tickets[0].map(({ id }) => stageOf({ entityTypeId: 2, id }))).toEqual(
        about.tickets[0].map(({ stageId }) => stageId),
      );
      await withTools(
        async ({ portalId, policies, policyArchive, journal, archive, massClosings }) => {
          const [policy, ...others] = await policies.list(portalId);
          const written: unknown = JSON.parse(stored('cg:{webhook}:policies').get('2:5') ?? '');
          expect(others).toEqual([]);
          expect(policy).toMatchObject(Object(written));
          expect(Object.keys(policy?.fields ?? {}).toSorted()).toEqual([...FIELD_KEYS].toSorted());
          expect(policy?.criteria.every(({ id }) => CRITERION_IDS.includes(id))).toBe(true);
          expect(await policyArchive.find(portalId, PIPELINE, 1)).toMatchObject({ policy });
          // What was exported then is imported now.
          expect(readPolicyDocument(written)).toMatchObject({
            ok: true,
            policy: { fields: policy?.fields },
          });

          const stream = lines.find(({ key }) => key === 'cg:{webhook}:journal');
          const entries = await journal.latest(portalId, 1000);
          expect(entries).toHaveLength(stream?.value.length ?? -1);
          expect(entries.map(({ kind }) => kind)).toEqual(
            expect.arrayContaining(['policy-saved', 'returned', 'closed']),
          );
          const own = await journal.ofTicket(portalId, about.premature, 10);
          expect(own.map(({ kind }) => kind)).toContain('returned');
          expect(await archive.verify(portalId)).toMatchObject({ intact: true });
          expect(await massClosings.find(portalId, 'none')).toBeNull();
        },
      );
    });

    it('is worked on with: what was closed meanwhile comes back, what was told is not told again', async () => {
      const { about, log } = await begin();
      const before = about.tickets[0].map(({ id }) => told({ entityTypeId: 2, id }));
      service = await state().start();
      await until(() => stageOf(about.unseen) === 'C5:PREPARATION');
      await withTools(async ({ portalId, archive, journal }) => {
        const lines = await eventually(
          'the return to be written down',
          () => journal.ofTicket(portalId, about.unseen, 10),
          (seen) => seen.some(({ kind }) => kind === 'returned'),
        );
        expect(lines.filter(({ kind }) => kind === 'returned')).toHaveLength(1);
        expect(await archive.verify(portalId)).toMatchObject({ intact: true });
      });
      expect(stageOf(about.confirmed)).toBe('C5:WON');
      expect(about.tickets[0].map(({ id }) => told({ entityTypeId: 2, id })).slice(0, 4)).toEqual(
        before.slice(0, 4),
      );
      const complaints = log.lines.filter(({ level }) => level === 'error');
      expect(complaints).toEqual([]);
    });

    it('has its clients asked and reminded once', async () => {
      const { about, hooked } = await begin();
      service = await state().start();
      if (name === '1-gate') {
        // That version sent what lacked its client's word back; now the client is asked.
        hooked.control.moveTicket(about.waiting, 'C5:WON', 2);
        await until(() => told(about.waiting).some((text) => text.includes('/c/')));
      } else {
        const page = await fetch(`http://127.0.0.1:${service.port}${about.link}`);
        expect(page.status).toBe(200);
      }
      const asked = told(about.waiting);
      await until(
        () => about.later === undefined || told(about.later).some((one) => one.includes('/c/')),
      );
      await state().later(service, 26 * HOUR_MS);
      await until(() => told(about.waiting).length > asked.length);
      await state().later(service, HOUR_MS);
      await until(async () => (await state().client.llen('{cgq}:timers:active')) === 0);
      expect(told(about.waiting)).toEqual([...asked, expect.stringContaining('/c/')]);
      for (const { id } of about.tickets[0]) {
        const texts = told({ entityTypeId: 2, id });
        expect(new Set(texts).size).toBe(texts.length);
      }
    });
  },
);

const INSTALLED = ['3-portals', '4-pages'] as const;
describe.each(INSTALLED)('an installed portal of version %s', (name) => {
  it('is read, keys and all, and its closings come back', async () => {
    const old = await standAgain(name);
    const { installed, about } = old;
    const portalId = about.installed?.portalId ?? '';
    const registry = registryOf(old);
    expect(await registry.find(portalId)).toMatchObject({ state: 'active', installerId: 1 });
    expect((await registry.find(portalId))?.applicationToken).toMatch(/^\w{20,}$/);
    expect(await registry.tokens(portalId, 'installer')).toMatchObject({ userId: 1 });

    await renewTokens(old);
    const service = await old.start();
    const unseen = about.installed?.unseen ?? { entityTypeId: 2, id: 0 };
    await until(() => installed?.control.ticket(unseen).stageId === 'C5:PREPARATION');
    await service.close(2000);
    await old.close();
  });
});
