/** What the settings pages ask of the portal and of the document format. Implemented by bitrix24/, redis/ and compose. */
import type { SettingsCalendar } from '../../core/admin/settings-state.ts';
import type { ClosingPolicy, PipelineRef } from '../../core/policy.ts';
import type { Instant } from '../../core/ticket.ts';
import type { WorkingTime } from '../../core/working-time.ts';
import type { CrmField, PortalPipeline } from './setup.ts';
import type { PortalStage } from './tickets.ts';

export interface TicketType {
  readonly entityTypeId: number;
  /** Name of the smart process; '' for deals. */
  readonly name: string;
}

/** One pipeline, read in one request. */
export interface PipelineLook {
  readonly pipeline: PortalPipeline;
  readonly typeName: string;
  /** In the board's order. */
  readonly stages: readonly PortalStage[];
  readonly fields: readonly CrmField[];
  readonly serverTime: Instant;
  readonly appUserId: number;
}

export interface StandingWish {
  readonly stageIds: readonly string[];
  /** Only those moved there at this instant or later. */
  readonly movedSince?: Instant;
}

export interface StaffMember {
  readonly id: number;
  /** '' when the portal has none for them. */
  readonly name: string;
}

/** All reads. Throws portal faults; a missing scope or method is null. */
export interface SettingsGateway {
  /** Deals and every smart process with stages that the app may see; `complete` false: the portal did not list smart processes. */
  types(): Promise<{ readonly types: readonly TicketType[]; readonly complete: boolean }>;
  pipelines(entityTypeIds: readonly number[]): Promise<readonly PortalPipeline[]>;
  /** null: the portal has no such pipeline. */
  look(pipeline: PipelineRef): Promise<PipelineLook | null>;
  /** How many tickets stand there, one number per wish; null where the portal does not tell. */
  standing(
    pipeline: PipelineRef,
    wishes: readonly StandingWish[],
  ): Promise<readonly (number | null)[]>;
  /** Those of them that work at the company; null: the portal does not let the app look. */
  staff(ids: readonly number[]): Promise<readonly StaffMember[] | null>;
  /** By parts of the name; null: the portal does not let the app look. */
  findStaff(words: string): Promise<readonly StaffMember[] | null>;
}

export interface CalendarLook {
  readonly calendar: SettingsCalendar;
  /** What real timers would be set by under this policy. */
  readonly time: WorkingTime;
}

/** What the working calendar comes to under a policy that need not be saved. */
export type LookAtCalendar = (
  policy: Pick<ClosingPolicy, 'daysOff' | 'workDays' | 'timeZone'>,
  from: Instant,
) => Promise<CalendarLook>;

/** What ids in a policy document were called where it was exported, so that another portal can find its own. */
export interface DocumentNames {
  readonly stages: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, string>>;
  /** Field → item id → label. */
  readonly items: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly people: Readonly<Record<string, string>>;
}

export interface PolicyDocument {
  readonly policy: ClosingPolicy;
  /** null in documents that carry none. */
  readonly names: DocumentNames | null;
}

export type DocumentReading =
  | ({ readonly ok: true } & PolicyDocument)
  | {
      readonly ok: false;
      /** Path as in settings-state, and what the schema says. */
      readonly problems: readonly { readonly path: string; readonly message: string }[];
    };

/** Reads a policy document strictly: unknown keys are problems. Also takes what `npm run policy -- show --json` prints. */
export type ReadPolicyDocument = (document: unknown) => DocumentReading;
