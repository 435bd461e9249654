/**
 * One message to one client, once: claimed, sent, marked. After a crash in between the portal is asked before anything is
 * sent again. The caller holds the ticket's lock, so a claim found here was left by a process that died, or by a request
 * that broke off; the portal may still be at work on that one.
 */
import type { Instant } from '../core/ticket.ts';
import { AppError } from '../errors.ts';
import { alertLeads } from './alert-leads.ts';
import type { ClientDeps } from './client-deps.ts';
import { knowActivities } from './known-activities.ts';
import { once } from './once.ts';
import type { OneTicket } from './one-ticket.ts';
import { cycleOf } from './one-ticket.ts';
import { unsentLetters } from './unsent-letters.ts';
import type {
  Admission,
  Delivery,
  OutboxState,
  OutgoingMessage,
  TimerKind,
} from './ports/client.ts';
import type { Fate } from './ports/runs.ts';

export type SendResult =
  | { readonly kind: 'sent'; readonly delivery: Delivery; readonly at: Instant }
  /** Not now: this run has had its share, or nothing leaves until a person has looked. */
  | HeldBack;

type HeldBack = Exclude<Admission, { readonly kind: 'go' }>;

/**
 * @throws AppError portal-outcome-unknown while a broken try may still arrive: to be asked again after that time
 * @param lookFirst the mark may have been lost with the store: the portal is asked even where nothing was claimed
 */
export async function sendOnce(
  portalId: string,
  message: OutgoingMessage,
  deps: ClientDeps,
  lookFirst = false,
): Promise<SendResult> {
  const { key } = message;
  const now = deps.clock.now();
  const state = await deps.outbox.claim(portalId, key, now);
  const reached = state.kind === 'sent' && state.delivery.kind === 'delivered';
  if (reached) return { kind: 'sent', delivery: state.delivery, at: state.at };
  if (state.kind === 'claimed' || lookFirst) {
    const tried = state.kind === 'claimed' ? state.at : now;
    const found = await deps.channels.findSent({
      ...message,
      unsent: unsentLetters(portalId, key, tried, deps),
    });
    if (found?.kind === 'delivered') return marked(portalId, key, found, deps);
    if (state.kind === 'claimed') untilSettled(state.foundAt, deps);
  }
  const admission = await admit(portalId, key, state, deps);
  if (admission.kind !== 'go') return admission;
  // A claim of its own for each try: how long the last one was known says nothing about this one.
  const claimedAt = state.kind === 'new' ? now : await claimAnew(portalId, key, deps);
  return sendClaimed(
    portalId,
    { ...message, unsent: unsentLetters(portalId, key, claimedAt, deps) },
    deps,
  );
}

/** A message held back is not claimed any more; the mark of a to-do stays. */
async function admit(
  portalId: string,
  key: string,
  state: OutboxState,
  deps: ClientDeps,
): Promise<Admission> {
  const admission = await deps.outbox.admit(portalId, key, deps.clock.now());
  const heldBack = admission.kind !== 'go';
  if (heldBack && state.kind !== 'sent') await deps.outbox.release(portalId, key);
  return admission;
}

/** A to-do is no delivery: asked to send again, the channels are tried anew, and an open to-do is found, not doubled. */
async function sendClaimed(
  portalId: string,
  message: OutgoingMessage,
  deps: ClientDeps,
): Promise<SendResult> {
  const { key } = message;
  const delivery = await deps.channels.send(message).catch(async (error: unknown) => {
    // Surely nothing left: the next try need not wait for what cannot arrive.
    const sure = error instanceof AppError && error.code !== 'portal-outcome-unknown';
    if (sure) await deps.outbox.release(portalId, key);
    throw error;
  });
  if (delivery.kind !== 'undelivered') return marked(portalId, key, delivery, deps);
  await deps.outbox.release(portalId, key);
  return { kind: 'sent', delivery, at: deps.clock.now() };
}

async function claimAnew(portalId: string, key: string, deps: ClientDeps): Promise<Instant> {
  const now = deps.clock.now();
  await deps.outbox.release(portalId, key);
  await deps.outbox.claim(portalId, key, now);
  return now;
}

/** A message that is not to be found may still be on its way while the portal works on the broken request. */
function untilSettled(foundAt: Instant, { clock, claimSettlesMs }: ClientDeps): void {
  const left = foundAt + claimSettlesMs - clock.now();
  if (left <= 0) return;
  throw new AppError('portal-outcome-unknown', 'A message may still arrive: asked again shortly.', {
    retry: 'after',
    retryAfterMs: left,
    detail: 'CLAIM',
  });
}

async function marked(
  portalId: string,
  key: string,
  delivery: Delivery,
  deps: ClientDeps,
): Promise<SendResult> {
  const at = deps.clock.now();
  await deps.outbox.sent(portalId, key, delivery, at);
  if (delivery.kind !== 'undelivered') await knowActivities(portalId, [delivery.reference], deps);
  return { kind: 'sent', delivery, at };
}

/** How long a message waits that the breaker held back. */
const LOOK_AGAIN_MS = 15 * 60_000;
const DAY_MS = 24 * 60 * 60_000;

/** The message's own timer tries again; of an open breaker the leads hear once a day, not once a ticket. */
export async function messageHeldBack(
  portalId: string,
  ticket: OneTicket,
  { held, kind }: { readonly held: HeldBack; readonly kind: TimerKind },
  deps: ClientDeps,
): Promise<Fate> {
  const { snapshot } = ticket;
  const now = deps.clock.now();
  const dueAt = held.kind === 'later' ? held.at : now + LOOK_AGAIN_MS;
  await deps.timers.set(portalId, { ref: snapshot.ref, cycle: cycleOf(ticket), kind, dueAt });
  if (held.kind === 'later') return 'run-full';
  await tellOfStop(portalId, ticket, deps);
  return 'stopped';
}

async function tellOfStop(portalId: string, ticket: OneTicket, deps: ClientDeps): Promise<void> {
  const { policy, snapshot } = ticket;
  const { ref } = snapshot;
  const mark = `messages-stopped@${Math.floor(deps.clock.now() / DAY_MS)}`;
  const code = 'messages-stopped';
  const alert = { code, ref, userIds: policy.leads, params: { id: ref.id } } as const;
  // The timers of a flood fire side by side: whoever finds it locked leaves the word to the other.
  await deps.lock.exclusively(`messages-stopped:${portalId}`, () =>
    once(portalId, mark, deps, () =>
      alertLeads(portalId, { ...alert, language: policy.language }, deps),
    ),
  );
}
