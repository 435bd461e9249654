/** Ticks and radio buttons with their explanations. */
import type { FieldBase } from './field.tsx';
import { Below, controlAria } from './field.tsx';
import type { Choice } from './inputs.tsx';

interface CheckProps extends FieldBase {
  readonly checked: boolean;
  readonly onChecked: (checked: boolean) => void;
}

export function Check({ checked, onChecked, ...field }: CheckProps) {
  return (
    <div class="field check">
      <label class="choice" for={field.id}>
        <input
          {...controlAria(field)}
          type="checkbox"
          checked={checked}
          onChange={(event) => onChecked(event.currentTarget.checked)}
        />
        <span>{field.label}</span>
      </label>
      <Below {...field} />
    </div>
  );
}

interface RadioProps<V extends string> extends FieldBase {
  readonly value: V | '';
  readonly choices: readonly Choice<V>[];
  readonly onValue: (value: V) => void;
}

/** The group has the id: a summary of problems leads to its chosen button. */
export function RadioGroup<V extends string>({ value, choices, onValue, ...field }: RadioProps<V>) {
  const { id, label, quiet } = field;
  const { 'aria-describedby': described } = controlAria(field);
  return (
    <fieldset class="field radios" id={id} tabIndex={-1} aria-describedby={described}>
      <legend class={quiet === true ? 'unseen' : 'label'}>{label}</legend>
      {choices.map((choice) => (
        <div key={choice.value} class="radio">
          <label class="choice">
            <input
              type="radio"
              name={id}
              value={choice.value}
              disabled={field.disabled === true || choice.disabled === true}
              checked={choice.value === value}
              aria-describedby={choice.hint ? `${id}-${choice.value}-hint` : undefined}
              onChange={() => onValue(choice.value)}
            />
            <span>{choice.label}</span>
          </label>
          {choice.hint && (
            <p class="hint" id={`${id}-${choice.value}-hint`}>
              {choice.hint}
            </p>
          )}
        </div>
      ))}
      <Below {...field} />
    </fieldset>
  );
}

/** Several of a few: ticks in one group. */
export function CheckGroup<V extends string>({
  values,
  choices,
  onValues,
  ...field
}: FieldBase & {
  readonly values: readonly V[];
  readonly choices: readonly Choice<V>[];
  readonly onValues: (values: readonly V[]) => void;
}) {
  const { id, label, quiet } = field;
  const { 'aria-describedby': described } = controlAria(field);
  // In the order of the choices, whatever the order of ticking.
  const withOne = (one: V, on: boolean): readonly V[] =>
    choices.map(({ value }) => value).filter((v) => (v === one ? on : values.includes(v)));
  return (
    <fieldset class="field ticks" id={id} tabIndex={-1} aria-describedby={described}>
      <legend class={quiet === true ? 'unseen' : 'label'}>{label}</legend>
      <div class="flow">
        {choices.map((choice) => (
          <label key={choice.value} class="choice">
            <input
              type="checkbox"
              disabled={field.disabled === true || choice.disabled === true}
              checked={values.includes(choice.value)}
              onChange={(event) => onValues(withOne(choice.value, event.currentTarget.checked))}
            />
            <span>{choice.label}</span>
          </label>
        ))}
      </div>
      <Below {...field} />
    </fieldset>
  );
}
