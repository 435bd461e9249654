/** The app's own ticket fields: keys, types, list items, and which of them an agent sees. Labels come from outside. */
import {
  CHOICE_FIELDS,
  DATETIME_FIELDS,
  FIELD_KEYS,
  INTEGER_FIELDS,
  URL_LIST_FIELDS,
} from '../core/policy.ts';
import type { ChoiceField, FieldKey } from '../core/policy.ts';
import {
  CLOSE_REASONS,
  CONFIRMATIONS,
  KB_DECISIONS,
  MISTAKE_CAUSES,
  OUTCOMES,
} from '../core/ticket.ts';
import type { FieldSpec } from './ports/setup.ts';
import type { Language } from './ports/texts.ts';

/** The codes of each list; the item carries its code as XML_ID. */
export const CHOICE_CODES = {
  kbDecision: KB_DECISIONS,
  confirmation: CONFIRMATIONS,
  closeReason: CLOSE_REASONS,
  outcome: OUTCOMES,
  mistakeCause: MISTAKE_CAUSES,
} as const satisfies Record<ChoiceField, readonly string[]>;

/** What the agent fills in or reads on the card; everything else is the app's own book-keeping. */
const AGENT_FIELDS: ReadonlySet<FieldKey> = new Set<FieldKey>([
  'checkedHow',
  'problem',
  'cause',
  'solution',
  'timeSpent',
  'recommendations',
  'resources',
  'diagnostics',
  'kbDecision',
  'kbNote',
  'confirmation',
  'confirmationEvidence',
  'closeReason',
  'resolution',
  'outcome',
  'productVersion',
  'productInstruction',
  'exceptionReason',
  'duplicateOf',
  'holdReason',
  'holdUntil',
  'mistakeCause',
  'mistakeMeasure',
]);

const TYPES: ReadonlyMap<string, FieldSpec['type']> = new Map<string, FieldSpec['type']>([
  ...INTEGER_FIELDS.map((key) => [key, 'integer'] as const),
  ...URL_LIST_FIELDS.map((key) => [key, 'url-list'] as const),
  ...DATETIME_FIELDS.map((key) => [key, 'datetime'] as const),
  ...CHOICE_FIELDS.map((key) => [key, 'choice'] as const),
]);

function codesOf(key: FieldKey): readonly string[] {
  const isChoice = (k: FieldKey): k is ChoiceField => TYPES.get(k) === 'choice';
  return isChoice(key) ? CHOICE_CODES[key] : [];
}

/**
 * One spec per key of the field map, in the field map's order.
 * @param label text by language and key: `<field>` for a field, `<field>.<code>` for a list item
 */
export function fieldSpecs(
  label: (language: Language, key: string) => string,
): readonly FieldSpec[] {
  const both = (key: string) => ({ ru: label('ru', key), en: label('en', key) });
  return FIELD_KEYS.map((key) => ({
    key,
    type: TYPES.get(key) ?? 'text',
    service: !AGENT_FIELDS.has(key),
    label: both(key),
    items: codesOf(key).map((code) => ({ code, label: both(`${key}.${code}`) })),
  }));
}
