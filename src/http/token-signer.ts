import { createHmac, timingSafeEqual } from 'node:crypto';
import type { TokenSigner } from '../app/client-token.ts';

/** 128 bits: short enough for a message, far too many to guess. */
const MAC_BYTES = 16;
const MAC_CHARS = 22;
/** Closes a token, so that no mail program takes a trailing `-` or `_` off the link. */
const END = '1';
const TOKEN = /^[A-Za-z0-9_-]{23,400}1$/;

/**
 * Seals for links: HMAC-SHA256, then the text, both base64url.
 * @param oldSecrets secrets before the present one: links sealed with them still open
 */
export function createTokenSigner(secret: string, oldSecrets: readonly string[] = []): TokenSigner {
  const secrets = [secret, ...oldSecrets];
  return {
    seal: (text) => `${keyedHash(secret, 'link', text).toString('base64url')}${encode(text)}${END}`,
    open(token) {
      if (!TOKEN.test(token)) return null;
      const body = token.slice(MAC_CHARS, -END.length);
      const text = Buffer.from(body, 'base64url').toString('utf8');
      const given = Buffer.from(token.slice(0, MAC_CHARS), 'base64url');
      // Every secret is tried, so that the time tells nothing.
      let known = false;
      for (const one of secrets)
        known = timingSafeEqual(given, keyedHash(one, 'link', text)) || known;
      // One spelling per token: the decoder would also read others.
      const spelled = `${given.toString('base64url')}${encode(text)}${END}`;
      return known && spelled === token ? text : null;
    },
  };
}

/** Ties a form to the page it was given out with. */
export interface FormTokens {
  issue(page: string): string;
  check(page: string, token: string): boolean;
}

const FORM_TOKEN = /^[0-9a-z]{1,9}\.[A-Za-z0-9_-]{22}$/;

/** `now` in epoch milliseconds; a form older than `maxAgeMs` is given out anew. */
export function createFormTokens(
  secret: string,
  now: () => number,
  maxAgeMs: number = 24 * 3600_000,
): FormTokens {
  const mac = (page: string, time: string): Buffer => keyedHash(secret, 'form', `${time} ${page}`);
  return {
    issue(page) {
      const time = now().toString(36);
      return `${time}.${mac(page, time).toString('base64url')}`;
    },
    check(page, token) {
      if (!FORM_TOKEN.test(token)) return false;
      const [time = '', given = ''] = token.split('.');
      const seal = Buffer.from(given, 'base64url');
      // One spelling: the last letter has spare bits that the decoder drops.
      const known = timingSafeEqual(seal, mac(page, time)) && seal.toString('base64url') === given;
      const age = now() - Number.parseInt(time, 36);
      return known && age >= 0 && age <= maxAgeMs;
    },
  };
}

/** `use` keeps a hash made for one thing from being taken for another. */
function keyedHash(secret: string, use: 'link' | 'form', text: string): Buffer {
  return createHmac('sha256', secret)
    .update(`closegate ${use} 1\n${text}`)
    .digest()
    .subarray(0, MAC_BYTES);
}

function encode(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64url');
}
