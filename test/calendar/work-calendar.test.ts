import { describe, expect, test } from '@jest/globals';
import ru2025 from '../../src/calendar/data/ru-2025.json' with { type: 'json' };
import ru2026 from '../../src/calendar/data/ru-2026.json' with { type: 'json' };
import { parsePortalCalendar } from '../../src/calendar/portal-calendar.ts';
import type {
  CalendarSettings,
  LayeredCalendar,
  YearOverride,
} from '../../src/calendar/work-calendar.ts';
import { workCalendar } from '../../src/calendar/work-calendar.ts';
import { zoneRules } from '../../src/calendar/zone-rules.ts';
import type { LocalDate } from '../../src/core/local-date.ts';
import { dateKey, dateOfDay, dayNumber } from '../../src/core/local-date.ts';
import { silenceSchedule } from '../../src/core/silence-schedule.ts';
import { instant, wallClock } from '../support/a-working-time.ts';

const RUSSIA: CalendarSettings = { country: 'ru', hours: null, weekDaysOff: null, years: [] };
const PORTAL = {
  work_time_start: '9',
  work_time_end: '18',
  week_holidays: ['SA', 'SU'],
  year_holidays: '1.01,2.01,7.01,23.02,8.03,1.05,9.05,12.06,4.11',
  year_workdays: '',
};

function calendar(
  portal: Readonly<Record<string, unknown>> = {},
  settings: Partial<CalendarSettings> = {},
): LayeredCalendar {
  return workCalendar(parsePortalCalendar({ ...PORTAL, ...portal }), { ...RUSSIA, ...settings });
}

function anOverride(override: Partial<YearOverride>): YearOverride {
  return { year: 2026, daysOff: [], workDays: [], whole: false, ...override };
}

function date(text: string): LocalDate {
  const [year = 0, month = 0, day = 0] = text.split('-').map(Number);
  return { year, month, day };
}

function daysOf(year: number): readonly LocalDate[] {
  const first = dayNumber({ year, month: 1, day: 1 });
  const length = dayNumber({ year: year + 1, month: 1, day: 1 }) - first;
  return Array.from({ length }, (_none, index) => dateOfDay(first + index));
}

function ruling(of: LayeredCalendar, text: string): string {
  const { works, source, overruled } = of.rulingOn(date(text));
  return [
    works ? 'works' : 'off',
    source,
    ...(overruled === null ? [] : [`not ${overruled}`]),
  ].join(' ');
}

describe('the bundled Russian years', () => {
  test.each([
    [2025, ru2025],
    [2026, ru2026],
  ])('%i has its official 247 working days of five in a week', (year, data) => {
    const russia = calendar();
    const worked = daysOf(year).filter((day) => russia.worksOn(day));
    expect(data.workingDays).toBe(247);
    expect(worked).toHaveLength(data.workingDays);
  });

  test('the months of 2025 and 2026 have their official numbers of working days', () => {
    const months = (year: number): readonly number[] =>
      Array.from(
        { length: 12 },
        (_none, index) =>
          daysOf(year).filter((day) => day.month === index + 1 && calendar().worksOn(day)).length,
      );
    expect(months(2025)).toEqual([17, 20, 21, 22, 18, 19, 23, 21, 22, 23, 19, 22]);
    expect(months(2026)).toEqual([15, 19, 21, 22, 19, 21, 23, 21, 22, 22, 20, 22]);
  });

  test.each([ru2025, ru2026])('$year names only dates of its own, once each', (data) => {
    const named = [...data.daysOff, ...data.workDays];
    expect(new Set(named).size).toBe(named.length);
    const year = new Set(daysOf(data.year).map(dateKey));
    expect(named.filter((day) => !year.has(day))).toEqual([]);
  });
});

describe('which layer decides a day', () => {
  test.each([
    ['2025-11-01', 'works production-calendar'],
    ['2025-11-03', 'off production-calendar'],
    ['2026-12-31', 'off production-calendar'],
    ['2026-11-04', 'off portal'],
    ['2026-11-21', 'off week'],
    ['2026-11-20', 'works week'],
    ['2027-01-04', 'off statutory'],
  ])('%s: %s', (day, expected) => {
    expect(ruling(calendar(), day)).toBe(expected);
  });

  test('what the portal lists goes before the bundled year, in both directions, and is told', () => {
    const portal = calendar({ year_workdays: '31.12', year_holidays: '1.11' });
    expect(ruling(portal, '2026-12-31')).toBe('works portal not production-calendar');
    expect(ruling(portal, '2025-11-01')).toBe('off portal not production-calendar');
  });

  test('what the portal lists holds for every year', () => {
    const portal = calendar({ year_holidays: '15.07', year_workdays: '31.12' });
    expect(ruling(portal, '2026-07-15')).toBe('off portal');
    expect(ruling(portal, '2031-07-15')).toBe('off portal');
    expect(ruling(portal, '2028-12-31')).toBe('works portal');
  });

  test('a day in both lists of the portal is worked', () => {
    expect(ruling(calendar({ year_workdays: '4.11' }), '2026-11-04')).toBe(
      'works portal not production-calendar',
    );
  });

  test('settings go before everything else', () => {
    const settings = anOverride({
      daysOff: ['2026-11-23'],
      workDays: ['2026-11-04', '2026-11-21'],
    });
    const changed = calendar({}, { years: [settings] });
    expect(ruling(changed, '2026-11-23')).toBe('off settings');
    expect(ruling(changed, '2026-11-21')).toBe('works settings');
    expect(ruling(changed, '2026-11-04')).toBe('works settings not portal');
    expect(ruling(changed, '2027-11-04')).toBe('off portal');
  });

  test('a year that settings give whole needs no bundled and no statutory day', () => {
    const whole = calendar(
      { year_holidays: '' },
      {
        years: [
          anOverride({ year: 2026, daysOff: ['2026-01-01'], whole: true }),
          anOverride({ year: 2027, daysOff: ['2027-01-01'], whole: true }),
        ],
      },
    );
    expect(ruling(whole, '2026-12-31')).toBe('works week');
    expect(ruling(whole, '2027-01-04')).toBe('works week');
    expect(ruling(whole, '2027-01-01')).toBe('off settings');
  });

  test('without a country only the portal and the week speak', () => {
    const abroad = calendar({ year_holidays: '3.10' }, { country: null });
    expect(ruling(abroad, '2026-01-01')).toBe('works week');
    expect(ruling(abroad, '2026-10-03')).toBe('off portal');
    expect(abroad.warnings(2026, 2030)).toEqual([]);
  });

  test('hours and weekly days off of settings replace those of the portal', () => {
    const own = calendar(
      {},
      {
        hours: { dayStart: 600, dayEnd: 1_440 },
        weekDaysOff: new Set([7]),
      },
    );
    expect([own.dayStart, own.dayEnd]).toEqual([600, 1_440]);
    expect(ruling(own, '2026-11-21')).toBe('works week');
    expect(ruling(own, '2026-11-22')).toBe('off week');
  });

  test('without a portal calendar the defaults and the bundled year hold, and it is told', () => {
    const alone = workCalendar(null, RUSSIA);
    expect([alone.dayStart, alone.dayEnd]).toEqual([540, 1_080]);
    expect(ruling(alone, '2026-05-11')).toBe('off production-calendar');
    expect(ruling(alone, '2026-11-21')).toBe('off week');
    expect(alone.warnings(2026, 2026)).toEqual([{ code: 'portal-calendar-missing' }]);
  });
});

describe('a year without data', () => {
  const bare = calendar({ year_holidays: '' });

  test.each([
    ['2027-01-08', 'off statutory'],
    ['2027-01-11', 'works week'],
    ['2027-02-23', 'off statutory'],
    ['2027-05-03', 'off statutory'],
    ['2027-05-10', 'off statutory'],
    ['2027-06-14', 'off statutory'],
    ['2027-11-04', 'off statutory'],
    ['2027-11-05', 'works week'],
    ['2024-02-23', 'off statutory'],
    ['2028-01-08', 'off statutory'],
    ['2028-01-10', 'works week'],
  ])('keeps the holidays of the law and the days they move to: %s %s', (day, expected) => {
    expect(ruling(bare, day)).toBe(expected);
  });

  test('moves a holiday by the weekly days off of this portal', () => {
    const sundayOnly = calendar({ year_holidays: '', week_holidays: ['SU'] });
    expect(ruling(sundayOnly, '2027-05-03')).toBe('works week');
    expect(ruling(sundayOnly, '2027-05-10')).toBe('off statutory');
  });

  test('is named in a warning, and only it', () => {
    expect(calendar().warnings(2024, 2028)).toEqual([
      { code: 'no-calendar-data', year: 2024 },
      { code: 'no-calendar-data', year: 2027 },
      { code: 'no-calendar-data', year: 2028 },
    ]);
  });

  test('is no longer named once settings give it whole; single dates are not enough', () => {
    const years = (whole: boolean): Partial<CalendarSettings> => ({
      years: [anOverride({ year: 2027, daysOff: ['2027-12-31'], whole })],
    });
    expect(calendar({}, years(true)).warnings(2027, 2027)).toEqual([]);
    expect(calendar({}, years(false)).warnings(2027, 2027)).toEqual([
      { code: 'no-calendar-data', year: 2027 },
    ]);
  });
});

describe('warnings', () => {
  test('repeat what of the portal could not be read', () => {
    expect(calendar({ year_holidays: '32.01' }).warnings(2026, 2026)).toEqual([
      { code: 'portal-calendar-unreadable', field: 'year_holidays', value: '32.01' },
    ]);
  });

  test('name dates of settings that are none of their year, and these decide nothing', () => {
    const settings = anOverride({
      daysOff: ['2026-02-30', '11-23', '2025-11-24'],
      workDays: ['x'],
    });
    const changed = calendar({}, { years: [settings] });
    expect(changed.warnings(2026, 2026)).toEqual(
      ['2026-02-30', '11-23', '2025-11-24', 'x'].map((value) => ({
        code: 'bad-override-date',
        year: 2026,
        value,
      })),
    );
    expect(ruling(changed, '2026-11-23')).toBe('works week');
    expect(ruling(changed, '2025-11-24')).toBe('works week');
  });
});

describe('waits of the regulation in the Russian calendar', () => {
  test.each([
    ['a weekend', '2026-11-20 17:30', 'Mon 2026-11-23 17:30:00', 'Tue 2026-11-24 17:30:00'],
    ['New Year 2026', '2025-12-30 17:30', 'Mon 2026-01-12 17:30:00', 'Tue 2026-01-13 17:30:00'],
    ['New Year 2027', '2026-12-30 17:30', 'Mon 2027-01-11 17:30:00', 'Tue 2027-01-12 17:30:00'],
    ['8 May 2026', '2026-05-08 12:00', 'Tue 2026-05-12 12:00:00', 'Wed 2026-05-13 12:00:00'],
    ['9 May 2026', '2026-05-09 12:00', 'Wed 2026-05-13 09:00:00', 'Thu 2026-05-14 09:00:00'],
    [
      '8 May 2025, a day off',
      '2025-05-07 17:30',
      'Mon 2025-05-12 17:30:00',
      'Tue 2025-05-13 17:30:00',
    ],
    [
      'a working Saturday',
      '2025-10-31 17:30',
      'Sat 2025-11-01 17:30:00',
      'Wed 2025-11-05 17:30:00',
    ],
  ])('over %s: %s', (_what, delivered, remindAt, closeAt) => {
    const schedule = silenceSchedule(
      { deliveredAt: instant(delivered), remindedAt: null },
      { firstWaitDays: 1, secondWaitDays: 1 },
      { calendar: calendar(), zone: zoneRules('Europe/Moscow') },
    );
    expect(wallClock(schedule?.remindAt ?? null)).toBe(remindAt);
    expect(wallClock(schedule?.closeAt ?? null)).toBe(closeAt);
  });
});
