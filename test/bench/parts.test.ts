/** Which parts of the benchmark may run beside each other. */
import { expect, test } from '@jest/globals';
import { PARTS } from './parts.ts';

test('only parts that wait for the portal’s limits share the machine; the day, whose clock waits for the machine, does not', () => {
  expect(PARTS.filter(({ waits }) => waits).map(({ name }) => name)).toEqual([
    'storm-large',
    'cards',
  ]);
});
