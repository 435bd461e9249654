/** What a portal keeps about an application. Instants are epoch ms of the portal's clock. */
import type { TicketRef } from '../state/records.ts';
import type { OfflineQueue } from './offline-queue.ts';

/** L local, F free, D demo, T trial, P paid; S stands in the payment page's sample and in no list. */
export type AppStatus = 'L' | 'F' | 'D' | 'T' | 'P' | 'S';

export interface EventBinding {
  /** Upper case. */
  readonly event: string;
  readonly handler: string;
  /** User whose token goes with the event; 0: the one who acts. */
  readonly authType: number;
  readonly id: number;
}

export interface PlacementBinding {
  readonly id: number;
  readonly placement: string;
  readonly handler: string;
  readonly title: string;
  readonly description: string;
  readonly langAll: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly options: Readonly<Record<string, unknown>>;
}

/** A robot as bizproc.robot.add describes it: parameter names in upper case, as given. */
export interface AppRobot {
  readonly code: string;
  fields: Readonly<Record<string, unknown>>;
}

/** A robot an administrator has put on a stage. */
export interface PlacedRobot {
  readonly code: string;
  readonly stageId: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** How long the step waits for an answer, seconds of the portal's clock; 0: as long as it takes. */
  readonly timeoutSeconds: number;
}

export interface StoredRun {
  readonly code: string;
  readonly ticket: TicketRef;
  readonly eventToken: string;
  /** Epoch ms after which an answer is too late; null: never. */
  readonly endsAt: number | null;
  readonly waits: boolean;
  delivered: number;
  done: boolean;
  returned: Record<string, unknown> | null;
  readonly log: string[];
}

export interface AttachedTrigger {
  readonly code: string;
  readonly stageId: string;
  readonly allowBack: boolean;
}

export interface TriggerSignal {
  readonly code: string;
  readonly ticket: string;
  readonly moved: boolean;
}

export interface SandboxApp {
  readonly id: number;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly name: string;
  readonly handlerUrl: string;
  readonly installUrl: string | null;
  readonly kind: 'local' | 'market';
  readonly ui: boolean;
  scopes: readonly string[];
  version: string;
  status: AppStatus;
  paymentExpired: boolean;
  /** New: added and never installed, or uninstalled; installing: the installer was opened and has not finished. */
  stage: 'new' | 'installing' | 'installed';
  applicationToken: string;
  readonly pastTokens: string[];
  installerId: number;
  systemUserId: number | null;
  firstRun: boolean;
  readonly options: Map<string, unknown>;
  readonly userOptions: Map<number, Map<string, unknown>>;
  events: EventBinding[];
  readonly offline: OfflineQueue;
  placements: PlacementBinding[];
  readonly robots: Map<string, AppRobot>;
  readonly triggers: Map<string, string>;
  placedRobots: PlacedRobot[];
  attachedTriggers: AttachedTrigger[];
  readonly runs: StoredRun[];
  readonly signals: TriggerSignal[];
}

/** True when the app's events are sent and its widgets shown. */
export function isActive(app: SandboxApp): boolean {
  return app.stage === 'installed' && !app.paymentExpired;
}
