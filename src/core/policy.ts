/** The closing policy: the regulation as data, one document per pipeline, versioned. */
import type { Instant, Outcome } from './ticket.ts';

export interface PipelineRef {
  readonly entityTypeId: number;
  readonly categoryId: number;
}

/** `2:5`: the spelling of the command line and of storage keys. */
export function pipelineKey(pipeline: PipelineRef): string {
  return `${pipeline.entityTypeId}:${pipeline.categoryId}`;
}

/** What a stage means to the gate. `closed:<outcome>` closes with that outcome unless the ticket names its own. */
export type StageRole = 'work' | 'awaiting-confirmation' | 'gate' | 'exempt' | `closed:${Outcome}`;

/**
 * What an unmet criterion does to a closing: nothing; a warning; a return unless a reason is written; a return unless
 * somebody who may override writes the reason.
 */
export type Strictness = 'off' | 'warn' | 'justify' | 'block';

export const CRITERION_IDS = [
  'problem-solved',
  'related-work-closed',
  'client-confirmed',
  'questions-answered',
  'solution-documented',
  'documentation-extras',
  'text-quality',
  'information-complete',
  'knowledge-base-decided',
  'knowledge-base-linked',
  'product-update-confirmed',
  'close-reason-given',
  'duplicate-linked',
] as const;
export type CriterionId = (typeof CRITERION_IDS)[number];

export interface CriterionSetting {
  readonly id: CriterionId;
  /** The clause of the regulation it enforces, as written there (a stable code such as `step-1`). */
  readonly clause: ClauseId;
  readonly strictness: Strictness;
  /** Outcomes whose closings need it; for others it is not applicable. */
  readonly outcomes: readonly Outcome[];
}

/** Clauses of the regulation by stable code; docs/REGULATION.md and the locale files carry their text. */
export const CLAUSE_IDS = [
  'step-1',
  'step-2',
  'step-3',
  'step-4',
  'step-5',
  'step-6',
  'step-7',
  'criterion-4',
  'special-no-confirmation',
  'special-product-update',
  'special-mistake',
] as const;
export type ClauseId = (typeof CLAUSE_IDS)[number];

export const TEXT_FIELDS = [
  'checkedHow',
  'problem',
  'cause',
  'solution',
  'recommendations',
  'diagnostics',
  'kbNote',
  'confirmationEvidence',
  'resolution',
  'mistakeMeasure',
  'productVersion',
  'productInstruction',
  'holdReason',
  'policyVersion',
  'exceptionReason',
  'duplicateOf',
] as const;
export const INTEGER_FIELDS = ['timeSpent', 'cycle', 'returns'] as const;
export const URL_LIST_FIELDS = ['resources'] as const;
export const DATETIME_FIELDS = ['closedAt', 'askedAt', 'remindedAt', 'holdUntil'] as const;
export const CHOICE_FIELDS = [
  'kbDecision',
  'confirmation',
  'closeReason',
  'outcome',
  'mistakeCause',
] as const;

export type ChoiceField = (typeof CHOICE_FIELDS)[number];
export type FieldKey =
  | (typeof TEXT_FIELDS)[number]
  | (typeof INTEGER_FIELDS)[number]
  | (typeof URL_LIST_FIELDS)[number]
  | (typeof DATETIME_FIELDS)[number]
  | ChoiceField;
export const FIELD_KEYS: readonly FieldKey[] = [
  ...TEXT_FIELDS,
  ...INTEGER_FIELDS,
  ...URL_LIST_FIELDS,
  ...DATETIME_FIELDS,
  ...CHOICE_FIELDS,
];

/** Ways to a client, in the words of the settings; `call` is a to-do for the assignee to call, and no delivery. */
export const CLIENT_CHANNELS = ['chat', 'mail', 'call'] as const;
export type ClientChannel = (typeof CLIENT_CHANNELS)[number];

/** Numbers of the policy; each can be overridden by `--set`. Waits are in working days unless the name says otherwise. */
export interface PolicyNumbers {
  readonly firstWaitDays: number;
  readonly secondWaitDays: number;
  readonly undoMinutes: number;
  readonly reopenWindowDays: number;
  /** Returns of one ticket within `returnWindowMinutes` after which the gate stops and tells the lead. */
  readonly maxReturns: number;
  readonly returnWindowMinutes: number;
}

export interface ClosingPolicy extends PolicyNumbers {
  readonly schema: 1;
  /** Grows by one with each save; the closing keeps the version that judged it. */
  readonly version: number;
  readonly pipeline: PipelineRef;
  readonly mode: 'observe' | 'enforce';
  readonly language: 'ru' | 'en';
  /** Moves made before this instant (portal clock) are left alone. */
  readonly cutoff: Instant;
  /** Stage id → role. Stages not named here are work stages. */
  readonly stages: Readonly<Record<string, StageRole>>;
  /** The mapped work stage: where a return goes when the previous stage is unknown or refuses. */
  readonly returnStage: string;
  readonly fields: Readonly<Record<FieldKey, string>>;
  /** Choice field → code → id of the list item on this portal. */
  readonly options: Readonly<Record<ChoiceField, Readonly<Record<string, number>>>>;
  readonly criteria: readonly CriterionSetting[];
  /** Ask the client by itself when a closing lacks nothing but the confirmation. */
  readonly autoAsk: boolean;
  /** In this order, the first that reaches the client; never empty. A final notice leaves `call` out. */
  readonly channels: readonly ClientChannel[];
  /** A pure "thank you, it works" in a chat or a letter is the client's confirmation; otherwise it is only suggested as one. */
  readonly thanksConfirms: boolean;
  /** The leads get the lists of waiting and overdue tickets on the morning of each working day. */
  readonly digest: boolean;
  /** IANA zone of the working hours: the portal's calendar has none. */
  readonly timeZone: string;
  /** Dates (`YYYY-MM-DD`) that override every calendar: days off and extra working days. */
  readonly daysOff: readonly string[];
  readonly workDays: readonly string[];
  /** CRM field whose value names the ticket's category, and the values that demand diagnostics. */
  readonly diagnostics: { readonly field: string; readonly values: readonly string[] } | null;
  /** Users told when the gate needs a person. */
  readonly leads: readonly number[];
  /** Users whose written reason lets a closing pass although a blocking criterion is unmet. */
  readonly overriders: readonly number[];
}
