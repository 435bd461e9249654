/** One action of the panel on one ticket: read whole under its lock, in the name of the person who pressed the button. */
import type { CardAction } from '../../core/card-state.ts';
import type { StagePlace, TicketRecord } from '../../core/ticket.ts';
import { AppError } from '../../errors.ts';
import type { ClientDeps } from '../client-deps.ts';
import { ticketLine } from '../journal-lines.ts';
import type { OneTicket } from '../one-ticket.ts';
import { cycleOf, findTicket } from '../one-ticket.ts';
import type { CardDeps, CardViewer } from './card-deps.ts';

export interface CardScene {
  readonly viewer: CardViewer;
  readonly ticket: OneTicket;
  readonly deps: CardDeps;
}

/** What an action led to; codes of the locale files (`card.note.*`, `card.refused.*`). */
export type CardOutcome =
  | { readonly kind: 'done'; readonly note: string }
  | {
      readonly kind: 'refused';
      readonly code: string;
      /** Field or part of the form that mends it; '' when none does. */
      readonly field: string;
      readonly params: Readonly<Record<string, string | number>>;
    };

export type Refusal = Extract<CardOutcome, { readonly kind: 'refused' }>;

export function done(note: string): CardOutcome {
  return { kind: 'done', note };
}

export function refused(
  code: string,
  field = '',
  params: Readonly<Record<string, string | number>> = {},
): Refusal {
  return { kind: 'refused', code, field, params };
}

export interface OwnEdit {
  readonly changes: Partial<TicketRecord>;
  readonly moveTo: StagePlace | null;
}

/**
 * Writes in the person's own name, so that the portal's rights decide; null when it stands.
 * @throws AppError portal-outcome-unknown when nobody can say
 */
export async function editAsPerson(
  { viewer, ticket }: Pick<CardScene, 'viewer' | 'ticket'>,
  { changes, moveTo }: OwnEdit,
): Promise<Refusal | null> {
  const { ref } = ticket.snapshot;
  const { policy } = ticket;
  const outcomes = await viewer.hand.writer.change([{ ref, policy, changes, moveTo }]);
  const [outcome] = outcomes.values();
  if (outcome?.ok) return null;
  if (!outcome || outcome.why === 'unknown') {
    throw new AppError('portal-outcome-unknown', 'The ticket was perhaps not written: try again.', {
      retry: 'backoff',
      detail: outcome?.detail ?? '',
    });
  }
  return refused(outcome.why);
}

/** The ticket as it stands now, for whoever goes on with it after a write. */
export async function again({ viewer, ticket, deps }: CardScene): Promise<OneTicket> {
  const { portalId, ref, hand } = viewer;
  const found = await findTicket(portalId, ref, deps.client, hand.tickets);
  if (typeof found !== 'string') return found;
  throw new AppError('ticket-not-found', 'The ticket cannot be read any more.', {
    detail: `${found} ${ticket.snapshot.stageId}`.slice(0, 40),
  });
}

/** Who pressed which button; `reason` in their own words is kept as the journal keeps reasons. */
export async function noteAction(
  { viewer, ticket, deps }: CardScene,
  action: CardAction,
  detail: Readonly<Record<string, string | number>> = {},
): Promise<void> {
  const now = deps.client.clock.now();
  const line = ticketLine(ticket, 'panel-action', now, {
    action,
    cycle: cycleOf(ticket),
    ...detail,
  });
  await deps.client.journal.append(viewer.portalId, [{ ...line, movedBy: viewer.userId }]);
}

/** The countdown of the present request is off, as after a client's answer. */
export async function stopCountdown({ viewer, ticket, deps }: CardScene): Promise<void> {
  const { timers }: Pick<ClientDeps, 'timers'> = deps.client;
  const kinds = ['send-request', 'remind', 'close', 'hold-end'] as const;
  await timers.cancel(viewer.portalId, ticket.snapshot.ref, kinds);
}
