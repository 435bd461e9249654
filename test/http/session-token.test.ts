import { describe, expect, it } from '@jest/globals';
import { createSessionTokens, SESSION_MS } from '../../src/http/session-token.ts';

const SECRET = 'first-secret-0123456789-0123456789';
const NOW = Date.UTC(2026, 10, 22, 9);
const CLAIMS = {
  portalId: 'a223c6b3710f85df22e9377d6c4f7553',
  userId: 11,
  isAdmin: false,
  ticket: '2:759',
  audience: 'card',
  timeZone: 'Europe/Moscow',
  language: 'ru',
} as const;

let now = NOW;
const clock = () => now;
const tokens = createSessionTokens([SECRET], clock);

describe('a session token', () => {
  it('tells for fifteen minutes whose it is, where and about which ticket', () => {
    now = NOW;
    const { token, expiresAt } = tokens.issue(CLAIMS);

    expect(expiresAt).toBe(NOW + SESSION_MS);
    expect(tokens.open(token, 'card')).toEqual({ kind: 'live', session: { ...CLAIMS, expiresAt } });
  });

  it('is no token of another page', () => {
    const { token } = tokens.issue(CLAIMS);

    expect(tokens.open(token, 'admin')).toBeNull();
  });

  it('is over after its time, and nothing at all half a day later', () => {
    now = NOW;
    const { token } = tokens.issue(CLAIMS);
    now = NOW + SESSION_MS;
    const over = tokens.open(token, 'card');
    now = NOW + SESSION_MS + 12 * 3600_000;
    const gone = tokens.open(token, 'card');
    now = NOW;

    expect([over?.kind, gone]).toEqual(['over', null]);
  });

  it('does not open with one character changed, wherever it stands', () => {
    const { token } = tokens.issue(CLAIMS);
    const opened = Array.from(token, (char, at) => {
      const other = char === 'A' ? 'B' : 'A';
      return tokens.open(`${token.slice(0, at)}${other}${token.slice(at + 1)}`, 'card');
    });

    expect(opened.every((one) => one === null)).toBe(true);
  });

  it.each([
    ['another ticket', { t: '2:760' }],
    ['another portal', { p: 'b223c6b3710f85df22e9377d6c4f7553' }],
    ['an administrator', { a: true }],
    ['a later end', { e: NOW + 10 * SESSION_MS }],
  ])('does not open with %s written into it', (_what, change) => {
    const { token } = tokens.issue(CLAIMS);
    const [body = '', seal = ''] = token.split('.');
    const claims: object = JSON.parse(Buffer.from(body, 'base64url').toString());
    const forged = Buffer.from(JSON.stringify({ ...claims, ...change })).toString('base64url');

    expect(tokens.open(`${forged}.${seal}`, 'card')).toBeNull();
  });

  it('of an older secret counts until that secret is dropped', () => {
    const { token } = tokens.issue(CLAIMS);
    const rotated = createSessionTokens(['second-secret-0123456789-0123456', SECRET], clock);
    const dropped = createSessionTokens(['second-secret-0123456789-0123456'], clock);

    expect([rotated.open(token, 'card')?.kind, dropped.open(token, 'card')]).toEqual([
      'live',
      null,
    ]);
  });

  it('never reads the same twice', () => {
    expect(tokens.issue(CLAIMS).token).not.toBe(tokens.issue(CLAIMS).token);
  });

  it.each(['', 'x', 'a.b', `${'a'.repeat(2000)}.${'b'.repeat(43)}`])('is not "%.20s"', (text) => {
    expect(tokens.open(text, null)).toBeNull();
  });
});
