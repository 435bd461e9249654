/** The working calendar under a policy that need not be saved, for those who set it. Part of the composition root. */
import type { LookAtCalendar } from './app/ports/settings.ts';
import type { Portal } from './bitrix24/connect-portal.ts';
import { calendarPicture } from './calendar/calendar-exceptions.ts';
import { parsePortalCalendar } from './calendar/portal-calendar.ts';
import { zoneRules } from './calendar/zone-rules.ts';
import { calendarOf } from './compose-client.ts';

/** Read afresh each time: an administrator may have just changed it. */
export function createCalendarLook(portal: Pick<Portal, 'calendarSettings'>): LookAtCalendar {
  return async (policy, now) => {
    const answer = await portal.calendarSettings();
    const calendar = calendarOf(answer, policy);
    const zone = zoneRules(policy.timeZone);
    const told = answer === null ? null : parsePortalCalendar(answer);
    const about = { from: zone.localOf(now), timeZone: policy.timeZone };
    return { calendar: calendarPicture(calendar, told, about), time: { calendar, zone } };
  };
}
