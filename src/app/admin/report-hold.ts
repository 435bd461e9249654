/** A pause set from the lead's page: in the lead's own name where the portal lets them write, else by the app; journalled. */
import type { TicketRef } from '../../core/ticket.ts';
import { refKey } from '../../core/ticket.ts';
import type { HoldRequest, HoldResult } from '../hold-ticket.ts';
import { holdTicket } from '../hold-ticket.ts';
import type { TicketWriter } from '../ports/client.ts';
import type { Hand } from '../ports/frame.ts';
import type { AdminDeps, AdminUser } from './admin-deps.ts';

export interface ReportHold {
  readonly ref: TicketRef;
  readonly request: HoldRequest;
}

/** @throws portal faults, and portal-rate-limited while the ticket is being worked on */
export function holdFromReport(
  { ref, request }: ReportHold,
  user: Pick<AdminUser, 'id'>,
  { hand, deps: { portalId, client } }: { readonly hand: Hand; readonly deps: AdminDeps },
): Promise<HoldResult> {
  const deps = { ...client, writer: ownOrApps(hand.writer, client.writer) };
  return holdTicket(portalId, { ref, cycle: null, by: user.id }, request, deps);
}

/** What the portal does not let the person write, the app writes: a lead may pause any ticket, as by the morning's link. */
function ownOrApps(own: TicketWriter, apps: TicketWriter): TicketWriter {
  return {
    async change(changes) {
      const outcomes = await own.change(changes);
      const refused = changes.filter(({ ref }) => {
        const outcome = outcomes.get(refKey(ref));
        return outcome?.ok === false && (outcome.why === 'denied' || outcome.why === 'not-found');
      });
      return refused.length === 0
        ? outcomes
        : new Map([...outcomes, ...(await apps.change(refused))]);
    },
    createLinked: (parent, policy, title) => apps.createLinked(parent, policy, title),
  };
}
