/** A secret is changed without breaking what clients already hold. */
import { describe, expect, it } from '@jest/globals';
import { createTokenSigner } from '../../src/http/token-signer.ts';

const [BEFORE, NOW, NEVER] = [
  'the secret of last year',
  'the present secret',
  'a secret never used',
];

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
