import { describe, expect, test } from '@jest/globals';
import { pastWeek } from '../../src/core/week.ts';
import { aWorkingTime, instant, wallClock } from '../support/a-working-time.ts';

const time = aWorkingTime();
const told = (now: string, working = time) => {
  const { monday, from, to } = pastWeek(instant(now), working);
  return [monday, wallClock(from), wallClock(to)];
};

describe('the past week', () => {
  test.each(['2026-03-16 00:00', '2026-03-16 09:00', '2026-03-22 23:59'])(
    'of %s is the Monday to Sunday before',
    (now) => {
      expect(told(now)).toEqual([
        '2026-03-16',
        'Mon 2026-03-09 00:00:00',
        'Mon 2026-03-16 00:00:00',
      ]);
    },
  );

  test('reaches over a week in which nobody worked', () => {
    const off = (day: number, month: number) => month === 3 && day >= 9 && day <= 15;
    const calendar = {
      ...time.calendar,
      worksOn: (date: { year: number; month: number; day: number }) =>
        !off(date.day, date.month) && time.calendar.worksOn(date),
    };

    expect(told('2026-03-16 09:00', { ...time, calendar })).toEqual([
      '2026-03-16',
      'Mon 2026-03-02 00:00:00',
      'Mon 2026-03-16 00:00:00',
    ]);
  });
});
