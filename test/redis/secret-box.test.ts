import { describe, expect, test } from '@jest/globals';
import { createSecretBox } from '../../src/redis/secret-box.ts';

const NOW = 'the present secret, long enough';
const BEFORE = 'the secret of last year, long enough';
const WHOSE = { portalId: 'a223c6b3710f85df', purpose: 'tokens:installer' };
const TEXT = '{"refreshToken":"4f9k"}';

describe('a sealed secret', () => {
  const box = createSecretBox([NOW]);

  test('opens for its portal and purpose, and shows nothing of itself', () => {
    const sealed = box.seal(TEXT, WHOSE);

    expect(box.open(sealed, WHOSE)).toBe(TEXT);
    expect(sealed).not.toContain('4f9k');
    expect(Buffer.from(sealed.split('.')[2] ?? '', 'base64url').toString('latin1')).not.toContain(
      '4f9k',
    );
    expect(box.seal(TEXT, WHOSE)).not.toBe(sealed);
  });

  test.each([
    ['another portal', { ...WHOSE, portalId: 'b334' }],
    ['another purpose', { ...WHOSE, purpose: 'tokens:system' }],
    [
      'a portal and purpose that only look the same joined',
      { portalId: 'a223c6b3710f85df:tokens', purpose: 'installer' },
    ],
  ])('does not open for %s', (_name, whose) => {
    expect(box.open(box.seal(TEXT, WHOSE), whose)).toBeNull();
  });

  test('does not open when any letter of it was changed', () => {
    const sealed = box.seal(TEXT, WHOSE);
    const body = sealed.lastIndexOf('.') + 1;

    for (let at = body; at < sealed.length - 1; at += 1) {
      const other = sealed[at] === 'A' ? 'B' : 'A';
      expect(box.open(`${sealed.slice(0, at)}${other}${sealed.slice(at + 1)}`, WHOSE)).toBeNull();
    }
    expect(box.open(sealed.slice(0, -6), WHOSE)).toBeNull();
    expect(box.open('', WHOSE)).toBeNull();
  });

  test('of an older secret opens while that one is named, and is told apart', () => {
    const sealed = createSecretBox([BEFORE]).seal(TEXT, WHOSE);
    const rotated = createSecretBox([NOW, BEFORE]);

    expect(rotated.open(sealed, WHOSE)).toBe(TEXT);
    expect([rotated.isCurrent(sealed), rotated.isCurrent(rotated.seal(TEXT, WHOSE))]).toEqual([
      false,
      true,
    ]);
    expect(box.open(sealed, WHOSE)).toBeNull();
  });
});
