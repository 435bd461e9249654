/** Sessions of the pages inside the portal: a compact signed token, carried in the Authorization header only. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Instant } from '../core/ticket.ts';

export const AUDIENCES = ['card', 'admin'] as const;
/** Which page the session is for: a token of one is none for the other. */
export type Audience = (typeof AUDIENCES)[number];

export interface Session {
  readonly portalId: string;
  readonly userId: number;
  readonly isAdmin: boolean;
  /** `2:8061`; null where the page is about no ticket. */
  readonly ticket: string | null;
  readonly audience: Audience;
  readonly expiresAt: Instant;
  /** IANA zone of the user; ''. */
  readonly timeZone: string;
  readonly language: 'ru' | 'en';
}

/** `over`: genuine, but its time has passed; good for nothing but asking for a new one. */
export interface OpenedSession {
  readonly kind: 'live' | 'over';
  readonly session: Session;
}

export interface SessionTokens {
  issue(session: Omit<Session, 'expiresAt'>): {
    readonly token: string;
    readonly expiresAt: Instant;
  };
  /** null for anything that was not signed here for this audience. */
  open(token: string, audience: Audience | null): OpenedSession | null;
}

export const SESSION_MS = 15 * 60_000;
/** A tab left open over lunch goes on; one left over the weekend is opened anew. */
const RENEWABLE_MS = 12 * 60 * 60_000;

const TOKEN = /^([A-Za-z0-9_-]{20,1000})\.([A-Za-z0-9_-]{43})$/;

const claimsSchema = z.strictObject({
  p: z.string().min(1).max(100),
  u: z.number().int().positive(),
  a: z.boolean(),
  t: z
    .string()
    .regex(/^[1-9]\d{0,9}:[1-9]\d{0,15}$/)
    .nullable(),
  d: z.enum(AUDIENCES),
  e: z.number().int(),
  z: z.string().max(64),
  l: z.enum(['ru', 'en']),
  j: z.string().min(8),
});

/** @param secrets the present one first, then older ones whose sessions still count */
export function createSessionTokens(
  secrets: readonly [string, ...string[]],
  now: () => Instant,
): SessionTokens {
  return {
    issue(session) {
      const expiresAt = now() + SESSION_MS;
      const { portalId: p, userId: u, isAdmin: a, ticket: t, audience: d } = session;
      const j = randomBytes(9).toString('base64url');
      const claims = { p, u, a, t, d, e: expiresAt, z: session.timeZone, l: session.language, j };
      const body = Buffer.from(JSON.stringify(claims)).toString('base64url');
      return { token: `${body}.${mac(secrets[0], body).toString('base64url')}`, expiresAt };
    },
    open(token, audience) {
      const [, body = '', seal = ''] = TOKEN.exec(token) ?? [];
      if (body === '' || !isSealed(body, seal, secrets)) return null;
      const session = readClaims(body);
      if (session === null || (audience !== null && session.audience !== audience)) return null;
      if (now() < session.expiresAt) return { kind: 'live', session };
      return now() < session.expiresAt + RENEWABLE_MS ? { kind: 'over', session } : null;
    },
  };
}

/** Every secret is tried, so that the time tells nothing. */
function isSealed(body: string, seal: string, secrets: readonly string[]): boolean {
  const given = Buffer.from(seal, 'base64url');
  // One spelling: the last letter of 43 has spare bits that the decoder drops.
  if (given.toString('base64url') !== seal) return false;
  let known = false;
  for (const secret of secrets) known = timingSafeEqual(given, mac(secret, body)) || known;
  return known;
}

function readClaims(body: string): Session | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(body, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
  const read = claimsSchema.safeParse(parsed);
  if (!read.success) return null;
  const { p, u, a, t, d, e, z: timeZone, l } = read.data;
  return {
    portalId: p,
    userId: u,
    isAdmin: a,
    ticket: t,
    audience: d,
    expiresAt: e,
    timeZone,
    language: l,
  };
}

/** `session` keeps a hash made for a link from being taken for one of these. */
function mac(secret: string, body: string): Buffer {
  return createHmac('sha256', secret).update(`closegate session 1\n${body}`).digest();
}
