/** A secret is changed without breaking what clients already hold. */
import { describe, expect, it } from '@jest/globals';
import { createSessionTokens } from '../../src/http/session-token.ts';
import { createTokenSigner } from '../../src/http/token-signer.ts';

const SESSION = {
  portalId: 'p1',
  userId: 7,
  isAdmin: false,
  ticket: null,
  audience: 'card',
  timeZone: 'Europe/Moscow',
  language: 'ru',
} as const;
const [BEFORE, NOW, NEVER] = [
  'the secret of last year',
  'the present secret',
  'a secret never used',
];

describe('while one process after the other gets the new secret', () => {
  it('links and sessions of each open in the other: read first, then sealed with', () => {
    const reads = [BEFORE, NOW] as const;
    const seals = [NOW, BEFORE] as const;
    for (const [one, other] of [
      [[BEFORE], reads],
      [reads, seals],
      [seals, seals],
    ] as const) {
      for (const [from, to] of [
        [one, other],
        [other, one],
      ] as const) {
        const link = createTokenSigner(from[0], from.slice(1)).seal('a link');
        expect(createTokenSigner(to[0], to.slice(1)).open(link)).toBe('a link');
        const { token } = createSessionTokens([...from], () => 0).issue(SESSION);
        expect(createSessionTokens([...to], () => 0).open(token, null)?.kind).toBe('live');
      }
    }
  });

  it('a process that was left out cannot open what the new secret sealed', () => {
    const link = createTokenSigner(NOW, [BEFORE]).seal('a link');

    expect(createTokenSigner(BEFORE).open(link)).toBeNull();
  });
});

describe('a link sealed before the secret was changed', () => {
  const sent = createTokenSigner(BEFORE).seal('a link');

  it('opens while the old secret is named, and no longer', () => {
    expect(createTokenSigner(NOW, [NEVER, BEFORE]).open(sent)).toBe('a link');
    expect(createTokenSigner(NOW).open(sent)).toBeNull();
  });

  it('is not what new links are sealed with', () => {
    const now = createTokenSigner(NOW, [BEFORE]).seal('a link');

    expect(now).not.toBe(sent);
    expect(createTokenSigner(NOW).open(now)).toBe('a link');
  });

  it('cannot be made up with a secret that was never used', () => {
    const forged = createTokenSigner(NEVER).seal('a link');

    expect(createTokenSigner(NOW, [BEFORE]).open(forged)).toBeNull();
  });
});
