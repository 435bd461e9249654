/** Tells the leads that the gate needs a person. */
import type { AlertCode } from '../core/decision.ts';
import type { TicketRef } from '../core/ticket.ts';
import { refKey } from '../core/ticket.ts';
import type { GateDeps } from './gate-deps.ts';
import { plainLine } from './journal-lines.ts';
import type { Language } from './ports/texts.ts';

export interface LeadAlert {
  readonly code: AlertCode;
  readonly ref: TicketRef | null;
  readonly userIds: readonly number[];
  readonly params: Readonly<Record<string, string | number>>;
  readonly language: Language;
}

/** Journals the alert and sends it; the tag makes a repeat replace the earlier notice instead of piling up. */
export async function alertLeads(
  portalId: string,
  alert: LeadAlert,
  deps: GateDeps,
): Promise<void> {
  const link = alert.ref ? deps.tickets.ticketLink(alert.ref) : '';
  const text = deps.texts.alert(alert.language, alert.code, { ...alert.params, link });
  const subject = alert.ref ? refKey(alert.ref) : Object.values(alert.params).join('|');
  await deps.journal.append(portalId, [
    plainLine(deps.clock.now(), 'alert', { code: alert.code, ...alert.params }, alert.ref),
  ]);
  await deps.tickets.notify(
    alert.userIds.map((userId) => ({
      userId,
      text,
      tag: `closegate|${alert.code}|${subject}|${userId}`,
    })),
    'live',
  );
}
