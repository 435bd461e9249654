import { describe, expect, test } from '@jest/globals';
import { weeklyOverrides } from '../../src/app/weekly-overrides.ts';
import type { ClosingPolicy } from '../../src/core/policy.ts';
import { PORTAL } from '../support/a-gate.ts';
import type { ClientScene } from '../support/a-client-side.ts';
import { aClientScene, TICKET } from '../support/a-client-side.ts';
import { aPolicy } from '../support/a-policy.ts';
import { aConversation } from '../support/a-ticket.ts';
import { instant } from '../support/a-working-time.ts';

const WEDNESDAY = instant('2026-03-11 15:00');
const MONDAY = instant('2026-03-16 09:00');
const REASON = 'Клиент уехал, решение проверили с его коллегой';

/** An overrider closed a ticket without its solution. */
async function overridden(
  policy: Partial<ClosingPolicy> = {},
  at = WEDNESDAY,
): Promise<ClientScene> {
  const scene = aClientScene({ overriders: [11], leads: [1, 4], ...policy }, at);
  scene.put({
    stageId: 'C5:WON',
    conversation: aConversation(null, at - 60_000),
    record: { confirmation: 'confirmed', solution: '', exceptionReason: REASON },
  });
  await scene.sweep();
  expect(scene.journal.kinds()).toContain('overridden');
  scene.tickets.notices = [];
  return scene;
}

async function looks(scene: ClientScene, at: number): Promise<readonly number[]> {
  scene.now = at;
  await weeklyOverrides(PORTAL, scene.deps);
  return scene.tickets.notices.map(({ userId }) => userId);
}

describe('FAQ 1 · the weekly list of overrides', () => {
  test('reaches each lead on Monday morning, with who, which ticket, which criteria and why', async () => {
    const scene = await overridden();
    const said: [string, unknown][] = [];
    const deps = {
      ...scene.deps,
      say: (_language: string, key: string, params: object = {}) => {
        said.push([key, params]);
        return key;
      },
    };
    scene.now = MONDAY;
    await weeklyOverrides(PORTAL, deps);

    expect(scene.tickets.notices.map(({ userId }) => userId)).toEqual([1, 4]);
    expect(said.find(([key]) => key === 'overrides.line')?.[1]).toMatchObject({
      id: TICKET.id,
      link: scene.tickets.ticketLink(TICKET),
      who: 'Игорь Смирнов',
      gaps: 'criterion.solution-documented',
      text: REASON,
    });
  });

  test('is sent once a week, and by one process', async () => {
    const scene = await overridden();
    expect(await looks(scene, MONDAY)).toEqual([1, 4]);

    scene.tickets.notices = [];
    expect(await looks(scene, MONDAY + 60_000)).toEqual([]);
    expect(await looks(scene, instant('2026-03-23 09:00'))).toEqual([]);
  });

  test('leaves it to the process that is at it', async () => {
    const scene = await overridden();
    scene.lock.held.add(`overrides:${PORTAL}`);
    expect(await looks(scene, MONDAY)).toEqual([]);
  });

  test('waits for the first working moment of the week', async () => {
    const scene = await overridden();

    expect(await looks(scene, instant('2026-03-15 23:00'))).toEqual([]);
    expect(await looks(scene, instant('2026-03-16 08:59'))).toEqual([]);
    expect(await looks(scene, instant('2026-03-16 09:00'))).toEqual([1, 4]);
  });

  test('comes later in the week when the service was away on Monday', async () => {
    expect(await looks(await overridden(), instant('2026-03-19 11:00'))).toEqual([1, 4]);
  });

  test('is not sent about a week without overrides, nor about this one', async () => {
    const scene = await overridden({}, instant('2026-03-16 08:00'));
    expect(await looks(scene, MONDAY)).toEqual([]);
    expect(await looks(scene, instant('2026-03-23 09:00'))).toEqual([1, 4]);
  });

  test('tells a lead of the pipelines that are theirs alone', async () => {
    const scene = await overridden();
    const pipeline = { entityTypeId: 2, categoryId: 9 };
    scene.policies.saved.push(aPolicy({ pipeline, leads: [7] }));

    expect(await looks(scene, MONDAY)).toEqual([1, 4]);
  });
});
