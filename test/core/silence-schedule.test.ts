import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { silenceSchedule } from '../../src/core/silence-schedule.ts';
import { addWorkingDays } from '../../src/core/working-time.ts';
import { aWorkingTime, instant, wallClock } from '../support/a-working-time.ts';

const ONE_AND_ONE = { firstWaitDays: 1, secondWaitDays: 1 };
const time = aWorkingTime();

function schedule(
  delivered: string,
  reminded: string | null = null,
  waits = ONE_AND_ONE,
): readonly (string | null)[] {
  const result = silenceSchedule(
    {
      deliveredAt: instant(delivered),
      remindedAt: reminded === null ? null : instant(reminded),
    },
    waits,
    time,
  );
  return [wallClock(result?.remindAt ?? null), wallClock(result?.closeAt ?? null)];
}

describe('silenceSchedule', () => {
  test('a request on Friday 17:30 is repeated on Monday and closes on Tuesday, both at 17:30', () => {
    expect(schedule('2026-11-20 17:30')).toEqual([
      'Mon 2026-11-23 17:30:00',
      'Tue 2026-11-24 17:30:00',
    ]);
  });

  test('two and two days', () => {
    expect(schedule('2026-11-20 17:30', null, { firstWaitDays: 2, secondWaitDays: 2 })).toEqual([
      'Tue 2026-11-24 17:30:00',
      'Thu 2026-11-26 17:30:00',
    ]);
  });

  test('a request delivered on Saturday waits as one delivered on Monday morning', () => {
    expect(schedule('2026-11-21 03:00')).toEqual([
      'Tue 2026-11-24 09:00:00',
      'Wed 2026-11-25 09:00:00',
    ]);
  });

  test('a late repeat request moves the closing, not itself', () => {
    expect(schedule('2026-11-20 17:30', '2026-11-25 11:00')).toEqual([
      'Mon 2026-11-23 17:30:00',
      'Thu 2026-11-26 11:00:00',
    ]);
  });

  test('a repeat request of an earlier round is none', () => {
    expect(schedule('2026-11-20 17:30', '2026-11-18 11:00')).toEqual([
      'Mon 2026-11-23 17:30:00',
      'Tue 2026-11-24 17:30:00',
    ]);
  });

  test.each([
    ['no working day at all', []],
    ['no working day after the repeat request', ['2026-11-20', '2026-11-23']],
  ])('has no answer with %s', (_what, workDays) => {
    const idle = aWorkingTime({ weekDaysOff: [1, 2, 3, 4, 5, 6, 7], workDays });
    const request = { deliveredAt: instant('2026-11-20 12:00'), remindedAt: null };
    expect(silenceSchedule(request, ONE_AND_ONE, idle)).toBeNull();
  });
});

describe('special-no-confirmation: a pause', () => {
  const held = (heldUntil: string, reminded: string | null = null): readonly (string | null)[] => {
    const result = silenceSchedule(
      {
        deliveredAt: instant('2026-11-20 17:30'),
        remindedAt: reminded === null ? null : instant(reminded),
        heldUntil: instant(heldUntil),
      },
      ONE_AND_ONE,
      time,
    );
    return [wallClock(result?.remindAt ?? null), wallClock(result?.closeAt ?? null)];
  };

  test('that ends before the repeat request is due moves nothing', () => {
    expect(held('2026-11-23 12:00')).toEqual([
      'Mon 2026-11-23 17:30:00',
      'Tue 2026-11-24 17:30:00',
    ]);
  });

  test('that outlasts the first wait lets the repeat request out at its end, in working hours', () => {
    expect(held('2026-11-25 11:00')).toEqual([
      'Wed 2026-11-25 11:00:00',
      'Thu 2026-11-26 11:00:00',
    ]);
    expect(held('2026-11-28 11:00')).toEqual([
      'Mon 2026-11-30 09:00:00',
      'Tue 2026-12-01 09:00:00',
    ]);
  });

  test('begun after the repeat request gives a full second wait from its end', () => {
    expect(held('2026-11-27 12:00', '2026-11-23 17:30')[1]).toBe('Mon 2026-11-30 12:00:00');
  });

  test('never lets the closing come sooner than a full wait after both the reminder and its end', () => {
    const start = instant('2026-11-20 17:30');
    const minutes = fc.integer({ min: 0, max: 40 * 24 * 60 });
    const option = fc.option(minutes, { nil: null });
    const waits = fc.record({
      firstWaitDays: fc.integer({ min: 1, max: 2 }),
      secondWaitDays: fc.integer({ min: 1, max: 2 }),
    });
    fc.assert(
      fc.property(option, option, waits, (reminder, hold, days) => {
        const at = (after: number | null) => (after === null ? null : start + after * 60_000);
        const [remindedAt, heldUntil] = [at(reminder), at(hold)];
        const result = silenceSchedule({ deliveredAt: start, remindedAt, heldUntil }, days, time);
        const from = Math.max(remindedAt ?? result?.remindAt ?? 0, heldUntil ?? 0);
        expect(result?.closeAt).toBe(addWorkingDays(from, days.secondWaitDays, time));
        expect(result?.remindAt).toBeGreaterThanOrEqual(heldUntil ?? 0);
      }),
    );
  });
});
