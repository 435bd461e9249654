/** The fields an agent fills in on the panel, and what may be written to them. */
import type { CardField, FieldValue } from '../../core/card-state.ts';
import type { ChoiceField, ClosingPolicy, FieldKey } from '../../core/policy.ts';
import { CHOICE_FIELDS } from '../../core/policy.ts';
import type { TicketRecord } from '../../core/ticket.ts';
import { CHOICE_CODES } from '../field-specs.ts';
import type { OneTicket } from '../one-ticket.ts';
import type { Language } from '../ports/texts.ts';
import type { Say } from '../ports/tools.ts';

/** In the panel's order. What only the app writes, or an action with its checks, is not among them. */
export const DRAFT_FIELDS = [
  'problem',
  'cause',
  'solution',
  'timeSpent',
  'checkedHow',
  'recommendations',
  'resources',
  'diagnostics',
  'kbDecision',
  'kbNote',
  'closeReason',
  'productVersion',
  'productInstruction',
  'duplicateOf',
  'confirmationEvidence',
  'exceptionReason',
  'mistakeCause',
  'mistakeMeasure',
] as const satisfies readonly FieldKey[];
export type DraftField = (typeof DRAFT_FIELDS)[number];

const MAX_TEXT = 20_000;
const MAX_LINKS = 50;
const MAX_LINK = 2000;
const MAX_MINUTES = 100_000;

const isChoice = (key: FieldKey): key is ChoiceField => CHOICE_FIELDS.some((one) => one === key);

function typeOf(key: DraftField): CardField['type'] {
  if (isChoice(key)) return 'choice';
  if (key === 'resources') return 'url-list';
  return key === 'timeSpent' ? 'integer' : 'text';
}

/** Fields that the portal really has. */
export function cardFields(
  { snapshot, policy }: OneTicket,
  language: Language,
  plain: Say,
): readonly CardField[] {
  return DRAFT_FIELDS.filter((key) => policy.fields[key] !== '').map((key) => ({
    key,
    label: plain(language, `field.${key}`),
    type: typeOf(key),
    value: snapshot.record[key],
    ...(isChoice(key) && { items: itemsOf(key, policy, language, plain) }),
  }));
}

function itemsOf(key: ChoiceField, policy: ClosingPolicy, language: Language, plain: Say) {
  return CHOICE_CODES[key]
    .filter((code) => policy.options[key][code] !== undefined)
    .map((code) => ({ code, label: plain(language, `field.${key}.${code}`) }));
}

export function draftField(name: string, policy: ClosingPolicy): DraftField | null {
  const key = DRAFT_FIELDS.find((one) => one === name);
  return key !== undefined && policy.fields[key] !== '' ? key : null;
}

/** The value as it may be written; undefined when it is none for this field. */
export function draftValue(
  key: DraftField,
  value: unknown,
  policy: ClosingPolicy,
): FieldValue | undefined {
  switch (typeOf(key)) {
    case 'text':
      return typeof value === 'string' && value.length <= MAX_TEXT ? value : undefined;
    case 'integer':
      return minutes(value);
    case 'url-list':
      return links(value);
    case 'choice':
      return value === null || isItem(key, value, policy) ? value : undefined;
  }
}

function minutes(value: unknown): number | null | undefined {
  if (value === null) return null;
  const whole = typeof value === 'number' && Number.isSafeInteger(value);
  return whole && value >= 0 && value <= MAX_MINUTES ? value : undefined;
}

function links(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value) || value.length > MAX_LINKS) return undefined;
  const texts = value.filter((one): one is string => typeof one === 'string');
  if (texts.length !== value.length || texts.some((one) => one.length > MAX_LINK)) return undefined;
  return texts.map((one) => one.trim()).filter((one) => one !== '');
}

function isItem(key: FieldKey, value: unknown, policy: ClosingPolicy): value is string {
  if (!isChoice(key) || typeof value !== 'string') return false;
  return (
    CHOICE_CODES[key].some((code) => code === value) && policy.options[key][value] !== undefined
  );
}

/** Line ends and blanks at the ends are no difference: the portal drops them. */
export function sameValue(one: FieldValue | undefined, other: FieldValue | undefined): boolean {
  return normal(one) === normal(other);
}

function normal(value: FieldValue | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'object')
    return value
      .map((one) => one.trim())
      .filter(Boolean)
      .join('\n');
  return String(value).replaceAll(/\r\n?/gu, '\n').trim();
}

/** `as` is safe here: each value was checked for its key. */
export function asChanges(values: ReadonlyMap<DraftField, FieldValue>): Partial<TicketRecord> {
  return Object.fromEntries(values) as Partial<TicketRecord>;
}
