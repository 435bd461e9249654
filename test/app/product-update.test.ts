import { describe, expect, test } from '@jest/globals';
import {
  releaseProduct,
  ticketsOfRelease,
  waitingForRelease,
} from '../../src/app/release-product.ts';
import type { TicketRecord } from '../../src/core/ticket.ts';
import { PORTAL } from '../support/a-gate.ts';
import type { ClientScene } from '../support/a-client-side.ts';
import { aClientScene, TICKET } from '../support/a-client-side.ts';
import { aConversation } from '../support/a-ticket.ts';
import { instant } from '../support/a-working-time.ts';

const TUESDAY = instant('2026-03-10 11:00');
const TALKED = aConversation(null, TUESDAY - 60_000);
const DAY = 24 * 60 * 60_000;
const WAITS: Partial<TicketRecord> = {
  outcome: 'product-update',
  productVersion: 'PASS24 v4.12',
  confirmation: null,
};

const sent = (scene: ClientScene) => scene.channels.sent.map(({ plain }) => plain.split(' ru')[0]);
const released = (scene: ClientScene) =>
  scene.journal.lines.filter(({ kind }) => kind === 'released');

async function waiting(record: Partial<TicketRecord> = {}, now = TUESDAY): Promise<ClientScene> {
  const scene = aClientScene({}, now);
  scene.put({ record: { ...WAITS, ...record } });
  await scene.sweep();
  await scene.until(scene.now);
  return scene;
}

const RELEASE = { version: 'pass24  4.12', instruction: 'Нажмите «Обновить»', pipeline: null };

async function release(scene: ClientScene, change: Partial<typeof RELEASE> = {}) {
  const order = { ...RELEASE, ...change };
  const tickets = await ticketsOfRelease(PORTAL, order, scene.deps);
  return releaseProduct(PORTAL, { release: order, tickets }, scene.deps);
}

describe('special-product-update: a ticket whose release is not out', () => {
  test('tells its client once that we write when it is out, asks nothing and starts no countdown', async () => {
    const scene = await waiting();
    await scene.reconcile();
    await scene.until(TUESDAY + 9 * DAY);
    await scene.reconcile();
    await scene.until(TUESDAY + 9 * DAY);

    expect(sent(scene)).toEqual(['update-pending']);
    expect(scene.record()).toMatchObject({ confirmation: null, askedAt: null });
    expect(scene.stageId()).toBe('C5:CHECK');
    expect(scene.timers.kinds()).toEqual([]);
    expect(scene.said()).toEqual(['client.update-pending']);
    const messages = scene.journal.lines.filter(({ kind }) => kind === 'client-message');
    expect(messages.map(({ detail }) => detail['kind'])).toEqual(['update-pending']);
  });

  test('is told again neither after an agent dragged it out and in, nor after the store was emptied', async () => {
    const scene = await waiting();
    scene.now += 60 * 60_000;
    await scene.drag('C5:EXECUTING');
    await scene.drag('C5:CHECK');
    await scene.until(scene.now);
    expect(sent(scene)).toEqual(['update-pending']);

    scene.now += 10 * 60_000;
    scene.flush();
    await scene.reconcile();
    await scene.until(scene.now + 60_000);
    expect(sent(scene)).toEqual(['update-pending']);
  });

  test('waits for working hours', async () => {
    const scene = await waiting({}, instant('2026-03-14 12:00'));
    expect(sent(scene)).toEqual([]);

    await scene.until(instant('2026-03-16 09:00'));
    expect(sent(scene)).toEqual(['update-pending']);
  });

  test('without its version is told nevertheless, and the agent is asked for product and version', async () => {
    const scene = await waiting({ productVersion: ' ' });

    expect(sent(scene)).toEqual(['update-pending']);
    expect(scene.said()).toContain('client.no-product-version');
  });

  test('that reaches nobody is tried again the next working day', async () => {
    const scene = aClientScene({}, TUESDAY);
    scene.channels.reach = [];
    scene.put({ record: WAITS });
    await scene.sweep();
    await scene.until(TUESDAY);
    expect(scene.said()).toContain('client.update-undelivered');

    scene.channels.reach = ['email'];
    await scene.until(TUESDAY + DAY);
    expect(sent(scene)).toEqual(['update-pending']);
  });

  test('is asked when an agent fills the instruction in by hand', async () => {
    const scene = await waiting();
    scene.edit({ productInstruction: 'Скачайте с сайта' });
    await scene.reconcile();
    await scene.until(scene.now);

    expect(sent(scene)).toEqual(['update-pending', 'request']);
    expect(scene.record().confirmation).toBe('asked');
  });
});

describe('special-product-update: a ticket whose release is out', () => {
  const OUT: Partial<TicketRecord> = { productInstruction: 'Нажмите «Обновить»' };

  test('is asked to update and confirm, reminded once, and never closed on silence', async () => {
    const scene = await waiting(OUT);
    await scene.until(TUESDAY + 30 * DAY);
    await scene.reconcile();
    await scene.until(TUESDAY + 31 * DAY);

    expect(sent(scene)).toEqual([
      expect.stringMatching(/^request/),
      expect.stringMatching(/^reminder/),
    ]);
    expect(scene.stageId()).toBe('C5:CHECK');
    expect(scene.said().filter((text) => text.startsWith('client.silence-blocked'))).toEqual([
      'client.silence-blocked | silence.product-update',
    ]);
  });

  test('promises its client no closing on silence', async () => {
    const scene = await waiting(OUT);

    expect(scene.channels.sent[0]?.plain).not.toContain('UTC');
    expect(scene.cases.entries.get('2:759')?.answerUntil).toBeNull();
    await scene.reconcile();
    expect(scene.cases.entries.get('2:759')?.answerUntil).toBeNull();
  });

  test('closes with its own outcome when the client says that it is solved', async () => {
    const scene = await waiting(OUT);
    await scene.answer({ answer: 'solved' });

    expect(scene.stageId()).toBe('C5:UPDATED');
    expect(scene.record()).toMatchObject({
      outcome: 'product-update',
      closeReason: 'solved-by-update',
      confirmation: 'confirmed',
    });
    await scene.until(TUESDAY + DAY);
    expect(sent(scene).at(-1)).toMatch(/^notice product-update/);
  });

  test('closed by an agent before the client confirmed goes where the client is asked', async () => {
    const scene = aClientScene({}, TUESDAY);
    scene.put({ stageId: 'C5:WON', conversation: TALKED, record: { ...WAITS, ...OUT } });
    await scene.sweep();
    await scene.until(TUESDAY);

    expect(scene.stageId()).toBe('C5:CHECK');
    expect(scene.said()).toContain('returned: confirmation-will-be-asked');
    expect(sent(scene)).toEqual(['request']);
  });

  test('closed by an agent without the instruction comes back with what is missing', async () => {
    const scene = aClientScene({}, TUESDAY);
    const record = { ...WAITS, productVersion: '' };
    scene.put({ stageId: 'C5:WON', conversation: TALKED, record });
    await scene.sweep();

    expect(scene.stageId()).toBe('C5:EXECUTING');
    expect(scene.said()).toEqual([
      'returned: product-version-missing, product-instruction-missing, product-update-unconfirmed',
    ]);
  });
});

describe('released', () => {
  test('the list groups waiting tickets by version, whatever its spelling', async () => {
    const scene = await waiting();
    scene.put({
      ref: { entityTypeId: 2, id: 2 },
      record: { ...WAITS, productVersion: 'Pass24 4.12 ' },
    });
    scene.put({ ref: { entityTypeId: 2, id: 3 }, record: { ...WAITS, productVersion: '' } });
    scene.put({ ref: { entityTypeId: 2, id: 4 }, record: { outcome: null, confirmation: null } });

    const versions = await waitingForRelease(PORTAL, null, scene.deps);
    expect(
      versions.map(({ version, tickets }) => [version, tickets.map(({ ref }) => ref.id)]),
    ).toEqual([
      ['PASS24 v4.12', [759, 2]],
      ['', [3]],
    ]);
    const elsewhere = { entityTypeId: 2, categoryId: 9 };
    expect(await waitingForRelease(PORTAL, elsewhere, scene.deps)).toEqual([]);
  });

  test('writes the instruction to each ticket of the version and asks its client', async () => {
    const scene = await waiting();
    scene.put({ ref: { entityTypeId: 2, id: 2 }, record: { ...WAITS, productVersion: '4.13' } });

    expect(await release(scene)).toMatchObject([{ ref: TICKET, fate: 'sent' }]);
    expect(scene.record()).toMatchObject({
      productInstruction: 'Нажмите «Обновить»',
      confirmation: 'asked',
    });
    expect(sent(scene)).toEqual(['update-pending', expect.stringMatching(/^request/)]);
    expect(released(scene)).toMatchObject([{ ref: TICKET, detail: { reference: 'pass24 4.12' } }]);
  });

  test('a second time asks nobody', async () => {
    const scene = await waiting();
    await release(scene);

    expect(await release(scene)).toEqual([]);
    expect(sent(scene)).toHaveLength(2);
  });

  test('broken off after the instruction was written asks when it is run again, once', async () => {
    const scene = await waiting();
    scene.channels.dieAt = 'after-send';
    expect(await release(scene)).toMatchObject([{ fate: 'fault' }]);

    expect(await release(scene)).toMatchObject([{ fate: 'sent' }]);
    expect(sent(scene).filter((text) => text?.startsWith('request'))).toHaveLength(1);
  });

  test('outside working hours puts the question off; the service asks it', async () => {
    const scene = await waiting({}, instant('2026-03-13 17:00'));
    scene.now = instant('2026-03-14 12:00');

    expect(await release(scene)).toMatchObject([{ fate: 'outside-hours' }]);
    await scene.until(instant('2026-03-16 09:00'));
    expect(sent(scene)).toEqual(['update-pending', expect.stringMatching(/^request/)]);
  });

  test('leaves a ticket that somebody works on for the next run', async () => {
    const scene = await waiting();
    scene.lock.held.add('p1:ticket:2:759');
    expect(await release(scene)).toMatchObject([{ fate: 'busy' }]);

    scene.lock.held.clear();
    expect(await release(scene)).toMatchObject([{ fate: 'sent' }]);
  });

  test('tells of a ticket whose instruction the portal refuses, and asks nobody', async () => {
    const scene = await waiting();
    scene.writer.refusing = 'denied';

    expect(await release(scene)).toMatchObject([{ fate: 'refused' }]);
    expect(sent(scene)).toEqual(['update-pending']);
  });

  test('touches nothing of a pipeline that is only observed', async () => {
    const scene = aClientScene({ mode: 'observe' }, TUESDAY);
    scene.put({ record: WAITS, conversation: aConversation(null, null) });

    expect(await release(scene)).toEqual([]);
    expect(scene.writer.changes).toEqual([]);
  });
});
