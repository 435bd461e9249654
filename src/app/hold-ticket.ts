/**
 * Sets a pause on a ticket or takes it back, by a person's hand outside of the portal (command, signed link). The pause
 * stands in the ticket's own fields; timers follow at once.
 */
import { holdEnd, isCountingDown, lacksHoldEnd } from '../core/decide-silence.ts';
import type { HoldProblem } from '../core/hold.ts';
import { dayAhead, holdProblems, holdUntilOf } from '../core/hold.ts';
import { isClosedRole, stageRole } from '../core/stage-role.ts';
import type { Instant, TicketRecord, TicketRef } from '../core/ticket.ts';
import { changeTicket } from './change-ticket.ts';
import type { ClientDeps } from './client-deps.ts';
import { underLock } from './client-side.ts';
import { ticketLine } from './journal-lines.ts';
import { wallTime } from './message-context.ts';
import type { OneTicket } from './one-ticket.ts';
import { cycleOf, readTicket } from './one-ticket.ts';
import { promiseAnew } from './silence-elapsed.ts';
import { tellStaff } from './tell-staff.ts';

export type HoldRequest =
  | {
      readonly kind: 'hold';
      readonly reason: string;
      /** As holdUntilOf reads it, by the pipeline's clock; or so many days from today. */
      readonly until: string | { readonly days: number };
    }
  | { readonly kind: 'off' };

export type HoldResult =
  | { readonly kind: 'held'; readonly until: Instant; readonly untilText: string }
  | { readonly kind: 'ended' }
  /** There was no pause to take back. */
  | { readonly kind: 'not-held' }
  | { readonly kind: 'refused'; readonly problems: readonly HoldProblem[] }
  /** Not found, or of no pipeline with a policy. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'closed' }
  /** The ticket is in another closing cycle than the link was made for. */
  | { readonly kind: 'superseded' }
  /** The portal did not take the change; the leads know. */
  | { readonly kind: 'not-written' };

export interface HoldTarget {
  readonly ref: TicketRef;
  /** Of the signed link; null where a person names the ticket. */
  readonly cycle: number | null;
  /** Who did it, where the portal knows the person: stands in the journal. */
  readonly by?: number;
}

/**
 * @throws portal faults, and portal-rate-limited while the ticket is being worked on
 */
export async function holdTicket(
  portalId: string,
  target: HoldTarget,
  request: HoldRequest,
  deps: ClientDeps,
): Promise<HoldResult> {
  return underLock({ portalId, ref: target.ref }, deps, async () => {
    const ticket = await readTicket(portalId, target.ref, deps);
    if (!ticket) return { kind: 'unknown' };
    const role = stageRole(ticket.policy, ticket.snapshot.stageId);
    if (isClosedRole(role) || role === 'exempt') return { kind: 'closed' };
    if (target.cycle !== null && target.cycle !== cycleOf(ticket)) return { kind: 'superseded' };
    const result =
      request.kind === 'off'
        ? await endHold(portalId, ticket, deps)
        : await beginHold(portalId, ticket, request, deps);
    if (target.by !== undefined)
      await noteHold(portalId, ticket, { by: target.by, request, result }, deps);
    return result;
  });
}

/** As a pause set in the ticket's panel stands in the journal. */
async function noteHold(
  portalId: string,
  ticket: OneTicket,
  {
    by,
    request,
    result,
  }: { readonly by: number; readonly request: HoldRequest; readonly result: HoldResult },
  deps: ClientDeps,
): Promise<void> {
  if (result.kind !== 'held' && result.kind !== 'ended') return;
  const detail = {
    action: result.kind === 'held' ? 'hold' : 'unhold',
    cycle: cycleOf(ticket),
    ...(result.kind === 'held' && { until: result.until }),
    ...(request.kind === 'hold' && { reason: request.reason.trim() }),
  };
  const line = ticketLine(ticket, 'panel-action', deps.clock.now(), detail);
  await deps.journal.append(portalId, [{ ...line, movedBy: by }]);
}

async function beginHold(
  portalId: string,
  ticket: OneTicket,
  request: Extract<HoldRequest, { kind: 'hold' }>,
  deps: ClientDeps,
): Promise<HoldResult> {
  const { policy } = ticket;
  const time = await deps.workingTime(policy);
  const now = deps.clock.now();
  const wanted =
    typeof request.until === 'string' ? request.until : dayAhead(request.until, now, time);
  const until = holdUntilOf(wanted, time);
  const holdReason = request.reason.trim().replaceAll(/\s+/g, ' ');
  const problems = holdProblems({ reason: holdReason, until }, now);
  if (until === null || problems.length > 0) return { kind: 'refused', problems };
  const changes = { holdUntil: until, holdReason };
  const held = await write(portalId, ticket, { changes, dueAt: until }, deps);
  if (held === null) return { kind: 'not-written' };
  const untilText = wallTime(until, time);
  const params = { until: untilText, text: holdReason };
  await tellStaff(portalId, held, { key: 'client.hold-set', params, quietly: true }, deps);
  return { kind: 'held', until, untilText };
}

/**
 * Its end is now and stands on the ticket: the last wait is counted from it, so that nobody is closed right when a pause
 * ends.
 */
async function endHold(portalId: string, ticket: OneTicket, deps: ClientDeps): Promise<HoldResult> {
  const { snapshot, policy } = ticket;
  const { record } = snapshot;
  const now = deps.clock.now();
  if (holdEnd(record, now) === null && !lacksHoldEnd(record)) return { kind: 'not-held' };
  const changes = { holdUntil: isCountingDown(snapshot, policy) ? now : null, holdReason: '' };
  const ended = await write(portalId, ticket, { changes, dueAt: now }, deps);
  if (ended === null) return { kind: 'not-written' };
  const params = { at: wallTime(now, await deps.workingTime(policy)) };
  await tellStaff(portalId, ended, { key: 'client.hold-ended', params, quietly: true }, deps);
  return { kind: 'ended' };
}

/** The timer decides anew when it fires: asked, reminded, or put off to what is due then. */
async function write(
  portalId: string,
  ticket: OneTicket,
  { changes, dueAt }: { readonly changes: Partial<TicketRecord>; readonly dueAt: Instant },
  deps: ClientDeps,
): Promise<OneTicket | null> {
  const { snapshot, policy } = ticket;
  if (!(await changeTicket(portalId, ticket, { changes, moveTo: null }, deps))) return null;
  const record = { ...snapshot.record, ...changes };
  const written = { ...ticket, snapshot: { ...snapshot, record } };
  const waits = stageRole(policy, snapshot.stageId) === 'awaiting-confirmation';
  if (policy.mode === 'enforce' && waits) {
    const { ref } = snapshot;
    await deps.timers.set(portalId, { ref, cycle: cycleOf(ticket), kind: 'hold-end', dueAt });
    await promiseAnew(portalId, written, deps);
  }
  return written;
}
