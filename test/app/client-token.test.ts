import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { linkExpiry } from '../../src/app/client-token.ts';

const DAY = 24 * 60 * 60_000;
const instants = fc.integer({ min: Date.UTC(2025, 0, 1), max: Date.UTC(2027, 0, 1) });

describe('step-2: the end of a link', () => {
  test('never changes between a claim and the search for its message, whatever day they fall on', () => {
    const soon = fc.integer({ min: 0, max: 30 * DAY - 1 });
    fc.assert(
      fc.property(instants, soon, soon, (since, claimed, searched) => {
        expect(linkExpiry(since, since + claimed)).toBe(linkExpiry(since, since + searched));
      }),
    );
  });

  test('lies 60 to 90 days ahead, also for a message that waited long', () => {
    fc.assert(
      fc.property(instants, fc.integer({ min: 0, max: 400 * DAY }), (since, waited) => {
        const left = linkExpiry(since, since + waited) - (since + waited);
        expect(left).toBeGreaterThan(60 * DAY - 1);
        expect(left).toBeLessThanOrEqual(90 * DAY);
      }),
    );
  });

  test('does not come sooner where the clocks differ and the message seems older than its ticket', () => {
    expect(linkExpiry(10 * DAY, 9 * DAY)).toBe(100 * DAY);
  });
});
