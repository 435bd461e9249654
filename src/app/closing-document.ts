/** What the documentation of a closed ticket says, from the ticket and the moments noted of it. */
import { derivedCloseReason } from '../core/close-reason.ts';
import type { ClosingPolicy } from '../core/policy.ts';
import { courseOf, solutionTimes } from '../core/solution-times.ts';
import type { SolutionTimes } from '../core/solution-times.ts';
import { isClosedRole, stageOutcome, stageRole } from '../core/stage-role.ts';
import type { TicketSnapshot } from '../core/ticket.ts';
import type { WorkingTime } from '../core/working-time.ts';
import { wallTime } from './message-context.ts';
import type { ClosingDocument, MomentLog } from './ports/documentation.ts';

export interface DocumentDeps {
  readonly moments: MomentLog;
  readonly workingTime: (policy: ClosingPolicy) => Promise<WorkingTime>;
}

export type ClosedTicket = Pick<
  TicketSnapshot,
  'ref' | 'stageId' | 'movedAt' | 'createdAt' | 'record'
>;

/** null for a ticket that does not stand closed. One that was closed before the gate counts from its last move. */
export async function closingDocument(
  portalId: string,
  ticket: ClosedTicket,
  policy: ClosingPolicy,
  deps: DocumentDeps,
): Promise<ClosingDocument | null> {
  const { record, ref } = ticket;
  const role = stageRole(policy, ticket.stageId);
  if (!isClosedRole(role)) return null;
  const outcome = record.outcome ?? stageOutcome(role) ?? 'confirmed';
  const time = await deps.workingTime(policy);
  return {
    ...record,
    ticketId: ref.id,
    cycle: record.cycle ?? 1,
    closedAt: wallTime(record.closedAt ?? ticket.movedAt, time),
    outcome,
    closeReason: record.closeReason ?? derivedCloseReason(outcome),
    times: await ticketTimes(portalId, ticket, time, deps),
  };
}

/** The clocks of the cycle a ticket is in; null when its beginning is not known. */
export async function ticketTimes(
  portalId: string,
  { ref, record, createdAt, movedAt }: ClosedTicket,
  time: WorkingTime,
  { moments }: Pick<DocumentDeps, 'moments'>,
): Promise<SolutionTimes | null> {
  const course = courseOf(
    {
      createdAt,
      cycle: record.cycle ?? 1,
      askedAt: record.askedAt,
      closedAt: record.closedAt ?? movedAt,
    },
    await moments.list(portalId, ref),
  );
  return course && solutionTimes(course, time);
}
