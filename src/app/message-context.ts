/** What a client message may say about its ticket. */
import { closesOnSilence } from '../core/product-update.ts';
import { silenceSchedule } from '../core/silence-schedule.ts';
import type { Instant } from '../core/ticket.ts';
import { addWorkingDays } from '../core/working-time.ts';
import type { WorkingTime } from '../core/working-time.ts';
import type { ClientDeps } from './client-deps.ts';
import { masterOf } from './link-duplicate.ts';
import type { OneTicket } from './one-ticket.ts';
import type { ClientMessageContext } from './ports/client.ts';
import type { Language } from './ports/texts.ts';

export async function messageContext(
  ticket: OneTicket,
  deps: ClientDeps,
  parts: { readonly link: string; readonly closeBy: string },
): Promise<{ readonly context: ClientMessageContext; readonly language: Language }> {
  const { snapshot, policy, head } = ticket;
  const { record } = snapshot;
  const contact = await deps.channels.contact(head);
  const master = masterOf(ticket);
  return {
    language: contact.language ?? policy.language,
    context: {
      clientName: contact.name,
      ticketId: snapshot.ref.id,
      specialistName: await deps.channels.staffName(snapshot.assigneeId),
      solution: record.solution.trim(),
      recommendations: record.recommendations.trim(),
      productVersion: record.productVersion.trim(),
      productInstruction: record.productInstruction.trim(),
      link: parts.link,
      closeBy: parts.closeBy,
      ...(master === null ? {} : { masterId: master.id }),
      outcome: record.outcome,
    },
  };
}

/** Until when a closed ticket is opened again by the client's word (the policy's working days); null when it is not closed. */
export async function reopenUntil(ticket: OneTicket, deps: ClientDeps): Promise<Instant | null> {
  const { closedAt } = ticket.snapshot.record;
  if (closedAt === null) return null;
  const time = await deps.workingTime(ticket.policy);
  return addWorkingDays(closedAt, ticket.policy.reopenWindowDays, time);
}

/** When silence closes the ticket, as `24.11.2026 17:30 (UTC+3)`: digits only, so that both languages read it. */
export function closeByText(
  ticket: OneTicket,
  kind: 'request' | 'reminder',
  now: Instant,
  time: WorkingTime,
): string {
  const { record } = ticket.snapshot;
  if (!closesOnSilence(record)) return '';
  const schedule = silenceSchedule(
    {
      deliveredAt: kind === 'request' ? now : (record.askedAt ?? now),
      remindedAt: kind === 'request' ? null : now,
      heldUntil: record.holdUntil,
    },
    ticket.policy,
    time,
  );
  return schedule ? wallTime(schedule.closeAt, time) : '';
}

/** `24.11.2026 17:30 (UTC+3)` */
export function wallTime(at: Instant, { zone }: WorkingTime): string {
  const { day, month, year, minuteOfDay } = zone.localOf(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  const offset = offsetHours(at, { zone });
  return `${two(day)}.${two(month)}.${year} ${two(Math.floor(minuteOfDay / 60))}:${two(minuteOfDay % 60)} (UTC${offset})`;
}

/** `+3`, `-4`, `+5:30`. */
function offsetHours(at: Instant, { zone }: Pick<WorkingTime, 'zone'>): string {
  const local = zone.localOf(at);
  const utcMinutes = Math.floor(at / 60_000) % 1440;
  const difference = ((local.minuteOfDay - utcMinutes + 1440 + 720) % 1440) - 720;
  const minutes = Math.abs(difference) % 60;
  const hours = Math.floor(Math.abs(difference) / 60);
  return `${difference < 0 ? '-' : '+'}${hours}${minutes === 0 ? '' : `:${String(minutes).padStart(2, '0')}`}`;
}
