/** What a link to the pause page stands for: this ticket in this cycle, for some days. Signed, and no other link's text. */
import type { Instant, TicketRef } from '../core/ticket.ts';
import type { TokenSigner } from './client-token.ts';

export interface HoldLink {
  readonly portalId: string;
  readonly ref: TicketRef;
  readonly cycle: number;
  readonly expiresAt: Instant;
}

const MINUTE_MS = 60_000;
/** As long as a morning's message is read; the next one brings a fresh link. */
export const HOLD_LINK_MS = 7 * 24 * 60 * MINUTE_MS;

/** `h` keeps it apart from the client page's purposes. */
const PATTERN =
  /^1 h (?<portal>\S{1,128}) (?<type>[0-9a-z]{1,10}) (?<id>[0-9a-z]{1,11}) (?<cycle>[0-9a-z]{1,6}) (?<expiry>[0-9a-z]{1,8})$/;

/** The token of a link (part of its URL). The expiry is kept in whole minutes, rounded up. */
export function writeHoldToken(signer: TokenSigner, link: HoldLink): string {
  const { ref, cycle, expiresAt } = link;
  const numbers = [ref.entityTypeId, ref.id, cycle, Math.ceil(expiresAt / MINUTE_MS)];
  return signer.seal(['1', 'h', link.portalId, ...numbers.map((n) => n.toString(36))].join(' '));
}

/** null for a token that is not ours. An expired one is read: the page says so kindly. */
export function readHoldToken(signer: TokenSigner, token: string): HoldLink | null {
  const fields = PATTERN.exec(signer.open(token) ?? '')?.groups;
  if (fields === undefined) return null;
  const number = (name: string): number => Number.parseInt(fields[name] ?? '', 36);
  return {
    portalId: fields['portal'] ?? '',
    ref: { entityTypeId: number('type'), id: number('id') },
    cycle: number('cycle'),
    expiresAt: number('expiry') * MINUTE_MS,
  };
}
