import { expect, test } from '@jest/globals';
import { THIS_TRY } from '../../src/app/ports/client.ts';
import { unsentLetters } from '../../src/app/unsent-letters.ts';
import { aGate, PORTAL } from '../support/a-gate.ts';

test('a refused letter is remembered for its own claim, and by its number for every later one', async () => {
  const { deps } = aGate();
  const first = unsentLetters(PORTAL, 'request', 1000, deps);
  await first.note([THIS_TRY, 'activity:15']);

  const known = ['activity:15', 'activity:16', THIS_TRY];
  expect([...(await unsentLetters(PORTAL, 'request', 1000, deps).known(known))].toSorted()).toEqual(
    ['activity:15', THIS_TRY],
  );
  for (const other of [
    unsentLetters(PORTAL, 'request', 2000, deps),
    unsentLetters(PORTAL, 'reminder', 1000, deps),
  ]) {
    expect([...(await other.known(known))]).toEqual(['activity:15']);
  }
});
