/** Which fact fires which trigger, and what tells one fact from the next: told again after a crash it is the same. */
import type { ReplyDecision } from '../../core/decide-reply.ts';
import type { Instant, TicketRef } from '../../core/ticket.ts';
import type { GateDeps } from '../gate-deps.ts';
import type { OneTicket } from '../one-ticket.ts';
import { cycleOf } from '../one-ticket.ts';
import type { TriggerCode } from '../ports/triggers.ts';

/**
 * A closing was put back: one fact for each closing move. The ticket's own count of returns tells two of one second apart;
 * it is written with the return, so that it reads the same after a crash.
 */
export async function tellReturned(
  portalId: string,
  closings: readonly {
    readonly ref: TicketRef;
    readonly movedAt: Instant;
    readonly returns: number | null;
  }[],
  { triggers }: Pick<GateDeps, 'triggers'>,
): Promise<void> {
  await triggers?.tell(
    portalId,
    closings.map(({ ref, movedAt, returns }) => ({
      code: 'closegate_returned',
      ref,
      fact: `${movedAt}@${returns ?? 0}`,
    })),
  );
}

/** Closed because the client was silent. */
export async function tellNoAnswer(
  portalId: string,
  ticket: OneTicket,
  { triggers }: Pick<GateDeps, 'triggers'>,
): Promise<void> {
  await triggers?.tell(portalId, [signalOf(ticket, 'closegate_no_answer')]);
}

/** The client's word was entered by an agent, on the panel. */
export async function tellConfirmed(
  portalId: string,
  ticket: OneTicket,
  { triggers }: Pick<GateDeps, 'triggers'>,
): Promise<void> {
  await triggers?.tell(portalId, [signalOf(ticket, 'closegate_confirmed')]);
}

/**
 * The client answered. Words that change nothing (of an earlier cycle, thanks, a question) fire nothing, nor does a late
 * "not solved" that opens a ticket of its own: a trigger would move the old one.
 */
export async function tellAnswered(
  portalId: string,
  ticket: OneTicket,
  decision: ReplyDecision,
  { triggers }: Pick<GateDeps, 'triggers'>,
): Promise<void> {
  const confirmed = ticket.snapshot.record.confirmation === 'confirmed';
  // Perhaps this very answer closed the ticket, and the process died before the fact was told.
  const late = decision.kind === 'thanks' && confirmed;
  const code = late ? 'closegate_confirmed' : ANSWERS[decision.kind];
  if (code !== undefined) await triggers?.tell(portalId, [signalOf(ticket, code)]);
}

const ANSWERS: Readonly<Partial<Record<ReplyDecision['kind'], TriggerCode>>> = {
  confirm: 'closegate_confirmed',
  'note-confirmed': 'closegate_confirmed',
  'back-to-work': 'closegate_not_solved',
};

/** The client's "not solved" opened the closed ticket again. @param ticket in its new cycle */
export async function tellReopened(
  portalId: string,
  ticket: OneTicket,
  { triggers }: Pick<GateDeps, 'triggers'>,
): Promise<void> {
  const { ref } = ticket.snapshot;
  const fact = `${cycleOf(ticket)}@reopened`;
  await triggers?.tell(portalId, [{ code: 'closegate_not_solved', ref, fact }]);
}

/** One fact a round: cycle and request. */
function signalOf(ticket: OneTicket, code: TriggerCode) {
  const { ref, record } = ticket.snapshot;
  return { code, ref, fact: `${cycleOf(ticket)}@${record.askedAt ?? 0}` };
}
