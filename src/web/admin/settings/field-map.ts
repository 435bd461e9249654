/** The field map as the form changes it: pure, so that every control stays small. */
import type { PipelineSettings, SettingsField } from '../../../core/admin/settings-state.ts';
import { isOwnField, itemsOfChoice } from '../../../core/admin/settings-state.ts';
import { CHOICE_FIELDS } from '../../../core/policy.ts';
import type { ChoiceField, ClosingPolicy, FieldKey } from '../../../core/policy.ts';

export type FieldState = 'own' | 'create' | 'found' | 'missing';

export function fieldState(field: SettingsField, chosen: string): FieldState {
  if (isOwnField(field, chosen)) return field.own === null ? 'create' : 'own';
  return field.existing.some(({ name }) => name === chosen) ? 'found' : 'missing';
}

export const isChoiceField = (key: FieldKey): key is ChoiceField =>
  CHOICE_FIELDS.some((one) => one === key);

/** Another field for a key; a list gets its items matched by their words where they have the same. */
export function withField(
  policy: ClosingPolicy,
  field: SettingsField,
  name: string,
  saved: PipelineSettings['policy'],
): Pick<ClosingPolicy, 'fields' | 'options'> {
  const { key } = field;
  const fields = { ...policy.fields, [key]: name };
  if (!isChoiceField(key)) return { fields, options: policy.options };
  // Back on the field that was saved, its items are the saved ones too.
  const items = saved.fields[key] === name ? saved.options[key] : matchedItems(field, name);
  return { fields, options: { ...policy.options, [key]: items } };
}

function matchedItems(field: SettingsField, name: string): Readonly<Record<string, number>> {
  const items = itemsOfChoice(field, name);
  const plain = (text: string): string => text.trim().toLocaleLowerCase();
  return Object.fromEntries(
    field.codes.flatMap(({ code, label }) => {
      const item = items.find((one) => plain(one.label) === plain(label));
      return item ? [[code, item.id]] : [];
    }),
  );
}

/** 0: none chosen. */
export function withItem(
  policy: ClosingPolicy,
  key: ChoiceField,
  code: string,
  item: number,
): Pick<ClosingPolicy, 'options'> {
  const { [code]: _old, ...others } = policy.options[key];
  const items = item === 0 ? others : { ...others, [code]: item };
  return { options: { ...policy.options, [key]: items } };
}
