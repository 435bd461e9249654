import { describe, expect, test } from '@jest/globals';
import { silenceSchedule } from '../../src/core/silence-schedule.ts';
import { waitExamples } from '../../src/core/wait-example.ts';
import { aWorkingTime, instant, wallClock } from '../support/a-working-time.ts';

const WAITS = { firstWaitDays: 1, secondWaitDays: 1 };
const TIME = { time: aWorkingTime(), timeZone: 'Europe/Moscow' };

describe('example dates of the waits', () => {
  test('are what the real timers would be set to', () => {
    const now = instant('2026-11-18 14:20');
    const { now: shown } = waitExamples(now, WAITS, TIME) ?? {};
    const real = silenceSchedule({ deliveredAt: now, remindedAt: null }, WAITS, TIME.time);

    expect(shown).toEqual({ askedAt: now, sentAt: now, ...real });
    expect(wallClock(shown?.remindAt ?? null)).toBe('Thu 2026-11-19 14:20:00');
    expect(wallClock(shown?.closeAt ?? null)).toBe('Fri 2026-11-20 14:20:00');
  });

  test('of a request on Friday evening begin on Monday morning', () => {
    const { friday } = waitExamples(instant('2026-11-18 14:20'), WAITS, TIME) ?? {};

    expect(wallClock(friday?.askedAt ?? null)).toBe('Fri 2026-11-20 18:30:00');
    expect(wallClock(friday?.sentAt ?? null)).toBe('Mon 2026-11-23 09:00:00');
    expect(wallClock(friday?.remindAt ?? null)).toBe('Tue 2026-11-24 09:00:00');
    expect(wallClock(friday?.closeAt ?? null)).toBe('Wed 2026-11-25 09:00:00');
  });

  test.each([
    ['2026-11-20 10:00', 'Fri 2026-11-20 18:30:00'],
    ['2026-11-20 20:00', 'Fri 2026-11-27 18:30:00'],
    ['2026-11-21 12:00', 'Fri 2026-11-27 18:30:00'],
  ])('on %s the coming Friday evening is %s', (now, friday) => {
    const examples = waitExamples(instant(now), WAITS, TIME);

    expect(wallClock(examples?.friday.askedAt ?? null)).toBe(friday);
  });

  test('stand in the policy’s own zone', () => {
    const zone = 'Asia/Vladivostok';
    const time = aWorkingTime({}, zone);
    const examples = waitExamples(instant('2026-11-18 14:20', zone), WAITS, {
      time,
      timeZone: zone,
    });

    expect(examples?.timeZone).toBe(zone);
    expect(wallClock(examples?.friday.askedAt ?? null, zone)).toBe('Fri 2026-11-20 18:30:00');
  });

  test('do not exist where nobody ever works', () => {
    const time = aWorkingTime({ weekDaysOff: [1, 2, 3, 4, 5, 6, 7] });

    expect(waitExamples(instant('2026-11-18 14:20'), WAITS, { ...TIME, time })).toBeNull();
  });
});
