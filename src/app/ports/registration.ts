/** What the app puts onto a portal that installs it. Implemented by bitrix24/. */

export interface EventBinding {
  /** Upper-case code. */
  readonly event: string;
  readonly handler: string;
}

export interface PlacementBinding {
  readonly placement: string;
  readonly handler: string;
  readonly title: string;
  readonly titles: Readonly<Record<string, string>>;
}

/** Parameters as they are handed to the portal. */
export type Nested =
  string | number | null | readonly Nested[] | { readonly [key: string]: Nested };

/** As bizproc.robot.add takes it, apart from AUTH_USER_ID. */
export interface RobotCard {
  readonly code: string;
  readonly handler: string;
  readonly name: Readonly<Record<string, string>>;
  readonly description: Readonly<Record<string, string>>;
  readonly properties: Readonly<Record<string, Nested>>;
  readonly returns: Readonly<Record<string, Nested>>;
  readonly waits: boolean;
}

export interface TriggerCard {
  readonly code: string;
  readonly name: string;
}

/** A label on the board, as crm.activity.badge.add takes it. */
export interface BadgeCard {
  readonly code: string;
  readonly type: string;
  readonly title: Readonly<Record<string, string>>;
  readonly value: Readonly<Record<string, string>>;
}

/** Everything that should stand on one portal, no more and no less. */
export interface RegistrationPlan {
  readonly events: readonly EventBinding[];
  readonly placements: readonly PlacementBinding[];
  readonly robots: readonly RobotCard[];
  readonly triggers: readonly TriggerCard[];
  readonly badges: readonly BadgeCard[];
}

export const REGISTRATION_PARTS = ['events', 'placements', 'robots', 'triggers', 'badges'] as const;
export type RegistrationPart = (typeof REGISTRATION_PARTS)[number];

export interface RegistrationProblem {
  /** Code of the event, placement, robot, trigger or badge. */
  readonly what: string;
  /** The portal's error code. */
  readonly code: string;
}

export interface RegistrationResult {
  readonly added: number;
  readonly removed: number;
  /** Stood there already. */
  readonly kept: number;
  readonly problems: readonly RegistrationProblem[];
}

/** Codes of events or placements. */
export interface RegistrationGap {
  /** Bound nowhere by this app. */
  readonly missing: readonly string[];
  /** Bound to another address than the plan's, and not to the plan's. */
  readonly elsewhere: readonly string[];
}

/** What the portal says about the app itself (app.info) and whose key is used (profile). */
export interface AppStanding {
  readonly installed: boolean;
  readonly status: string;
  readonly paymentExpired: boolean;
  readonly version: string;
  readonly userId: number;
  readonly admin: boolean;
}

export interface AppRegistrar {
  /** Makes one part of the portal as the plan says; safe to repeat. @throws AppError for outages */
  carryOut(
    part: RegistrationPart,
    plan: RegistrationPlan,
    userId: number,
  ): Promise<RegistrationResult>;
  /** What of one part stands there beside what should; nothing is changed. @throws AppError for outages and refusals */
  compare(part: 'events' | 'placements', plan: RegistrationPlan): Promise<RegistrationGap>;
  standing(): Promise<AppStanding>;
}
