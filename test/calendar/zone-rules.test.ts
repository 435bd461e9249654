import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DateTime } from 'luxon';
import { zoneRules } from '../../src/calendar/zone-rules.ts';
import { AppError } from '../../src/errors.ts';
import { instant, wallClock } from '../support/a-working-time.ts';

const ZONES = [
  'Europe/Moscow',
  'Europe/Berlin',
  'America/New_York',
  'America/Santiago',
  'Africa/Casablanca',
  'Asia/Beirut',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'UTC+3',
];

/** `2026-03-29 02:30` as the rules read it. */
function read(text: string, zone: string): number {
  const { year, month, day, hour, minute } = DateTime.fromSQL(text, { zone: 'UTC' });
  return zoneRules(zone).instantOf({ year, month, day, minuteOfDay: hour * 60 + minute });
}

describe('zoneRules', () => {
  test.each([
    ['Berlin skips two to three', 'Europe/Berlin', '2026-03-29 02:00', '2026-03-29 03:00'],
    ['Berlin skips half past two', 'Europe/Berlin', '2026-03-29 02:30', '2026-03-29 03:00'],
    ['New York skips half past two', 'America/New_York', '2026-03-08 02:30', '2026-03-08 03:00'],
    ['Lord Howe skips half an hour', 'Australia/Lord_Howe', '2026-10-04 02:10', '2026-10-04 02:30'],
    ['Beirut skips midnight', 'Asia/Beirut', '2026-03-29 00:00', '2026-03-29 01:00'],
    ['Apia skips a whole day', 'Pacific/Apia', '2011-12-30 12:00', '2011-12-31 00:00'],
  ])('%s: the next time that exists', (_what, zone, asked, expected) => {
    expect(wallClock(read(asked, zone), zone)).toMatch(expected);
  });

  test.each([
    ['Europe/Berlin', '2026-10-25 02:30', '+02:00'],
    ['America/New_York', '2026-11-01 01:30', '-04:00'],
    ['Australia/Lord_Howe', '2026-04-05 01:45', '+11:00'],
  ])('in %s %s comes twice and means the first', (zone, text, offset) => {
    expect(read(text, zone)).toBe(instant(`${text}${offset}`, zone));
  });

  test('the first and the second half past two look the same on the wall', () => {
    const berlin = zoneRules('Europe/Berlin');
    const first = berlin.localOf(instant('2026-10-25 02:30+02:00'));
    expect(first).toEqual({ year: 2026, month: 10, day: 25, minuteOfDay: 150 });
    expect(berlin.localOf(instant('2026-10-25 02:30+01:00'))).toEqual(first);
  });

  test('reads the wall clock as Luxon does, and back to the first such instant', () => {
    const minutes = fc.integer({ min: 21_000_000, max: 32_000_000 });
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), minutes, (zone, minute) => {
        const at = minute * 60_000;
        const rules = zoneRules(zone);
        const local = rules.localOf(at);
        const expected = DateTime.fromMillis(at, { zone });
        expect(local).toEqual({
          year: expected.year,
          month: expected.month,
          day: expected.day,
          minuteOfDay: expected.hour * 60 + expected.minute,
        });
        const back = rules.instantOf(local);
        expect(back).toBeLessThanOrEqual(at);
        expect(rules.localOf(back)).toEqual(local);
      }),
      { numRuns: 3_000 },
    );
  });

  test.each(['', 'Moscow', 'Europe/Nowhere', 'local', 'system', '180', 'UTC+99'])(
    'refuses «%s» and says what to set',
    (name) => {
      expect(() => zoneRules(name)).toThrow(AppError);
      expect(() => zoneRules(name)).toThrow(/Set an IANA name/);
    },
  );

  test('a name is trimmed, and its rules are built once', () => {
    expect(zoneRules(' Europe/Moscow ')).toBe(zoneRules('Europe/Moscow'));
  });
});
