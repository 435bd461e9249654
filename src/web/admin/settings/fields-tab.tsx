/** From which fields of the card the answers come; what is missing is created by the app. */
import type { PortalFieldChoice, SettingsField } from '../../../core/admin/settings-state.ts';
import { isOwnField, itemsOfChoice } from '../../../core/admin/settings-state.ts';
import { Disclosure, Group } from '../../shared/ui/boxes.tsx';
import { CheckGroup } from '../../shared/ui/choices.tsx';
import { Select, TextInput } from '../../shared/ui/inputs.tsx';
import type { Tone } from '../../shared/ui/notice.tsx';
import { Badge } from '../../shared/ui/notice.tsx';
import type { FieldState } from './field-map.ts';
import { fieldState, isChoiceField, withField, withItem } from './field-map.ts';
import type { FormProps } from './form-props.ts';
import { idOf } from './places.ts';

export function FieldsTab({ scope, form }: FormProps) {
  const { say } = scope;
  const { fields } = form.base.book;
  const rows = (service: boolean) => (
    <ul class="rows">
      {fields
        .filter((field) => field.service === service)
        .map((field) => (
          <FieldRow key={field.key} scope={scope} form={form} field={field} />
        ))}
    </ul>
  );
  return (
    <>
      <Group title={say('settings.fields')} hint={say('settings.fields.hint')}>
        {rows(false)}
        <Disclosure title={say('settings.fields.service')}>
          <p class="hint">{say('settings.fields.service.hint')}</p>
          {rows(true)}
        </Disclosure>
      </Group>
      <Diagnostics scope={scope} form={form} />
    </>
  );
}

const TONES: Readonly<Record<FieldState, Tone | 'plain'>> = {
  own: 'good',
  found: 'good',
  create: 'plain',
  missing: 'bad',
};

function FieldRow({ scope, form, field }: FormProps & { readonly field: SettingsField }) {
  const { say } = scope;
  const { key, label, own, existing } = field;
  const path = `fields.${key}`;
  const chosen = form.policy.fields[key];
  const state = fieldState(field, chosen);
  const one = ({ name, label: title }: PortalFieldChoice) =>
    title === '' ? name : say('settings.field.one', { label: title, name });
  return (
    <li class="pairs field-row">
      <span class="stage-name">
        {label} <Badge tone={TONES[state]}>{say(`settings.field.state.${state}`)}</Badge>
      </span>
      <Select
        id={idOf(path)}
        label={label}
        quiet
        error={form.errorAt(path)}
        value={isOwnField(field, chosen) ? '' : chosen}
        choices={[
          { value: '', label: say(own === null ? 'settings.field.create' : 'settings.field.own') },
          ...existing.map((choice) => ({ value: choice.name, label: one(choice) })),
          ...(state === 'missing'
            ? [{ value: chosen, label: say('settings.field.gone', { name: chosen }) }]
            : []),
        ]}
        onValue={(name) =>
          form.change(withField(form.policy, field, name || (own ?? ''), form.base.policy))
        }
      />
      <Items scope={scope} form={form} field={field} />
    </li>
  );
}

/** A list of the portal's own: which of its values means which of our words. */
function Items({ scope: { say }, form, field }: FormProps & { readonly field: SettingsField }) {
  const { key, label, codes } = field;
  const items = itemsOfChoice(field, form.policy.fields[key]);
  if (!isChoiceField(key) || items.length === 0) return null;
  return (
    <fieldset class="items" id={idOf(`options.${key}`)} tabIndex={-1}>
      <legend>{say('settings.field.items', { label })}</legend>
      <div class="grid">
        {codes.map(({ code, label: meaning }) => (
          <Select
            key={code}
            id={idOf(`options.${key}.${code}`)}
            label={meaning}
            error={form.errorAt(`options.${key}.${code}`)}
            value={String(form.policy.options[key][code] ?? 0)}
            choices={[
              { value: '0', label: say('settings.field.no-item') },
              ...items.map((item) => ({ value: String(item.id), label: item.label })),
            ]}
            onValue={(item) => form.change(withItem(form.policy, key, code, Number(item)))}
          />
        ))}
      </div>
    </fieldset>
  );
}

function Diagnostics({ scope: { say }, form }: FormProps) {
  const { diagnostics } = form.policy;
  const { categoryFields } = form.base.book;
  const name = diagnostics?.field ?? '';
  const known = name === '' || categoryFields.some((field) => field.name === name);
  const choose = (field: string): void =>
    form.change({ diagnostics: field === '' ? null : { field, values: [] } });
  return (
    <Group title={say('settings.diagnostics')} hint={say('settings.diagnostics.hint')}>
      <Select
        id={idOf('diagnostics')}
        label={say('settings.diagnostics.field')}
        error={form.errorAt('diagnostics') ?? form.errorAt('diagnostics.field')}
        value={name}
        choices={[
          { value: '', label: say('settings.diagnostics.none') },
          ...categoryFields.map((field) => ({
            value: field.name,
            label: say('settings.field.one', { label: field.label, name: field.name }),
          })),
          ...(known ? [] : [{ value: name, label: say('settings.field.gone', { name }) }]),
        ]}
        onValue={choose}
      />
      {diagnostics !== null && <Categories say={say} form={form} values={diagnostics.values} />}
    </Group>
  );
}

function Categories({
  say,
  form,
  values,
}: Pick<FormProps, 'form'> & {
  readonly say: FormProps['scope']['say'];
  readonly values: readonly string[];
}) {
  const field = form.policy.diagnostics?.field ?? '';
  const items = form.base.book.categoryFields.find(({ name }) => name === field)?.items ?? [];
  const shared = {
    id: idOf('diagnostics.values'),
    label: say('settings.diagnostics.values'),
    error: form.errorAt('diagnostics.values'),
  };
  const set = (next: readonly string[]): void =>
    form.change({ diagnostics: { field, values: next } });
  if (items.length > 0) {
    const choices = items.map(({ id, label }) => ({ value: String(id), label }));
    return <CheckGroup {...shared} values={values} choices={choices} onValues={set} />;
  }
  return (
    <TextInput
      {...shared}
      hint={say('settings.diagnostics.values.hint')}
      // What is empty falls away when it is sent, so that a comma can be typed.
      value={values.join(',')}
      onValue={(text) => set(text === '' ? [] : text.split(',').map((one) => one.trimStart()))}
    />
  );
}
