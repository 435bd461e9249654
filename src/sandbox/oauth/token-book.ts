import { randomBytes } from 'node:crypto';

/** Whose rights a pair of tokens carries. */
export interface Grant {
  readonly memberId: string;
  readonly clientId: string;
  readonly userId: number;
}

export interface TokenPair extends Grant {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Epoch ms of the portal's clock. */
  accessEndsAt: number;
  readonly refreshEndsAt: number;
  /** When the refresh token was traded for a new pair; null: not yet. */
  retiredAt: number | null;
  revoked: boolean;
}

export const ACCESS_SECONDS = 3600;
const REFRESH_MS = 180 * 86_400_000;
const CODE_MS = 30_000;

interface Code extends Grant {
  readonly endsAt: number;
}

/** Every token the auth server has issued, for all portals and applications. */
export class TokenBook {
  readonly #pairs = new Map<string, TokenPair>();
  readonly #byRefresh = new Map<string, TokenPair>();
  readonly #codes = new Map<string, Code>();

  issue(grant: Grant, now: number): TokenPair {
    const pair: TokenPair = {
      ...grant,
      accessToken: token(),
      refreshToken: token(),
      accessEndsAt: now + ACCESS_SECONDS * 1000,
      refreshEndsAt: now + REFRESH_MS,
      retiredAt: null,
      revoked: false,
    };
    this.#pairs.set(pair.accessToken, pair);
    this.#byRefresh.set(pair.refreshToken, pair);
    return pair;
  }

  /** The pair of an access token, expired ones included; undefined: never issued, or its grant is dead. */
  byAccess(accessToken: string): TokenPair | undefined {
    const pair = this.#pairs.get(accessToken);
    return pair?.revoked ? undefined : pair;
  }

  byRefresh(refreshToken: string): TokenPair | undefined {
    return this.#byRefresh.get(refreshToken);
  }

  code(grant: Grant, now: number): string {
    const code = token();
    this.#codes.set(code, { ...grant, endsAt: now + CODE_MS });
    return code;
  }

  /** Whose the code is, without using it. */
  ownerOf(code: string): Grant | undefined {
    return this.#codes.get(code);
  }

  /** A code works once. */
  takeCode(code: string, now: number): Grant | undefined {
    const found = this.#codes.get(code);
    this.#codes.delete(code);
    return found && found.endsAt > now ? found : undefined;
  }

  of(memberId: string, clientId: string, userId?: number): TokenPair[] {
    return [...this.#pairs.values()].filter(
      (pair) =>
        pair.memberId === memberId &&
        pair.clientId === clientId &&
        (userId === undefined || pair.userId === userId),
    );
  }
}

function token(): string {
  return randomBytes(35).toString('hex');
}
