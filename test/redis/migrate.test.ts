import { describe, expect, it } from '@jest/globals';
import type { Shape } from '../../src/redis/migrate.ts';
import { migrate } from '../../src/redis/migrate.ts';
import { halfRead, wholeEntry } from '../../src/redis/journal-codec.ts';
import { POLICY_SHAPE } from '../../src/redis/stored-policy.ts';
import { aJournalEntry } from '../support/a-journal-entry.ts';

/** Waits in days became waits in hours, then a list. */
const WAITS: Shape = {
  mark: 'schema',
  current: 3,
  steps: {
    1: ({ days, ...rest }) => ({ ...rest, hours: Number(days) * 24 }),
    2: ({ hours, ...rest }) => ({ ...rest, waits: [hours] }),
  },
};

describe('a stored document', () => {
  it('comes through each step to the present shape', () => {
    const document = { schema: 3, name: 'one', waits: [48] };

    expect(migrate({ schema: 1, name: 'one', days: 2 }, WAITS)).toEqual({
      kind: 'current',
      document,
    });
    expect(migrate({ schema: 2, name: 'one', hours: 48 }, WAITS)).toEqual({
      kind: 'current',
      document,
    });
    expect(migrate(document, WAITS)).toEqual({ kind: 'current', document });
  });

  it('is left as it was', () => {
    const document = Object.freeze({ schema: 1, days: 2 });
    migrate(document, WAITS);

    expect(document).toEqual({ schema: 1, days: 2 });
  });

  it('of a newer shape is told apart from one that cannot be understood', () => {
    expect(migrate({ schema: 4 }, WAITS)).toEqual({ kind: 'newer' });
    for (const value of [null, [], 'text', {}, { schema: '2' }, { schema: 0 }, { schema: 1.5 }])
      expect(migrate(value, WAITS)).toEqual({ kind: 'unknown' });
  });
});

it('policies have a step from each of their shapes', () => {
  const { current, steps } = POLICY_SHAPE;
  const older = Array.from({ length: current - 1 }, (_, at) => String(at + 1));

  expect(Object.keys(steps)).toEqual(older);
});

it.each([
  [1, 'returned'],
  [undefined, 'returned'],
  [2, undefined],
])('a journal line of format %s is read as %s', (format, kind) => {
  const { ref: _ref, ...entry } = aJournalEntry();
  const half = halfRead(JSON.stringify({ ...entry, ...(format === undefined ? {} : { format }) }));

  expect(half && wholeEntry(half, null, null)?.kind).toBe(kind);
});
