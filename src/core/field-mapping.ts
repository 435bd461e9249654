/** Which keys of the field map stand on fields that the portal had anyway, and which items their lists give the codes. */
import { isOwnFieldName } from './own-field-name.ts';
import type { ChoiceField, ClosingPolicy, FieldKey } from './policy.ts';
import { CHOICE_FIELDS, FIELD_KEYS } from './policy.ts';

/** Keys that are not named here stand on the app's own fields. */
export interface FieldMapping {
  readonly fields: Readonly<Partial<Record<FieldKey, string>>>;
  readonly options: Readonly<Partial<Record<ChoiceField, Readonly<Record<string, number>>>>>;
}

export const OWN_FIELDS_ONLY: FieldMapping = { fields: {}, options: {} };

/** The part of a policy that is somebody else's: '' and the app's own names are left out. */
export function mappingOf({
  fields,
  options,
}: Pick<ClosingPolicy, 'fields' | 'options'>): FieldMapping {
  const foreign = FIELD_KEYS.filter(
    (key) => fields[key] !== '' && !isOwnFieldName(key, fields[key]),
  );
  return {
    fields: Object.fromEntries(foreign.map((key) => [key, fields[key]])),
    options: Object.fromEntries(
      CHOICE_FIELDS.filter((key) => foreign.includes(key)).map((key) => [key, options[key]]),
    ),
  };
}

/** A ticket without fields: what nothing is mapped to yet. `as` is safe here: the keys are the closed list itself. */
export const NO_FIELDS = Object.fromEntries(FIELD_KEYS.map((key) => [key, ''])) as Readonly<
  Record<FieldKey, string>
>;

export const NO_OPTIONS: ClosingPolicy['options'] = {
  kbDecision: {},
  confirmation: {},
  closeReason: {},
  outcome: {},
  mistakeCause: {},
};
