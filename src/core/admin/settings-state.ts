/**
 * What the settings pages are given and send back. Plain data; sentences are in the reader's language. A pipeline is spelled
 * `2:5` (entity type and category). A path names a setting as in the version list: `stages.C5:WON`, `fields.cause`,
 * `options.outcome.spam`, `criteria.client-confirmed.outcomes`, `firstWaitDays`, `daysOff`, `leads`.
 */
import type {
  ClauseId,
  ClientChannel,
  ClosingPolicy,
  CriterionId,
  FieldKey,
  PolicyNumbers,
  StageRole,
  Strictness,
} from '../policy.ts';
import type { Instant, Outcome } from '../ticket.ts';

/** GET /api/settings */
export interface SettingsHome {
  /** Deals first, then each smart process that has stages; pipelines with a policy that the portal no longer has come last. */
  readonly pipelines: readonly PipelineLine[];
  /** Said once above the list: smart processes could not be read, a policy is unreadable. */
  readonly notices: readonly string[];
}

export interface PipelineLine {
  readonly pipeline: string;
  /** Name of the smart process; '' for deals. */
  readonly typeName: string;
  readonly name: string;
  /** `off`: no policy. `broken`: one that can no longer be read; saving repairs it. `gone`: the portal no longer has the pipeline. */
  readonly state: 'off' | 'observe' | 'enforce' | 'broken' | 'gone';
  /** 0 without a policy. */
  readonly version: number;
}

/** GET and PUT /api/settings/pipeline/2:5 */
export interface PipelineSettings {
  readonly pipeline: string;
  readonly typeName: string;
  readonly name: string;
  /** What a save must name; 0: nothing is saved yet and `policy` is the regulation's proposal. */
  readonly version: number;
  /**
   * The form's content, sent back whole. A field of the map that is '' becomes (or already is) the app's own field; its
   * `options` are then filled in by the server. Stages left out of `stages` are work stages.
   */
  readonly policy: ClosingPolicy;
  readonly book: SettingsBook;
  readonly check: PolicyCheck;
  readonly switching: SwitchConsequences;
  /** Names for the ids in `leads` and `overriders`; an id without a name is shown as a number. */
  readonly people: readonly Person[];
  /** `ids`: the portal does not let the app look people up by name, so that ids are typed. */
  readonly peopleBy: 'names' | 'ids';
  /** Set by a PUT only: the app's own fields that were created; whether anything differed from the version before. */
  readonly saved?: { readonly changed: boolean; readonly created: readonly FieldKey[] };
}

export interface Person {
  readonly id: number;
  readonly name: string;
}

/** What there is to choose from. */
export interface SettingsBook {
  /** In the board's order. */
  readonly stages: readonly SettingsStage[];
  readonly roles: readonly Choice<StageRole>[];
  readonly fields: readonly SettingsField[];
  /** Fields whose value may name the ticket's category (`diagnostics.field`). */
  readonly categoryFields: readonly PortalFieldChoice[];
  readonly criteria: readonly SettingsCriterion[];
  readonly strictnesses: readonly (Choice<Strictness> & { readonly about: string })[];
  readonly outcomes: readonly Choice<Outcome>[];
  readonly channels: readonly Choice<ClientChannel>[];
  /** Least and most, both allowed. */
  readonly limits: Readonly<Record<keyof PolicyNumbers, readonly [number, number]>>;
}

export interface Choice<Code extends string> {
  readonly code: Code;
  readonly label: string;
}

export interface SettingsStage {
  readonly stageId: string;
  readonly name: string;
  readonly semantics: 'process' | 'success' | 'failure';
}

export interface SettingsField {
  readonly key: FieldKey;
  readonly label: string;
  readonly type: 'text' | 'integer' | 'url-list' | 'datetime' | 'choice';
  /** The app's own book-keeping, which agents do not fill in. */
  readonly service: boolean;
  /** The app's own field for this key on this portal; null: it would be created. */
  readonly own: string | null;
  /** Existing fields of a fitting type, the app's own left out. */
  readonly existing: readonly PortalFieldChoice[];
  /** For choices: the codes that each need an item of their own (`options.<key>.<code>` is the item's id). */
  readonly codes: readonly Choice<string>[];
}

export interface PortalFieldChoice {
  readonly name: string;
  readonly label: string;
  /** Items of a list; empty for other types. */
  readonly items: readonly { readonly id: number; readonly label: string }[];
}

export interface SettingsCriterion {
  readonly id: CriterionId;
  readonly clause: ClauseId;
  /** Clause as people call it: «step 3». */
  readonly clauseName: string;
  readonly title: string;
  /** As the regulation has it, to compare with and go back to. */
  readonly preset: { readonly strictness: Strictness; readonly outcomes: readonly Outcome[] };
}

/**
 * POST /api/settings/pipeline/2:5/check {policy} answers {check, switching}; problems refuse a save, warnings do not. `switching` is
 * null unless the policy would take the pipeline from observing to enforcing: then it counts by the stages and the cut-off as typed.
 */
export interface PolicyCheck {
  readonly problems: readonly SettingNote[];
  readonly warnings: readonly SettingNote[];
  readonly calendar: SettingsCalendar;
  /** null: the calendar leaves no working days for the waits; `problems` says so. */
  readonly example: WaitExamples | null;
}

export interface SettingNote {
  /** '' for the policy as a whole. */
  readonly path: string;
  readonly code: string;
  readonly text: string;
}

/** Instants by the code that sets the real timers, to be shown in `timeZone`. */
export interface WaitExamples {
  readonly timeZone: string;
  /** Asked at this moment. */
  readonly now: WaitExample;
  /** Asked on the coming Friday at 18:30. */
  readonly friday: WaitExample;
}

export interface WaitExample {
  readonly askedAt: Instant;
  /** When the request leaves: the same moment in working hours, else the next opening. */
  readonly sentAt: Instant;
  readonly remindAt: Instant;
  readonly closeAt: Instant;
}

/** What waits are counted by, all layers together. */
export interface SettingsCalendar {
  readonly timeZone: string;
  /** Zones to choose from: IANA names. */
  readonly timeZones: readonly string[];
  /** `portal`: as the portal says; `default`: the portal tells nothing, so 9 to 18, Monday to Friday. */
  readonly source: 'portal' | 'default';
  /** Minutes from midnight; 1440 is midnight at the end of the day. */
  readonly dayStart: number;
  readonly dayEnd: number;
  /** 1 is Monday. */
  readonly weekDaysOff: readonly number[];
  /** Dates of the coming year that differ from the week, soonest first. */
  readonly exceptions: readonly CalendarException[];
}

export interface CalendarException {
  /** `YYYY-MM-DD` */
  readonly date: string;
  readonly works: boolean;
  /** Which layer decided: the policy's own dates, the portal's calendar, the bundled production calendar, the law alone. */
  readonly source: 'settings' | 'portal' | 'production-calendar' | 'statutory';
}

/** What switching from observing to enforcing would mean today. null counts: the portal did not tell. */
export interface SwitchConsequences {
  /** Tickets standing in closed stages now. */
  readonly closed: number | null;
  /** Of these, moved there at or after the cut-off. */
  readonly sinceCutoff: number | null;
  /** Tickets that stand in work stages: their closings would be judged. */
  readonly open: number | null;
  /** The same in sentences, ready to be read before the switch is confirmed. */
  readonly sentences: readonly string[];
}

/**
 * POST /api/settings/import {pipeline, document} and GET /api/settings/pipeline/2:5/version/3 (restore): unsaved changes to show
 * in the form. Nothing is saved.
 */
export interface PolicyProposal {
  readonly policy: ClosingPolicy;
  readonly check: PolicyCheck;
  readonly people: readonly Person[];
  /** What could not be carried over as it was and wants a choice; the setting keeps what it had, or the preset. */
  readonly toChoose: readonly SettingNote[];
  /** How it differs from what is saved, for the banner «N changes». */
  readonly changes: readonly SettingChange[];
}

/** GET /api/settings/versions?pipeline=2:5, newest first. */
export interface PolicyVersions {
  readonly versions: readonly PolicyVersionLine[];
}

export interface PolicyVersionLine {
  readonly version: number;
  /** null: saved by a version of the app that did not note it. */
  readonly savedAt: Instant | null;
  /** Name, or «user 5»; '' when it is not known. */
  readonly by: string;
  /** Empty for the first version. */
  readonly changes: readonly SettingChange[];
}

export interface SettingChange {
  readonly path: string;
  /** The setting in words. */
  readonly title: string;
  /** Values in words; '' where there was none. */
  readonly before: string;
  readonly after: string;
}

/** GET /api/settings/people?q= ; at most 20, best first; `q` of two letters at least, or an id. */
export interface PeopleFound {
  readonly people: readonly Person[];
  readonly by: 'names' | 'ids';
}

/**
 * PUT {policy, version}: 200 PipelineSettings · 409 `changed` (somebody saved meanwhile; the answer's error has the text, the form keeps
 * its content) · 422 `invalid` with `problems: SettingNote[]` beside `error`, whose `field` is the first problem's path.
 */
export interface SavePolicyBody {
  readonly policy: ClosingPolicy;
  /** The version the form was opened with. */
  readonly version: number;
}

export const CHOICE_OWN = '';

/** Whether a key of the map stands on the app's own field. */
export function isOwnField(field: Pick<SettingsField, 'own'>, chosen: string): boolean {
  return chosen === CHOICE_OWN || chosen === field.own;
}

/** Items of the field chosen for a choice key; none for the app's own. */
export function itemsOfChoice(
  field: Pick<SettingsField, 'own' | 'existing'>,
  chosen: string,
): PortalFieldChoice['items'] {
  if (isOwnField(field, chosen)) return [];
  return field.existing.find(({ name }) => name === chosen)?.items ?? [];
}
