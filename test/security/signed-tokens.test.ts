/** Everything the product signs: no bit of it can be changed, and nothing of one kind passes for another. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readClientToken, writeClientToken } from '../../src/app/client-token.ts';
import { readHoldToken, writeHoldToken } from '../../src/app/hold-token.ts';
import { createSessionTokens } from '../../src/http/session-token.ts';
import { createFormTokens, createTokenSigner } from '../../src/http/token-signer.ts';

const SECRET = 'a-secret-of-the-security-suite-0123456789';
const NOW = Date.UTC(2026, 10, 22, 9);
const DAY_MS = 24 * 60 * 60_000;
const now = (): number => NOW;
const PAGE = 'client page';

interface Kind {
  readonly name: string;
  readonly make: (secret: string) => string;
  readonly opens: (token: string) => boolean;
}

const signer = createTokenSigner(SECRET);
const link = { portalId: 'p1', ref: { entityTypeId: 2, id: 759 }, cycle: 1 };
const expiresAt = NOW + DAY_MS;
const client = { ...link, expiresAt, purpose: 'answer', readingOf: '' } as const;
const session = (audience: 'card' | 'admin') =>
  ({
    portalId: 'p1',
    userId: 11,
    isAdmin: audience === 'admin',
    ticket: audience === 'card' ? '2:759' : null,
    audience,
    timeZone: 'Europe/Moscow',
    language: 'ru',
  }) as const;
const sessions = (secret: string) => createSessionTokens([secret], now);
const forms = (secret: string) => createFormTokens(secret, now);

const KINDS: readonly Kind[] = [
  {
    name: 'session of the panel',
    make: (secret) => sessions(secret).issue(session('card')).token,
    opens: (token) => sessions(SECRET).open(token, 'card') !== null,
  },
  {
    name: 'session of the settings',
    make: (secret) => sessions(secret).issue(session('admin')).token,
    opens: (token) => sessions(SECRET).open(token, 'admin') !== null,
  },
  {
    name: "client's link",
    make: (secret) => writeClientToken(createTokenSigner(secret), client),
    opens: (token) => readClientToken(signer, token)?.purpose === 'answer',
  },
  {
    name: 'link for reading a reply',
    make: (secret) =>
      writeClientToken(createTokenSigner(secret), {
        ...client,
        purpose: 'reading',
        readingOf: 'activity:15',
      }),
    opens: (token) => readClientToken(signer, token)?.purpose === 'reading',
  },
  {
    name: 'link of a pause',
    make: (secret) => writeHoldToken(createTokenSigner(secret), { ...link, expiresAt }),
    opens: (token) => readHoldToken(signer, token) !== null,
  },
  {
    name: 'form',
    make: (secret) => forms(secret).issue(PAGE),
    opens: (token) => forms(SECRET).check(PAGE, token),
  },
];

const byName = KINDS.map((kind) => [kind.name, kind] as const);

describe.each(byName)('the token of a %s', (_name, { make, opens }) => {
  it('opens as it was made, and not under another secret', () => {
    expect([opens(make(SECRET)), opens(make(`${SECRET}0`))]).toEqual([true, false]);
  });

  it('does not open with any one bit flipped', () => {
    const token = Buffer.from(make(SECRET), 'latin1');
    const opened: string[] = [];
    for (let bit = 0; bit < token.length * 8; bit += 1) {
      const changed = Buffer.from(token);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      if (opens(changed.toString('latin1'))) opened.push(`bit ${bit}`);
    }

    expect(opened).toEqual([]);
  });

  it('does not open cut, lengthened, doubled, spelled otherwise, or mixed with a second one', () => {
    const token = make(SECRET);
    fc.assert(
      fc.property(
        fc.nat(token.length - 1),
        fc.string({ minLength: 1, maxLength: 8 }),
        (at, more) => {
          const cut = token.slice(0, at);
          const others = [
            cut,
            `${token}${more}`,
            `${more}${token}`,
            `${cut}${more}${token.slice(at)}`,
          ];
          return others.every((other) => other === token || !opens(other));
        },
      ),
    );
    const spelled = [
      `${token}=`,
      ` ${token}`,
      `${token}\n`,
      encodeURIComponent(`${token}/`),
      token + token,
    ];
    expect(spelled.filter(opens)).toEqual([]);
  });

  it('is none of another kind', () => {
    const token = make(SECRET);

    expect(KINDS.filter((kind) => kind.opens(token)).map(({ name }) => name)).toEqual([_name]);
  });
});

describe('the token of a form', () => {
  it('belongs to its page and to its day', () => {
    const token = forms(SECRET).issue(PAGE);
    const tomorrow = createFormTokens(SECRET, () => NOW + DAY_MS + 1);
    const yesterday = createFormTokens(SECRET, () => NOW - 1);

    expect(forms(SECRET).check('another page', token)).toBe(false);
    expect([tomorrow.check(PAGE, token), yesterday.check(PAGE, token)]).toEqual([false, false]);
  });
});
