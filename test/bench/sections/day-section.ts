import { benchDay, PROFILE, SPEED } from '../day.ts';
import type { DayFigures } from '../day.ts';
import { WAYS } from '../day-story.ts';
import type { Section } from '../report.ts';
import { number } from './storm-section.ts';

/** Working hours of the profile: the platform lets two requests a second drain. */
const WORKING_SECONDS = 9 * 3600;

export async function daySection(redisUrl: string, tickets: number): Promise<Section> {
  const day = await benchDay(redisUrl, tickets);
  const each = day.requests / day.tickets;
  const share = day.requests / (WORKING_SECONDS * 2);
  const plain = { figure: '', beside: '', ratio: '', reached: null };
  const what = `A day of a large desk, ${number(day.tickets)} tickets, ${day.agents} agents`;
  const finished = [...day.done.values()].reduce((all, one) => all + one, 0);
  return {
    name: 'A day of a large desk',
    rows: [
      {
        ...plain,
        what: `${what}: requests per ticket`,
        ours: `${each.toFixed(1)} (${number(day.requests)})`,
        beside: `${number(WORKING_SECONDS * 2)} fit nine hours`,
        ratio: share.toFixed(2),
      },
      {
        ...plain,
        what: `${what}: tickets not brought to their end`,
        figure: '0',
        ours: number(day.tickets - finished),
        reached: finished === day.tickets,
      },
      {
        ...plain,
        what: `${what}: requests the portal rejected`,
        figure: '0',
        ours: number(day.rejections),
        reached: day.rejections === 0,
      },
    ],
    notes: notesOf(day),
    missed: [
      ...(finished < day.tickets
        ? [
            `A day: ${number(day.tickets - finished)} of ${number(day.tickets)} tickets had not come to their end when the last hour was over.`,
          ]
        : []),
      ...day.lost.slice(0, 5).map((one) => `A day: ${one}.`),
      ...(day.rejections > 0 ? [`A day: ${number(day.rejections)} requests were rejected.`] : []),
    ],
  };
}

function notesOf(day: DayFigures): readonly string[] {
  const ways = WAYS.map(([way]) => `${way} ${number(day.done.get(way) ?? 0)}`).join('; ');
  const methods = Object.entries(day.byMethod)
    .filter(([method]) => method !== 'batch')
    .toSorted((a, b) => b[1] - a[1])
    .map(([method, calls]) => `${method} ${(calls / day.tickets).toFixed(2)}`)
    .join(', ');
  return [
    `A webhook's portal, a Monday from midnight and the days after until its reminders are out. New tickets by hour (of ${PROFILE.reduce((all, one) => all + one, 0)}): ${PROFILE.join(' ')}; each is created with its client's word by chat or letter, taken, answered, written down in three saves, and goes one of these ways: ${ways}.`,
    `Calls per ticket by method (batches carry most of them; ${number(day.byMethod['batch'] ?? 0)} of the ${number(day.requests)} requests were batches): ${methods}. ${number(day.events)} events were taken (${day.eventsFailed} failed), ${number(day.clientMessages)} messages reached clients; ${number(day.triedAgain)} answers of clients were asked for once more, as the machine was too busy.`,
    `Portal's and app's clock run ${SPEED.work} times as fast by day (${SPEED.night} at night, ${SPEED.reminders} while only reminders go out), and so do sweep gaps, schedules, timers and the draining of the bucket on both sides: by real time a day's worth of requests would have to fit into minutes. What cannot be made faster is the work itself: a sweep takes as many simulated seconds as ${SPEED.work} times its real ones, so that more events share one than in a real day and requests per ticket are a lower bound. A clock step longer than 25 ms counts as 25, so that the machine is waited for: ${day.heldBack.toFixed(0)} of ${day.seconds.toFixed(0)} s.`,
  ];
}
