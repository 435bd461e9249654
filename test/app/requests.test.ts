/** What the portal is not asked: a large desk's every ticket has its price in requests. */
import { expect, test } from '@jest/globals';
import type { ClientScene } from '../support/a-client-side.ts';
import { aClientScene } from '../support/a-client-side.ts';
import { instant } from '../support/a-working-time.ts';

const TUESDAY = instant('2026-03-10 11:00');

/** Counts the calls from here on. */
function counted({ tickets }: ClientScene, method: 'listMoved' | 'loadFacts'): () => number {
  let calls = 0;
  const own: (...args: never[]) => unknown = tickets[method].bind(tickets);
  Object.assign(tickets, {
    [method]: (...args: never[]) => {
      calls += 1;
      return own(...args);
    },
  });
  return () => calls;
}

test('a sweep reads no facts of a ticket that only came to wait for its client', async () => {
  const scene = aClientScene({}, TUESDAY);
  scene.put();
  const read = counted(scene, 'loadFacts');
  await scene.sweep();
  expect((await scene.timers.list()).map(({ kind }) => kind)).toContain('send-request');
  expect(read()).toBe(0);
});

test('activities among which is no letter of a client cost no list of tickets', async () => {
  const scene = aClientScene({}, TUESDAY);
  scene.put();
  await scene.sweep();
  await scene.until(TUESDAY);
  const listed = counted(scene, 'listMoved');
  await scene.sweep();
  const without = listed();
  scene.state.inbox.set('activity:1', 1);
  await scene.sweep();
  expect(listed() - without).toBe(without);
  scene.writes('Снова не открывается дверь');
  scene.state.inbox.set('activity:1', 1);
  await scene.sweep();
  expect(listed()).toBeGreaterThan(3 * without);
});
