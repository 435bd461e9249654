/** Portals that installed the app: what is remembered of each, and the keys to it. Implemented by redis/ and bitrix24/. */
import type { Instant } from '../../core/ticket.ts';
import type { Language } from './texts.ts';

/**
 * installing: the installer's page is open · active: served · needs-reconnecting: its grant is dead, an administrator
 * must open the app · unpaid: the platform refuses until it is paid for. Only active portals are swept.
 */
export type PortalState = 'installing' | 'active' | 'needs-reconnecting' | 'unpaid';

export interface PortalRecord {
  /** member_id: it outlives a renaming of the portal. */
  readonly portalId: string;
  /** `https://portal.example[:port]`, as the authorization server names it; never taken from a request. */
  readonly origin: string;
  /** `https://oauth.example`, one of the allowed ones. */
  readonly oauthEndpoint: string;
  /** What the portal's own calls are told apart by; secret. */
  readonly applicationToken: string;
  readonly scopes: readonly string[];
  /** L local, F free, D demo, T trial, P paid, S subscription (PORTAL 1.2). */
  readonly status: string;
  /** Version of the app on the portal. */
  readonly version: string;
  readonly language: Language;
  /** The administrator in whose name the app acts until there is a system user. */
  readonly installerId: number;
  readonly state: PortalState;
  /** Mark of the manifest that was carried out last; '' asks for it again. */
  readonly registered: string;
  readonly installedAt: Instant;
  readonly updatedAt: Instant;
}

/** The system user's pair outlives the installer's dismissal (PORTAL 1.2): kept apart, preferred where it came. */
export type TokenOwner = 'installer' | 'system';

export interface TokenPair {
  readonly owner: TokenOwner;
  readonly accessToken: string;
  readonly refreshToken: string;
  /** The access token is good until then, by the app's clock. */
  readonly expiresAt: Instant;
  readonly userId: number;
}

/** What may change while a portal is installed. */
export type PortalChange = Partial<Omit<PortalRecord, 'portalId' | 'installedAt' | 'updatedAt'>>;

export interface PortalRegistry {
  find(portalId: string): Promise<PortalRecord | null>;
  /** Ids of every portal known, with its state. */
  states(): Promise<ReadonlyMap<string, PortalState>>;
  save(record: PortalRecord): Promise<void>;
  /** False when the portal is not known (any more): what was erased must not come back. */
  change(portalId: string, change: PortalChange): Promise<boolean>;
  /** From one state to another; false when it was in none of `from`, so that one process alone tells of it. */
  moveState(portalId: string, from: readonly PortalState[], to: PortalState): Promise<boolean>;
  /** @throws AppError config-invalid when they are sealed with a secret that is not named here */
  tokens(portalId: string, owner: TokenOwner): Promise<TokenPair | null>;
  /** False when the portal is not known (any more). */
  saveTokens(portalId: string, pair: TokenPair): Promise<boolean>;
  dropTokens(portalId: string, owner: TokenOwner): Promise<void>;
  /** Tokens, record and everything about people; with `clean` settings and the journal too. Nothing on the portal. */
  erase(portalId: string, options: { readonly clean: boolean }): Promise<void>;
  /**
   * Erases again what work under way wrote after an erasure; `last` ends it. A portal that came back is left alone.
   * Called when that work has ended, and once more by the upkeep.
   */
  eraseRest(options: { readonly last: boolean }): Promise<void>;
  /** Seals anew with the present secret what an older one sealed; how many values that were. */
  reseal(): Promise<number>;
}

/** What a caller claims about itself when it comes for the first time (or again). Nothing of it is believed. */
export interface FirstContact {
  readonly portalId: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly applicationToken: string;
  /** '' when the request named none. */
  readonly serverEndpoint: string;
  readonly version: string;
  readonly language: Language;
}

/** What the authorization server and the portal it names said. */
export interface VerifiedPortal {
  readonly origin: string;
  readonly oauthEndpoint: string;
  readonly scopes: readonly string[];
  readonly status: string;
  readonly pair: Omit<TokenPair, 'owner'>;
  readonly admin: boolean;
}

export type ContactRefusal =
  /** The request names an authorization server that is not allowed. */
  | 'foreign-host'
  /** The token is not one of this application. */
  | 'not-our-app'
  /** The token belongs to another portal than the one claimed. */
  | 'other-portal'
  /** The platform does not accept the tokens (any more). */
  | 'dead-grant'
  | 'unpaid';

export type ContactAnswer =
  | { readonly ok: true; readonly verified: VerifiedPortal }
  | { readonly ok: false; readonly refused: ContactRefusal };

export interface PortalVerifier {
  /** Asks the allowed authorization server first and then the portal it names. @throws AppError for outages */
  verify(contact: FirstContact): Promise<ContactAnswer>;
  /** Whose token of this application it is, asked at the portal's known address; null when it is none there. @throws AppError for outages */
  identify(
    portal: Pick<PortalRecord, 'portalId' | 'origin'>,
    accessToken: string,
  ): Promise<{ readonly userId: number; readonly admin: boolean } | null>;
}
