import type { Grant, GrantAnswer, OAuthClient } from '../../src/bitrix24/oauth-client.ts';

export const OAUTH = 'https://oauth.example';
export const ORIGIN = 'https://portal.example';

/** An authorization server that rotates: a refresh token is good once. */
export class FakeOAuth implements OAuthClient {
  readonly clientId = 'local.1';
  readonly asked: string[] = [];
  readonly good = new Set<string>();
  /** What is answered instead. */
  trouble: GrantAnswer | Error | null = null;
  change: Partial<Grant> = {};
  #last = 0;

  endpointOf(address: string): string | null {
    return address === '' || address.startsWith(`${OAUTH}/`) ? OAUTH : null;
  }

  async refresh(_endpoint: string, refreshToken: string): Promise<GrantAnswer> {
    this.asked.push(refreshToken);
    await new Promise((resolve) => setImmediate(resolve));
    if (this.trouble instanceof Error) throw this.trouble;
    if (this.trouble !== null) return this.trouble;
    if (!this.good.delete(refreshToken)) return { kind: 'dead', code: 'invalid_grant' };
    this.#last += 1;
    const next = `refresh-${this.#last}`;
    this.good.add(next);
    const grant: Grant = {
      accessToken: `access-${this.#last}`,
      refreshToken: next,
      expiresInMs: 3600_000,
      memberId: 'p1',
      userId: 1,
      scopes: ['crm'],
      status: 'L',
      origin: ORIGIN,
      endpoint: OAUTH,
      ...this.change,
    };
    return { kind: 'granted', grant };
  }

  async whoseToken(): Promise<null> {
    return null;
  }
}
