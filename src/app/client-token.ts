/** What a link to the client page stands for. Its text is signed, so that nobody can make one up or change it. */
import type { Instant, TicketRef } from '../core/ticket.ts';

/** Signs texts into strings fit for a URL; implemented by http/ with a keyed hash. */
export interface TokenSigner {
  seal(text: string): string;
  /** The sealed text; null for anything this signer did not seal. Takes the same time wherever a forgery differs. */
  open(token: string): string | null;
}

/** `answer`: the client's own; `reading`: an agent says how a client's reply is to be read. */
export type LinkPurpose = 'answer' | 'reading';

/** Revoked by the ticket's next cycle: the page compares `cycle` with the case's. */
export interface ClientLink {
  readonly portalId: string;
  readonly ref: TicketRef;
  readonly cycle: number;
  readonly purpose: LinkPurpose;
  readonly expiresAt: Instant;
  /** The reply that is read (`activity:15`, `chat:85851`); '' for the purpose `answer`. */
  readonly readingOf: string;
}

const VERSION = '1';
const PURPOSES: Readonly<Record<string, LinkPurpose>> = { a: 'answer', r: 'reading' };
const MINUTE_MS = 60_000;
const PATTERN =
  /^(?<version>\w+) (?<purpose>[ar]) (?<portal>\S{1,128}) (?<type>[0-9a-z]{1,10}) (?<id>[0-9a-z]{1,11}) (?<cycle>[0-9a-z]{1,6}) (?<expiry>[0-9a-z]{1,8}) (?<reading>\S{0,40})$/;

const DAY_MS = 24 * 60 * MINUTE_MS;
/** Links outlive the longest reopen window (30 working days), so that a late answer still finds its ticket. */
const LINK_LIFE_MS = 60 * DAY_MS;
const STEP_MS = 30 * DAY_MS;

/**
 * When a link ends: 60 to 90 days from now. It grows in steps of 30 days that begin with `since`, a moment that stands on
 * the ticket and is hardly older than the message: rendered again after a crash, the message holds the very same link,
 * by which it is looked for.
 */
export function linkExpiry(since: Instant, now: Instant): Instant {
  const steps = Math.floor(Math.max(0, now - since) / STEP_MS) + 1;
  return since + steps * STEP_MS + LINK_LIFE_MS;
}

/** The token of a link (part of its URL). The expiry is kept in whole minutes, rounded up. */
export function writeClientToken(signer: TokenSigner, link: ClientLink): string {
  const numbers = [
    link.ref.entityTypeId,
    link.ref.id,
    link.cycle,
    Math.ceil(link.expiresAt / MINUTE_MS),
  ];
  const purpose = link.purpose === 'answer' ? 'a' : 'r';
  const fields = [VERSION, purpose, link.portalId, ...numbers.map((n) => n.toString(36))];
  return signer.seal([...fields, link.readingOf].join(' '));
}

/** null for a token that is not ours. An expired one is read: the page says so kindly. */
export function readClientToken(signer: TokenSigner, token: string): ClientLink | null {
  const fields = PATTERN.exec(signer.open(token) ?? '')?.groups;
  const purpose = PURPOSES[fields?.['purpose'] ?? ''];
  if (fields === undefined || purpose === undefined || fields['version'] !== VERSION) return null;
  const number = (name: string): number => Number.parseInt(fields[name] ?? '', 36);
  return {
    portalId: fields['portal'] ?? '',
    ref: { entityTypeId: number('type'), id: number('id') },
    cycle: number('cycle'),
    purpose,
    expiresAt: number('expiry') * MINUTE_MS,
    readingOf: fields['reading'] ?? '',
  };
}
