import type { AppStatus } from '../apps/app-records.ts';
import type { TokenBook } from './token-book.ts';

/** An application as the auth server knows it on one portal. */
export interface OauthClient {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes: readonly string[];
  readonly status: AppStatus;
  /** False: uninstalled there, or never installed. */
  readonly present: boolean;
  readonly paymentExpired: boolean;
  /** The documented result of app.info. */
  info(): Readonly<Record<string, unknown>>;
}

/** A portal as the auth server knows it. Its clock counts the tokens' lives. */
export interface OauthTenant {
  readonly memberId: string;
  now(): number;
  /** Present address, `http://host:port`. */
  url(): string;
  /** Doubt S10: how long a traded refresh token still works, seconds. */
  oldRefreshSeconds(): number;
  /** Doubt S10: HTTP status of refusals. */
  errorStatus(): number;
  client(clientId: string): OauthClient | undefined;
}

export interface OauthCounts {
  refreshes: number;
  codes: number;
  refusals: number;
  infos: number;
}

/** The authorization server of the platform: one for all portals. */
export interface OauthServer {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  readonly tokens: TokenBook;
  readonly tenants: Map<string, OauthTenant>;
  readonly stats: OauthCounts;
  /** True: every request gets 503. */
  down: boolean;
  /** The next n token requests are carried out, then the connection is cut without an answer. */
  cutAnswers: number;
  /** Milliseconds each token request takes. */
  delayMs: number;
  close(): Promise<void>;
}
