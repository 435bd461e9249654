/** The `--set key=value` overrides of a policy: which keys there are, what each accepts, and what it changes. */
import type { FieldMapping } from '../core/field-mapping.ts';
import type {
  ChoiceField,
  ClosingPolicy,
  CriterionId,
  FieldKey,
  PolicyNumbers,
  Strictness,
} from '../core/policy.ts';
import type { Instant } from '../core/ticket.ts';
import { CHOICE_FIELDS, CLIENT_CHANNELS, CRITERION_IDS, FIELD_KEYS } from '../core/policy.ts';

/** What overrides can change; everything else of a policy comes from the portal or other options. */
export type PolicySettings = PolicyNumbers &
  Pick<
    ClosingPolicy,
    | 'autoAsk'
    | 'channels'
    | 'thanksConfirms'
    | 'digest'
    | 'timeZone'
    | 'daysOff'
    | 'workDays'
    | 'returnStage'
    | 'language'
    | 'leads'
    | 'overriders'
    | 'diagnostics'
    | 'criteria'
  > & {
    /** Existing fields that keys stand on; the rest stand on the app's own. */
    readonly mapping: FieldMapping;
    /** Moves since then are judged; null: from now on. */
    readonly cutoff: Instant | null;
  };

export interface KeyValue {
  readonly key: string;
  readonly value: string;
}

export type SettingProblem =
  | {
      readonly code: 'set-unknown';
      readonly params: { readonly key: string; readonly available: string };
    }
  | {
      readonly code: 'set-bad-value';
      readonly params: { readonly key: string; readonly value: string; readonly available: string };
    };

/** Waits follow the regulation ("1-2 working days", special-no-confirmation); the rest is bounded by good sense. */
export const SETTING_RANGES: Readonly<Record<keyof PolicyNumbers, readonly [number, number]>> = {
  firstWaitDays: [1, 2],
  secondWaitDays: [1, 2],
  undoMinutes: [0, 60],
  reopenWindowDays: [1, 30],
  maxReturns: [1, 10],
  returnWindowMinutes: [1, 120],
};
export const STRICTNESSES: readonly Strictness[] = ['off', 'warn', 'justify', 'block'];
const TRUE_WORDS = ['true', 'yes', 'on', '1'];
const FALSE_WORDS = ['false', 'no', 'off', '0'];

const isNumberKey = (key: string): key is keyof PolicyNumbers => Object.hasOwn(SETTING_RANGES, key);
const isStrictness = (value: string): value is Strictness =>
  STRICTNESSES.some((strictness) => strictness === value);

/** Every key that `--set` accepts, for messages. */
export const SETTING_KEYS: readonly string[] = [
  ...Object.keys(SETTING_RANGES),
  'autoAsk',
  'channels',
  'thanksConfirms',
  'digest',
  'timeZone',
  'daysOff',
  'workDays',
  'returnStage',
  'language',
  'lead',
  'overriders',
  'diagnostics',
  'cutoff',
  ...CRITERION_IDS.map((id) => `criterion.${id}`),
  ...FIELD_KEYS.map((key) => `field.${key}`),
  ...CHOICE_FIELDS.map((key) => `items.${key}`),
];

type Change = Partial<PolicySettings> | null;

function numberChange(key: keyof PolicyNumbers, value: string): Change {
  const [least, most] = SETTING_RANGES[key];
  const number = /^\d{1,4}$/.test(value) ? Number(value) : Number.NaN;
  return number >= least && number <= most ? { [key]: number } : null;
}

function switchChange(key: 'autoAsk' | 'thanksConfirms' | 'digest', value: string): Change {
  if (TRUE_WORDS.includes(value.toLowerCase())) return { [key]: true };
  return FALSE_WORDS.includes(value.toLowerCase()) ? { [key]: false } : null;
}

/** `mail,chat`: in this order, each once, at least one. */
function channelsChange(value: string): Change {
  const names = value.split(',').map((part) => part.trim());
  const channels = names.flatMap((name) => CLIENT_CHANNELS.find((one) => one === name) ?? []);
  const good = channels.length === names.length && new Set(channels).size === channels.length;
  return good ? { channels } : null;
}

/** Europe/Moscow and the like; checked by the platform's own zone data. */
export function isZone(value: string): boolean {
  return (
    /^[A-Za-z]+\/[A-Za-z_+\-/0-9]+$/.test(value) &&
    Intl.supportedValuesOf('timeZone').includes(value)
  );
}

/** `2026-12-31,2027-01-04`; real dates only, in order, once each. */
function datesChange(key: 'daysOff' | 'workDays', value: string): Change {
  if (value === '' || value === 'none') return { [key]: [] };
  const dates = value.split(',').map((part) => part.trim());
  return dates.every(isDate) ? { [key]: [...new Set(dates)].toSorted() } : null;
}

/** `2026-12-31`, and only if the calendar has it. */
export function isDate(text: string): boolean {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : null;
  return at !== null && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}

/** `2026-11-22T10:00+03:00`; without its zone an hour could be meant that is not. */
function cutoffChange(value: string): Change {
  const [, date = ''] =
    /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/.exec(value) ??
    [];
  const cutoff = isDate(date) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(cutoff) ? null : { cutoff };
}

/** `1,5`: users of the portal, once each. */
function usersChange(key: 'leads' | 'overriders', value: string): Change {
  if (value === '' || value === 'none') return { [key]: [] };
  const ids = value.split(',').map((part) => part.trim());
  if (!ids.every((id) => /^[1-9]\d{0,9}$/.test(id))) return null;
  return { [key]: [...new Set(ids.map(Number))] };
}

/** `UF_CRM_CATEGORY:12,13`: the field and its values that demand diagnostics. */
function diagnosticsChange(value: string): Change {
  if (value === '' || value === 'none') return { diagnostics: null };
  const [, field, list] = /^(\w+):(.+)$/.exec(value) ?? [];
  if (!field || !list) return null;
  const values = list.split(',').map((part) => part.trim());
  return values.includes('') ? null : { diagnostics: { field, values } };
}

/** `UF_CRM_SOLUTION`, or `own` for the app's own field; that the portal has it is checked elsewhere. */
function fieldChange(key: FieldKey, value: string, { fields, options }: FieldMapping): Change {
  const { [key]: _field, ...others } = fields;
  const kept = Object.fromEntries(Object.entries(options).filter(([choice]) => choice !== key));
  if (value === '' || value === 'own') return { mapping: { fields: others, options: kept } };
  if (!/^UF_[A-Z0-9_]{1,60}$/.test(value)) return null;
  const same = fields[key] === value;
  return { mapping: { fields: { ...others, [key]: value }, options: same ? options : kept } };
}

/** `solved:12,spam:13`: codes and the ids of their items. */
function itemsChange(key: ChoiceField, value: string, mapping: FieldMapping): Change {
  const pairs = value.split(',').map((part) => /^([a-z-]+):(\d{1,9})$/.exec(part.trim()));
  if (pairs.includes(null)) return null;
  const items = Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? '', Number(pair?.[2])]));
  return { mapping: { ...mapping, options: { ...mapping.options, [key]: items } } };
}

function criterionChange(
  id: CriterionId,
  value: string,
  criteria: PolicySettings['criteria'],
): Change {
  if (!isStrictness(value)) return null;
  return {
    criteria: criteria.map((one) => (one.id === id ? { ...one, strictness: value } : one)),
  };
}

const CHANGES: ReadonlyMap<string, (value: string) => Change> = new Map([
  ['autoAsk', (value) => switchChange('autoAsk', value)],
  ['thanksConfirms', (value) => switchChange('thanksConfirms', value)],
  ['digest', (value) => switchChange('digest', value)],
  ['channels', channelsChange],
  ['daysOff', (value) => datesChange('daysOff', value)],
  ['workDays', (value) => datesChange('workDays', value)],
  ['timeZone', (value) => (isZone(value) ? { timeZone: value } : null)],
  ['returnStage', (value) => ({ returnStage: value })],
  ['language', (value) => (value === 'ru' || value === 'en' ? { language: value } : null)],
  ['lead', (value) => usersChange('leads', value)],
  ['overriders', (value) => usersChange('overriders', value)],
  ['diagnostics', diagnosticsChange],
  ['cutoff', cutoffChange],
]);

function changeOf({ key, value }: KeyValue, settings: PolicySettings): Change {
  if (isNumberKey(key)) return numberChange(key, value);
  const change = CHANGES.get(key);
  if (change) return change(value);
  const id = CRITERION_IDS.find((one) => key === `criterion.${one}`);
  if (id) return criterionChange(id, value, settings.criteria);
  const field = FIELD_KEYS.find((one) => key === `field.${one}`);
  if (field) return fieldChange(field, value, settings.mapping);
  const choice = CHOICE_FIELDS.find((one) => key === `items.${one}`);
  return choice ? itemsChange(choice, value, settings.mapping) : null;
}

const ALLOWED: ReadonlyMap<string, string> = new Map([
  ['autoAsk', 'true, false'],
  ['thanksConfirms', 'true, false'],
  ['digest', 'true, false'],
  ['channels', 'chat[,mail[,call]]'],
  ['daysOff', '2026-12-31[,…], none'],
  ['workDays', '2026-12-31[,…], none'],
  ['timeZone', 'Europe/Moscow, Asia/Yekaterinburg…'],
  ['language', 'ru, en'],
  ['lead', '1[,2...], none'],
  ['overriders', '1[,2...], none'],
  ['diagnostics', 'FIELD:value[,value...], none'],
  ['cutoff', '2026-12-31T10:00+03:00'],
]);

/** What a key accepts, in the notation of messages. */
export function allowedValues(key: string): string {
  if (isNumberKey(key)) return SETTING_RANGES[key].join('-');
  if (key.startsWith('field.')) return 'UF_CRM_…, own';
  if (key.startsWith('items.')) return 'code:item[,code:item…]';
  return ALLOWED.get(key) ?? STRICTNESSES.join(', ');
}

/** Applies the overrides in order, the later winning; reports every one that cannot be applied. */
export function applySettings(
  settings: PolicySettings,
  overrides: readonly KeyValue[],
): { readonly settings: PolicySettings; readonly problems: readonly SettingProblem[] } {
  const problems: SettingProblem[] = [];
  let changed = settings;
  for (const { key, value } of overrides) {
    const change = changeOf({ key, value }, changed);
    if (change) {
      changed = { ...changed, ...change };
    } else if (SETTING_KEYS.includes(key)) {
      problems.push({
        code: 'set-bad-value',
        params: { key, value, available: allowedValues(key) },
      });
    } else {
      problems.push({
        code: 'set-unknown',
        params: { key, available: SETTING_KEYS.join(', ') },
      });
    }
  }
  return { settings: changed, problems };
}
