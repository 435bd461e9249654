/** Dates that a pair of waits leads to, for people who set them: by the schedule of the real timers. */
import type { WaitExample, WaitExamples } from './admin/settings-state.ts';
import { dateOfDay, dayNumber, weekdayOf } from './local-date.ts';
import type { SilenceWaits } from './silence-schedule.ts';
import { silenceSchedule } from './silence-schedule.ts';
import type { Instant } from './ticket.ts';
import type { WorkingTime } from './working-time.ts';
import { nextWorkingMoment } from './working-time.ts';

const FRIDAY = 5;
const EVENING = 18 * 60 + 30;

/** Null when the calendar leaves no working days for the waits. */
export function waitExamples(
  now: Instant,
  waits: SilenceWaits,
  { time, timeZone }: { readonly time: WorkingTime; readonly timeZone: string },
): WaitExamples | null {
  const asked = exampleOf(now, waits, time);
  const friday = exampleOf(fridayEvening(now, time), waits, time);
  return asked === null || friday === null ? null : { timeZone, now: asked, friday };
}

/** A request leaves in working hours only, and its schedule is counted from then. */
function exampleOf(at: Instant, waits: SilenceWaits, time: WorkingTime): WaitExample | null {
  const deliveredAt = nextWorkingMoment(at, time);
  if (deliveredAt === null) return null;
  const schedule = silenceSchedule({ deliveredAt, remindedAt: null }, waits, time);
  return schedule === null ? null : { askedAt: at, sentAt: deliveredAt, ...schedule };
}

/** The coming one, today's included while it is not over. */
function fridayEvening(now: Instant, { zone }: WorkingTime): Instant {
  const today = dayNumber(zone.localOf(now));
  const ahead = [0, 1, 2, 3, 4, 5, 6, 7]
    .filter((days) => weekdayOf(dateOfDay(today + days)) === FRIDAY)
    .map((days) => zone.instantOf({ ...dateOfDay(today + days), minuteOfDay: EVENING }));
  return ahead.find((at) => at >= now) ?? now;
}
