import { describe, expect, test } from '@jest/globals';
import { parsePortalCalendar } from '../../src/calendar/portal-calendar.ts';

/** The answer of the platform's documentation. */
const SAMPLE = {
  work_time_start: '9',
  work_time_end: '19',
  week_start: 'MO',
  week_holidays: ['SA', 'SU'],
  year_holidays: '1.01,2.01,7.01,23.02,8.03,1.05,9.05,12.06,4.11',
  year_workdays: '31.12',
  user_name_template: '#NAME# #LAST_NAME#',
};

function hours(start: unknown, end: unknown): readonly number[] {
  const { dayStart, dayEnd } = parsePortalCalendar({
    ...SAMPLE,
    work_time_start: start,
    work_time_end: end,
  });
  return [dayStart, dayEnd];
}

describe('parsePortalCalendar', () => {
  test('reads the documented answer without a complaint', () => {
    expect(parsePortalCalendar(SAMPLE)).toEqual({
      dayStart: 540,
      dayEnd: 1_140,
      weekDaysOff: new Set([6, 7]),
      daysOff: new Set([
        '01-01',
        '01-02',
        '01-07',
        '02-23',
        '03-08',
        '05-01',
        '05-09',
        '06-12',
        '11-04',
      ]),
      workDays: new Set(['12-31']),
      problems: [],
    });
  });

  test.each([
    ['9', '18', 540, 1_080],
    ['9.30', '18.30', 570, 1_110],
    ['9:30', '18:30', 570, 1_110],
    ['09:00:00', '18:00:00', 540, 1_080],
    [9, 18, 540, 1_080],
    [9.3, 18.3, 570, 1_110],
    ['9.0', '18.0', 540, 1_080],
    [' 8 ', '17', 480, 1_020],
    ['9', '24', 540, 1_440],
    ['9', '0', 540, 1_440],
    ['9', '00:00', 540, 1_440],
    ['9', '23.59', 540, 1_440],
    ['0', '0', 0, 1_440],
    ['0', '24', 0, 1_440],
  ])('hours %p to %p', (start, end, dayStart, dayEnd) => {
    expect(hours(start, end)).toEqual([dayStart, dayEnd]);
    const answer = { ...SAMPLE, work_time_start: start, work_time_end: end };
    expect(parsePortalCalendar(answer).problems).toEqual([]);
  });

  test.each([
    ['soon', '19', [540, 1_140], { field: 'work_time_start', value: 'soon' }],
    ['10', '25', [600, 1_080], { field: 'work_time_end', value: '25' }],
    ['10', '18.75', [600, 1_080], { field: 'work_time_end', value: '18.75' }],
    ['10', '24.30', [600, 1_080], { field: 'work_time_end', value: '24.30' }],
    ['10', '18.5', [600, 1_080], { field: 'work_time_end', value: '18.5' }],
    ['10', null, [600, 1_080], { field: 'work_time_end', value: '' }],
    ['22', '6', [540, 1_080], { field: 'work_time_end', value: '22 - 6' }],
    ['9', '9', [540, 1_080], { field: 'work_time_end', value: '9 - 9' }],
  ])('hours %p to %p are replaced and named', (start, end, expected, problem) => {
    const answer = { ...SAMPLE, work_time_start: start, work_time_end: end };
    expect(hours(start, end)).toEqual(expected);
    expect(parsePortalCalendar(answer).problems).toEqual([problem]);
  });

  test.each([
    [['su'], [7]],
    ['SA,SU', [6, 7]],
    [{ 0: 'FR', 1: 'SA' }, [5, 6]],
    [[], []],
    ['', []],
    [['SA', 'XX'], [6]],
    [
      ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'],
      [6, 7],
    ],
    [null, [6, 7]],
    [5, [6, 7]],
  ])('weekly days off %p', (value, expected) => {
    const { weekDaysOff } = parsePortalCalendar({ ...SAMPLE, week_holidays: value });
    expect([...weekDaysOff]).toEqual(expected);
  });

  test('weekdays that cannot be are named', () => {
    const all = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
    const problems = (value: unknown): unknown =>
      parsePortalCalendar({ ...SAMPLE, week_holidays: value }).problems;
    expect(problems(['SA', 'XX'])).toEqual([{ field: 'week_holidays', value: 'XX' }]);
    expect(problems(all)).toEqual([{ field: 'week_holidays', value: all.join(',') }]);
  });

  test('days of the year are read in every spelling, and garbage is named', () => {
    const answer = {
      ...SAMPLE,
      year_holidays: '1.1, 09.05;29.02\n2.05.2025,31.04,x,13.13,29.02.2025',
    };
    const { daysOff, problems } = parsePortalCalendar(answer);
    expect([...daysOff]).toEqual(['01-01', '05-09', '02-29', '2025-05-02']);
    expect(problems.map(({ field, value }) => `${field} ${value}`)).toEqual([
      'year_holidays 31.04',
      'year_holidays x',
      'year_holidays 13.13',
      'year_holidays 29.02.2025',
    ]);
  });

  test('days of the year may come as a list; without year_workdays there are none', () => {
    const { year_workdays: _absent, ...rest } = SAMPLE;
    const parsed = parsePortalCalendar({ ...rest, year_holidays: ['1.01', '2.01'] });
    expect([...parsed.daysOff]).toEqual(['01-01', '01-02']);
    expect(parsed.workDays.size).toBe(0);
    expect(parsed.problems).toEqual([]);
  });

  test.each([null, undefined, [], '', 7, 'calendar'])('survives %p as an answer', (answer) => {
    const parsed = parsePortalCalendar(answer);
    expect(parsed).toMatchObject({ dayStart: 540, dayEnd: 1_080, weekDaysOff: new Set([6, 7]) });
    expect(parsed.problems.map(({ field }) => field)).toEqual([
      'work_time_start',
      'work_time_end',
      'week_holidays',
    ]);
  });
});
