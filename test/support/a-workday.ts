/** The next working day, around noon in Moscow, on the portals and in the service; fires what is due. */
import { workCalendar } from '../../src/calendar/work-calendar.ts';
import { zoneRules } from '../../src/calendar/zone-rules.ts';
import { isWorkingMoment } from '../../src/core/working-time.ts';
import { isWorkingDay } from '../../src/sandbox/clock.ts';
import type { InstalledApp } from './an-installed-app.ts';

const DAY_MS = 24 * 3600_000;
const MOSCOW_MS = 3 * 3600_000;
const NOON_MS = 12 * 3600_000;
/** Each day a little later than the one before, so that a whole day has passed since what was done then. */
const LATER_MS = 5 * 60_000;

/** The app's own: in January it knows of more days off than the portal. */
const TIME = {
  calendar: workCalendar(null, { country: 'ru', hours: null, weekDaysOff: null, years: [] }),
  zone: zoneRules('Europe/Moscow'),
};

let days = 0;

export async function nextWorkday(
  app: Pick<InstalledApp, 'portals' | 'clock' | 'service'>,
): Promise<void> {
  days += 1;
  const [{ clock }] = app.portals;
  const today = Math.floor((clock.now() + MOSCOW_MS) / DAY_MS) * DAY_MS - MOSCOW_MS;
  let at = today + DAY_MS + NOON_MS + (days % 60) * LATER_MS;
  while (!isWorkingDay(at) || !isWorkingMoment(at, TIME)) at += DAY_MS;
  for (const portal of app.portals) portal.clock.advance(Math.max(0, at - portal.clock.now()));
  app.clock.setTo(at);
  await app.service.clockMoved();
}
