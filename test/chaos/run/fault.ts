/** What a fault of a chaos run may take hold of. Faults are modules of their own; the runner draws them by the seed. */
import type { Watch } from '../watch.ts';

/** What a fault may make lawful: events nobody got, state that Redis has forgotten. */
export type Leniency = 'events-lost' | 'state-lost';
export type WorldKind = 'webhook' | 'installed';

export interface Fault {
  /** Shown in tables, e.g. 'redis frozen'; part of it is what `--faults` takes. */
  readonly name: string;
  /** Absent: nothing, the end state must equal the ideal. */
  readonly allows?: readonly Leniency[];
  /** Worlds it makes sense in; absent: both. */
  readonly worlds?: readonly WorldKind[];
  /**
   * Breaks something. The function returned heals it; it is called once or more, and has to leave everything as it was.
   * All that is drawn is drawn from `random` before the first await, so that a replay draws the same.
   */
  begin(world: ChaosWorld, random: () => number): Promise<Heal>;
}

export type Heal = () => Promise<void>;

export interface ChaosWorld {
  readonly kind: WorldKind;
  readonly redis: RedisControl;
  readonly web: ServiceProcess;
  readonly workers: readonly ServiceProcess[];
  readonly portal: PortalFaults;
  readonly events: EventFaults;
  readonly clock: ChaosClock;
  /** Tokens and address of an installed portal; null in the world of a webhook. */
  readonly grants: Grants | null;
  /**
   * What the runbook says after Redis has lost everything and there is no copy: the app is opened, the pipeline set up.
   * @param since before the loss; moves from then on are judged
   */
  setUpAgain(since: number): Promise<void>;
  /** Answers that clients gave and that stand in Redis alone are on their tickets, or some seconds have passed. */
  answersWorkedOff(): Promise<void>;
  /** One line into the log of the run, with its time. */
  note(text: string): void;
}

export interface RedisControl {
  /** Stable through restarts: where the service connects to. */
  readonly url: string;
  /** Ends it (TERM: as an operator would) and starts it again `downMs` later on the same file. */
  restart(signal: 'SIGTERM' | 'SIGKILL', downMs: number): Promise<void>;
  flush(): Promise<void>;
  freeze(): void;
  thaw(): void;
  /** Memory limit in bytes above what is used now; null: none. */
  limitMemory(spareBytes: number | null): Promise<void>;
  /** Power is cut: what was written in the last `lostMs` never came to the disk. */
  cutPower(lostMs: number): Promise<void>;
  /** A break of all its connections at once. */
  cutConnections(): void;
  /** Asked about every chunk of commands a worker sends; null: no one asks. */
  watch(watch: Watch | null): void;
}

export interface ServiceProcess {
  readonly name: string;
  readonly role: 'web' | 'worker';
  readonly running: boolean;
  /** What it logged lately (warnings and faults). */
  readonly log: readonly string[];
  /** Ready when resolved. No-op when it runs. */
  start(): Promise<void>;
  /** TERM, as a graceful stop. */
  stop(): Promise<void>;
  /** kill -9 */
  kill(): Promise<void>;
  /** From its next start on it runs another version of the service; null: the present one. */
  runVersion(script: string | null): void;
  /** Stands still as a machine that swaps or is moved does; what it holds runs out meanwhile. */
  freeze(): void;
  thaw(): void;
}

/** What processes are started with; the world makes it, the processes get it by message. */
export interface ServicePlace {
  readonly redisUrl: string;
  /** One of both. */
  readonly webhook: { readonly url: string; readonly eventToken: string } | null;
  readonly app: {
    readonly clientId: string;
    readonly clientSecret: string;
    readonly oauthOrigins: readonly string[];
  } | null;
  readonly secret: string;
  readonly publicUrl: string;
  /** The port the web process listens on, the same after a restart. */
  readonly port: number;
  /** `ServiceTuning` of compose.ts. */
  readonly tuning: Readonly<Record<string, unknown>>;
}

/** Which requests of the service go wrong. */
export interface PortalRule {
  /** Probability for one request; absent: all. */
  readonly share?: number;
  /** Absent: every method. A batch fits when one of its commands does. */
  readonly method?: RegExp;
  /** Absent: requests to the portal. */
  readonly door?: 'rest' | 'oauth';
  readonly trouble: PortalTrouble;
}

export type PortalTrouble =
  /** Not done; answered so. `code` is the `error` of the body; absent: an HTML page as a proxy makes it. */
  | { readonly kind: 'refused'; readonly status: number; readonly code?: string }
  /** Not done; the connection breaks. */
  | { readonly kind: 'reset' }
  /** Done, and the connection breaks before the answer, after so long. */
  | { readonly kind: 'cut-after'; readonly afterMs: number }
  /** Never answered until healed; not done. */
  | { readonly kind: 'hangs' }
  /** Done and answered, so much later. */
  | { readonly kind: 'slow'; readonly byMs: number };

export interface PortalFaults {
  /** The rule holds until the function returned is called. */
  break(rule: PortalRule): () => void;
  /** Asked about every request of the service and every answer; null: no one asks. */
  watch(watch: Watch | null): void;
  /** Requests the portal is still at work on. */
  underWay(): number;
}

export interface EventRule {
  /** Probability that an event never comes. */
  readonly drop?: number;
  /** Probability that it comes twice, the second time up to `lateMs` later. */
  readonly double?: number;
  /** Each comes late by a random part of this: the order is lost with it. */
  readonly lateMs?: number;
  /** All wait until healed, and come then in reverse order. */
  readonly hold?: boolean;
}

export interface EventFaults {
  break(rule: EventRule): () => void;
  underWay(): number;
}

export interface ChaosClock {
  /** The portal's clock, epoch ms; what people's time is counted by. */
  now(): number;
  /** Time passes for portal and service alike; timers that are due by then fire. */
  advance(ms: number): Promise<void>;
  /** Until the same time of the next working day, and a little more. */
  untilNextWorkingDay(): number;
  /** Service processes are off from the portal's clock by so much (one of them, or all); 0: right again. */
  skew(ms: number, process?: ServiceProcess): Promise<void>;
}

export interface Grants {
  /** Access tokens are over, refresh tokens live on. */
  expire(): void;
  /** The grant is dead until an administrator opens the app again. */
  revoke(): void;
  restore(): Promise<void>;
  /** The portal moves to another address; the old one answers 302. */
  rename(): Promise<void>;
}
