/** The mapped fields of a ticket in the portal's words, and whether they stand there afterwards. */
import type { ChoiceField, ClosingPolicy, FieldKey } from '../core/policy.ts';
import { CHOICE_FIELDS, DATETIME_FIELDS, FIELD_KEYS } from '../core/policy.ts';
import type { TicketRecord } from '../core/ticket.ts';
import type { ParamValue } from './batch-command.ts';
import { isoOf } from './read-value.ts';
import type { Json } from './read-value.ts';
import { readRecord } from './ticket-fields.ts';
import { optionId, sameText } from './ticket-stamp.ts';

type Changes = Partial<TicketRecord>;

const CHOICES: ReadonlySet<string> = new Set(CHOICE_FIELDS);
const INSTANTS: ReadonlySet<string> = new Set(DATETIME_FIELDS);
const isChoice = (key: FieldKey): key is ChoiceField => CHOICES.has(key);

/** Keys that are to be changed and have a field on the portal. */
function keysOf(changes: Changes, policy: ClosingPolicy): readonly FieldKey[] {
  return FIELD_KEYS.filter((key) => changes[key] !== undefined && policy.fields[key] !== '');
}

/** @throws AppError policy-invalid when the policy has no list item for a code */
export function changedFields(
  changes: Changes,
  policy: ClosingPolicy,
): Readonly<Record<string, ParamValue>> {
  return Object.fromEntries(
    keysOf(changes, policy).map((key) => [policy.fields[key], valueFor(key, changes, policy)]),
  );
}

/** An empty text clears a field; a list needs one empty entry, for an empty list would not be sent at all. */
function valueFor(key: FieldKey, changes: Changes, policy: ClosingPolicy): ParamValue {
  const value = changes[key];
  if (value === null || value === undefined) return '';
  if (typeof value === 'object') return value.length === 0 ? [''] : value;
  if (isChoice(key)) return optionId(policy, key, String(value));
  return INSTANTS.has(key) && typeof value === 'number' ? isoOf(value) : value;
}

/** Keys whose value on the item is not what was written; unknown fields are ignored by the portal without an error. */
export function changesMissing(
  item: Json,
  changes: Changes,
  policy: ClosingPolicy,
): readonly FieldKey[] {
  const record = readRecord(item, policy);
  return keysOf(changes, policy).filter((key) => !same(key, record[key], changes[key]));
}

type Value = TicketRecord[FieldKey] | undefined;

function same(key: FieldKey, stands: Value, wanted: Value): boolean {
  if (typeof stands === 'object' && stands !== null) {
    const texts = typeof wanted === 'object' && wanted !== null ? wanted : [];
    return sameText(stands.join('\n'), texts.join('\n'));
  }
  if (typeof stands === 'string' && typeof wanted === 'string') return sameText(stands, wanted);
  if (INSTANTS.has(key) && typeof stands === 'number' && typeof wanted === 'number') {
    return Math.floor(stands / 1000) === Math.floor(wanted / 1000);
  }
  return stands === (wanted ?? null);
}
