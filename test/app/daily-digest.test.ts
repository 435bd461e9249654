import { describe, expect, test } from '@jest/globals';
import { dailyDigest } from '../../src/app/daily-digest.ts';
import { holdTicket } from '../../src/app/hold-ticket.ts';
import { aPolicy } from '../support/a-policy.ts';
import { aClientScene, TICKET } from '../support/a-client-side.ts';
import type { ClientScene } from '../support/a-client-side.ts';
import { PORTAL } from '../support/a-gate.ts';
import { instant, wallClock } from '../support/a-working-time.ts';

/** Monday. */
const ASKED = instant('2026-03-09 15:00');
const MORNING = instant('2026-03-10 09:00');

async function asked(scene = aClientScene({}, ASKED)): Promise<ClientScene> {
  scene.put();
  await scene.sweep();
  await scene.until(scene.now);
  return scene;
}

async function digestsAt(scene: ClientScene, at: number): Promise<readonly string[]> {
  await scene.until(at);
  await dailyDigest(PORTAL, scene.deps);
  return scene.tickets.notices
    .filter(({ tag }) => tag.includes('|digest|'))
    .map(({ text }) => text);
}

describe('the morning message of the leads', () => {
  test('comes at the first working moment, once a day, and names what closes tomorrow', async () => {
    const scene = await asked();
    expect(await digestsAt(scene, MORNING - 1)).toEqual([]);

    const [text = ''] = await digestsAt(scene, MORNING);
    expect(text).toContain('digest 10.03.2026');
    expect(text).toContain('lists.title.close-tomorrow 1: 759');
    expect(text).toContain('https://gate.test/h/2:759-1');

    scene.tickets.notices = [];
    expect(await digestsAt(scene, MORNING + 3600_000)).toEqual([]);
    expect(await digestsAt(scene, instant('2026-03-11 09:00'))).toHaveLength(1);
  });

  test('comes later the same day after an outage, and not the next night', async () => {
    const late = await asked();
    expect(await digestsAt(late, instant('2026-03-10 16:40'))).toHaveLength(1);

    const over = await asked();
    expect(await digestsAt(over, instant('2026-03-10 18:00'))).toEqual([]);
  });

  test('comes once when two processes look at the same time', async () => {
    const scene = await asked();
    await scene.until(MORNING);
    const notify = scene.tickets.notify.bind(scene.tickets);
    let sent = 0;
    scene.tickets.notify = async (notices) => {
      sent += notices.length;
      await notify(notices);
    };
    await Promise.all([dailyDigest(PORTAL, scene.deps), dailyDigest(PORTAL, scene.deps)]);
    expect(sent).toBe(1);
  });

  test('is not written when every list is empty, and a ticket that comes later waits for the next', async () => {
    const scene = aClientScene({}, MORNING);
    expect(await digestsAt(scene, MORNING)).toEqual([]);
    await asked(scene);
    expect(await digestsAt(scene, MORNING + 3600_000)).toEqual([]);
  });

  test('is not written where the setting is off, on days off, and to nobody', async () => {
    for (const policy of [{ digest: false }, { daysOff: ['2026-03-10'] }, { leads: [] }]) {
      const scene = await asked(aClientScene(policy, ASKED));
      expect(await digestsAt(scene, MORNING + 3600_000)).toEqual([]);
    }
  });

  test('is one for a lead of two pipelines, and each lead reads of own pipelines only', async () => {
    const scene = await asked();
    const other = { entityTypeId: 2, categoryId: 9 };
    scene.policies.saved.push(aPolicy({ cutoff: 0, pipeline: other, stages: {}, leads: [1, 2] }));
    expect(await digestsAt(scene, MORNING)).toHaveLength(1);
    expect(scene.tickets.notices.map(({ userId }) => userId)).not.toContain(2);
  });
});

describe('a pause set from outside the portal', () => {
  const until = '2026-03-12 10:00';
  const hold = (scene: ClientScene, cycle: number | null = null) =>
    holdTicket(
      PORTAL,
      { ref: TICKET, cycle },
      { kind: 'hold', reason: ' Клиент  в отпуске ', until },
      scene.deps,
    );

  test('stands on the ticket and its timeline, and keeps silence from closing it', async () => {
    const scene = await asked();
    expect(await hold(scene)).toMatchObject({
      kind: 'held',
      untilText: '12.03.2026 10:00 (UTC+3)',
    });
    expect(scene.record()).toMatchObject({
      holdUntil: instant(until),
      holdReason: 'Клиент в отпуске',
    });
    expect(scene.said()).toContain('client.hold-set | Клиент в отпуске');
    expect(scene.timers.dueAt('hold-end')).toBe(instant(until));

    await scene.until(instant(until) - 1);
    expect(scene.channels.sent).toHaveLength(1);
    await scene.until(instant(until));
    expect(scene.channels.sent).toHaveLength(2);
  });

  test('is taken back: the last wait is counted from then, without waiting for the reconcile', async () => {
    const scene = await asked();
    await scene.until(instant('2026-03-10 16:00'));
    await hold(scene);
    await scene.until(instant('2026-03-11 11:00'));
    const off = () => holdTicket(PORTAL, { ref: TICKET, cycle: 1 }, { kind: 'off' }, scene.deps);
    expect(await off()).toEqual({ kind: 'ended' });
    expect(scene.record()).toMatchObject({ holdUntil: scene.now, holdReason: '' });
    await scene.until(scene.now);
    expect(wallClock(scene.timers.dueAt('close'))).toBe('Thu 2026-03-12 11:00:00');
    scene.now += 60_000;
    expect(await off()).toEqual({ kind: 'not-held' });
  });

  test('is refused with every reason, and nothing is written', async () => {
    const scene = await asked();
    const written = scene.writer.changes.length;
    const target = { ref: TICKET, cycle: null };
    const bad = { kind: 'hold', reason: 'ок', until: '2026-03-01' } as const;
    expect(await holdTicket(PORTAL, target, bad, scene.deps)).toEqual({
      kind: 'refused',
      problems: ['reason-short', 'until-past'],
    });
    expect(await hold(scene, 2)).toEqual({ kind: 'superseded' });
    expect(scene.writer.changes).toHaveLength(written);
    scene.writer.refusing = 'denied';
    expect(await hold(scene)).toEqual({ kind: 'not-written' });
  });

  test('is not set on a closed or an unknown ticket', async () => {
    const scene = aClientScene({}, ASKED);
    expect(await hold(scene)).toEqual({ kind: 'unknown' });
    scene.put({ stageId: 'C5:WON' });
    expect(await hold(scene)).toEqual({ kind: 'closed' });
  });
});
