/** What the self-check remembers, and what it asks about an installed app. Implemented by redis/ and the composition root. */
import type { DoctorAnswer } from '../../core/admin/doctor-state.ts';
import type { Instant } from '../../core/ticket.ts';
import type { Finding } from '../doctor-findings.ts';
import type { PortalRecord, TokenPair } from './portals.ts';
import type { AppStanding, RegistrationGap } from './registration.ts';

export interface StoredAnswer {
  readonly answer: DoctorAnswer;
  /** What the stages were when it was given; another mark asks again. */
  readonly mark: string;
  readonly at: Instant;
  /** 0: from the command line. */
  readonly by: number;
}

export interface StoredCheck {
  readonly at: Instant;
  readonly findings: readonly Finding[];
}

/** Throws store-unavailable. An entry of another version of the app is left out. */
export interface DoctorNotes {
  answers(portalId: string): Promise<ReadonlyMap<string, StoredAnswer>>;
  answer(portalId: string, questionId: string, answer: StoredAnswer): Promise<void>;
  /** Each check with its last result. */
  results(portalId: string): Promise<ReadonlyMap<string, StoredCheck>>;
  keep(portalId: string, results: ReadonlyMap<string, StoredCheck>): Promise<void>;
}

/** An installed app as the platform sees it. Throws portal faults. */
export interface AppProbe {
  /** null: erased meanwhile. */
  record(): Promise<PortalRecord | null>;
  /** The pair the app works with: the system user's, else the installer's. */
  pair(): Promise<Pick<TokenPair, 'owner' | 'expiresAt' | 'userId'> | null>;
  standing(): Promise<AppStanding>;
  bindings(): Promise<Readonly<Record<'events' | 'placements', RegistrationGap>>>;
  /** Scopes the gate cannot do without, and those some of its parts want, as the app's manifest lists them. */
  readonly scopes: { readonly required: readonly string[]; readonly optional: readonly string[] };
}
