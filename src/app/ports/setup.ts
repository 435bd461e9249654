/** What setup and the doctor ask of the portal. Implemented by bitrix24/. */
import type { ClosingPolicy, FieldKey, PipelineRef } from '../../core/policy.ts';
import type { Instant, TicketRef } from '../../core/ticket.ts';
import type { PortalStage } from './tickets.ts';

export interface PortalPipeline extends PipelineRef {
  readonly name: string;
}

export interface FieldSpec {
  readonly key: FieldKey;
  readonly type: 'text' | 'integer' | 'url-list' | 'datetime' | 'choice';
  /** Service fields are kept out of the card where the platform allows. */
  readonly service: boolean;
  readonly label: { readonly ru: string; readonly en: string };
  /** For choices: code → label. The code becomes the item's XML_ID. */
  readonly items: readonly {
    readonly code: string;
    readonly label: { readonly ru: string; readonly en: string };
  }[];
}

export interface FieldSetReport {
  readonly fields: Readonly<Record<FieldKey, string>>;
  readonly options: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly created: readonly FieldKey[];
}

/** A custom field as people of the portal see it. */
export interface CrmField {
  readonly name: string;
  readonly label: string;
  /** The platform's word: string, integer, datetime, url, enumeration… */
  readonly type: string;
  readonly multiple: boolean;
  readonly readOnly: boolean;
  /** Items of a list; null where the portal does not show them. */
  readonly items: readonly { readonly id: number; readonly label: string }[] | null;
}

/** What setup reads and creates on the portal. */
export interface SetupGateway {
  listPipelines(entityTypeId: number): Promise<readonly PortalPipeline[]>;
  listStages(entityTypeIds: readonly number[]): Promise<readonly PortalStage[]>;
  countTickets(pipeline: PipelineRef): Promise<number>;
  /** Creates what is missing by XML_ID, leaves what exists; `progress` hears of each field. */
  ensureFields(
    entityTypeId: number,
    specs: readonly FieldSpec[],
    progress: (done: number, total: number) => void,
  ): Promise<FieldSetReport>;
  /** Custom fields of the entity type, the app's own included. */
  listFields(entityTypeId: number): Promise<readonly CrmField[]>;
  appUserId(): Promise<number>;
  serverTime(): Promise<Instant>;
}

/** A field that the portal calls required (crm.item.fields); what a stage requires is told by no method (PORTAL 3.6). */
export interface RequiredField {
  /** As the card's layout names it. */
  readonly name: string;
  readonly title: string;
}

/** `unknown`: nobody of the staff has the id (any more), or it is an application's own user. */
export type StaffStanding = 'active' | 'dismissed' | 'unknown';

export interface PortalProbe {
  /** Scopes granted to the webhook. */
  scopes(): Promise<readonly string[]>;
  profile(): Promise<{ readonly id: number; readonly admin: boolean }>;
  serverTime(): Promise<Instant>;
  /** Existing field names of the entity type. */
  fieldNames(entityTypeId: number): Promise<readonly string[]>;
  /** List items of the choice fields: field name → ids of its items; left out where the portal does not tell. */
  listItems?(entityTypeId: number): Promise<Readonly<Record<string, readonly number[]>>>;
  listStages(entityTypeIds: readonly number[]): Promise<readonly PortalStage[]>;
  /** Changes one service field of one ticket and puts it back, so that the portal sends an event; null when there is no ticket. */
  nudge(policy: ClosingPolicy): Promise<TicketRef | null>;
  /** Whether the app may read and change tickets of the pipeline. */
  rights(pipeline: PipelineRef): Promise<'ok' | 'read-only' | 'none'>;
  /** Fields a person has to fill in; those that are never empty are left out. */
  requiredFields?(entityTypeId: number): Promise<readonly RequiredField[]>;
  /** Fields in the card that all users share; null: the portal's default card, of which nothing is told. */
  cardFields?(pipeline: PipelineRef): Promise<readonly string[] | null>;
  /** Workflows that start by themselves when an item of the type changes; null where the app may not look. */
  workflows?(entityTypeId: number): Promise<readonly string[] | null>;
  /** null where the app may not look. */
  staff?(userIds: readonly number[]): Promise<ReadonlyMap<number, StaffStanding> | null>;
}
