/** The robot that asks: the ticket goes where it waits for its client, and the client is asked as after an agent's move there. */
import { isToBeAsked } from '../../core/decide-silence.ts';
import { hasText } from '../../core/evidence-text.ts';
import { isClosedRole, stageRole } from '../../core/stage-role.ts';
import type { StagePlace, TicketRef } from '../../core/ticket.ts';
import { changeTicket } from '../change-ticket.ts';
import type { ClientDeps } from '../client-deps.ts';
import { underLock } from '../client-side.ts';
import type { OneTicket } from '../one-ticket.ts';
import { cycleOf, findTicket } from '../one-ticket.ts';
import type { Language } from '../ports/texts.ts';
import { tellStaff } from '../tell-staff.ts';

/** Keys of the locale files, after `robot.request.`. */
export type RequestFate =
  | 'queued'
  | 'no-policy'
  | 'unseen'
  | 'observe'
  | 'closed'
  | 'exempt'
  | 'gate'
  | 'asked'
  | 'confirmed'
  | 'question'
  | 'robots-only'
  | 'no-solution'
  | 'no-stage'
  | 'refused';

export interface Requested {
  readonly fate: RequestFate;
  /** null where no policy names one. */
  readonly language: Language | null;
}

/**
 * Pauses, working hours, the breaker and doubled messages are the request's own business (ask-client.ts): here it is only
 * put on its way. @throws AppError to be tried again
 */
export async function requestByRobot(
  portalId: string,
  ref: TicketRef,
  deps: ClientDeps,
): Promise<Requested> {
  return underLock({ portalId, ref }, deps, async () => {
    const ticket = await findTicket(portalId, ref, deps, deps.tickets);
    if (typeof ticket === 'string') return { fate: ticket, language: null };
    const { language } = ticket.policy;
    const against = objection(ticket) ?? (await robotsObjection(ticket, deps));
    if (against === 'no-solution') {
      await tellStaff(portalId, ticket, { key: 'client.no-solution', params: {} }, deps);
    }
    return { fate: against ?? (await putOnItsWay(portalId, ticket, deps)), language };
  });
}

/** Why nobody is asked; null when somebody is. */
function objection({ snapshot, policy }: OneTicket): RequestFate | null {
  const { confirmation, solution } = snapshot.record;
  const role = stageRole(policy, snapshot.stageId);
  if (policy.mode !== 'enforce') return 'observe';
  if (isClosedRole(role)) return 'closed';
  if (role === 'exempt' || role === 'gate') return role;
  if (confirmation === 'confirmed' || confirmation === 'by-agent') return 'confirmed';
  if (confirmation === 'asked') return 'asked';
  // After a client's question: an agent answers, and brings the ticket here again.
  if (role === 'awaiting-confirmation' && !isToBeAsked(snapshot, policy)) return 'question';
  return hasText(solution) ? null : 'no-solution';
}

/**
 * The client said that it is not solved, and since then only robots have touched the ticket: asking again at once would
 * send request and refusal round in circles.
 */
async function robotsObjection(
  { snapshot }: OneTicket,
  { tickets }: ClientDeps,
): Promise<RequestFate | null> {
  if (snapshot.record.confirmation !== 'rejected') return null;
  const byPerson = snapshot.movedBy > 0 && snapshot.movedBy !== (await tickets.appUserId());
  return byPerson ? null : 'robots-only';
}

async function putOnItsWay(
  portalId: string,
  ticket: OneTicket,
  deps: ClientDeps,
): Promise<RequestFate> {
  const { snapshot, policy } = ticket;
  if (stageRole(policy, snapshot.stageId) !== 'awaiting-confirmation') {
    const place = waitingPlace(ticket);
    if (place === null) return 'no-stage';
    const moved = await changeTicket(portalId, ticket, { changes: {}, moveTo: place }, deps);
    if (!moved) return 'refused';
  }
  // The sweep that sees the move sets the same timer; should this process die here, it alone does.
  const timer = { ref: snapshot.ref, cycle: cycleOf(ticket), kind: 'send-request' } as const;
  await deps.timers.set(portalId, { ...timer, dueAt: deps.clock.now() });
  return 'queued';
}

function waitingPlace({ policy }: OneTicket): StagePlace | null {
  const stageId = Object.keys(policy.stages).find(
    (id) => policy.stages[id] === 'awaiting-confirmation',
  );
  return stageId === undefined ? null : { categoryId: policy.pipeline.categoryId, stageId };
}
