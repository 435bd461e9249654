/** What the command-line tools are given by the composition root (`composeTools` in compose.ts). */
import type { RoleHint } from '../../core/guess-stage-roles.ts';
import type { FieldSpec, PortalProbe, SetupGateway } from './setup.ts';
import type { Clock } from './runtime.ts';
import type { Journal, PolicyStore } from './state.ts';
import type { Language } from './texts.ts';

/** How the store stands; null where the server does not tell (managed services forbid CONFIG). */
export interface RedisStanding {
  readonly version: string;
  readonly appendonly: boolean | null;
  readonly maxmemoryPolicy: string | null;
  /** The in-process stand-in that forgets everything at exit. */
  readonly memoryOnly: boolean;
}

export interface RedisProbe {
  /** Throws store-unavailable when the store does not answer. */
  standing(): Promise<RedisStanding>;
}

/** Counters of the event route, shared by all processes through the store. */
export interface EventCounters {
  /** Accepted events of this ticket key (`2:759`) so far; 0 when none was heard of. */
  accepted(portalId: string, key: string): Promise<number>;
  /** Events refused for an unknown token so far. */
  refused(): Promise<number>;
}

/** Words of the command line by key, from the locale files; `count` chooses the plural form. */
export type Say = (
  language: Language,
  key: string,
  params?: Readonly<Record<string, string | number>>,
) => string;

export interface Tools {
  readonly portalId: string;
  readonly setup: SetupGateway;
  readonly probe: PortalProbe;
  readonly policies: PolicyStore;
  readonly journal: Journal;
  readonly redisProbe: RedisProbe;
  readonly eventCounters: EventCounters;
  readonly fieldSpecs: readonly FieldSpec[];
  /** Parts of stage names that hint at a role, for the first guess. */
  readonly roleHints: readonly RoleHint[];
  /** How many outgoing-webhook tokens are configured. */
  readonly eventTokenCount: number;
  readonly clock: Clock;
  close(): Promise<void>;
}
