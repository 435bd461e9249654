/**
 * One message to one client, once: claimed, sent, marked. After a crash in between the portal is asked before anything is
 * sent again. The caller holds the ticket's lock, so a claim found here was left by a process that died.
 */
import type { ClientDeps } from './client-deps.ts';
import type { Delivery, OutgoingMessage } from './ports/client.ts';

export type SendResult =
  | { readonly kind: 'sent'; readonly delivery: Delivery }
  /** Far more messages than normal are due: nothing leaves until a person has looked. */
  | { readonly kind: 'stopped' };

export async function sendOnce(
  portalId: string,
  message: OutgoingMessage,
  deps: ClientDeps,
): Promise<SendResult> {
  const state = await deps.outbox.claim(portalId, message.key, deps.clock.now());
  if (state.kind === 'sent') return { kind: 'sent', delivery: state.delivery };
  if (state.kind === 'claimed') {
    const found = await deps.channels.findSent(message);
    if (found) {
      await deps.outbox.sent(portalId, message.key, found, deps.clock.now());
      return { kind: 'sent', delivery: found };
    }
  }
  if (!(await deps.outbox.admit(portalId, deps.clock.now()))) {
    await deps.outbox.release(portalId, message.key);
    return { kind: 'stopped' };
  }
  const delivery = await deps.channels.send(message);
  if (delivery.kind === 'undelivered') await deps.outbox.release(portalId, message.key);
  else await deps.outbox.sent(portalId, message.key, delivery, deps.clock.now());
  return { kind: 'sent', delivery };
}
