/** Native controls in a field: they are what keyboards, phones and screen readers know. */
import type { FieldBase } from './field.tsx';
import { controlAria, Field } from './field.tsx';

interface TextProps extends FieldBase {
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly maxLength?: number;
  readonly placeholder?: string;
}

export function TextInput({ value, onValue, maxLength = 500, placeholder, ...field }: TextProps) {
  return (
    <Field {...field}>
      <input
        {...controlAria(field)}
        class="control"
        type="text"
        autocomplete="off"
        maxLength={maxLength}
        placeholder={placeholder}
        value={value}
        onInput={(event) => onValue(event.currentTarget.value)}
      />
    </Field>
  );
}

export function TextArea({
  value,
  onValue,
  maxLength = 50_000,
  rows = 6,
  code = false,
  ...field
}: TextProps & { readonly rows?: number; readonly code?: boolean }) {
  return (
    <Field {...field}>
      <textarea
        {...controlAria(field)}
        class={code ? 'control code' : 'control'}
        rows={rows}
        maxLength={maxLength}
        spellcheck={!code}
        value={value}
        onInput={(event) => onValue(event.currentTarget.value)}
      />
    </Field>
  );
}

interface NumberProps extends FieldBase {
  /** null: nothing, or no number, is written there. */
  readonly value: number | null;
  readonly onValue: (value: number | null) => void;
  readonly min?: number;
  readonly max?: number;
  readonly step?: number | 'any';
  /** Read out with the number: `days`. */
  readonly unit?: string;
}

export function NumberInput({ value, onValue, min, max, step = 1, unit, ...field }: NumberProps) {
  return (
    <Field {...field}>
      <span class="with-unit">
        <input
          {...controlAria(field)}
          class="control short"
          type="number"
          min={min}
          max={max}
          step={step}
          value={value === null ? '' : String(value)}
          onInput={({ currentTarget: { valueAsNumber } }) =>
            onValue(Number.isNaN(valueAsNumber) ? null : valueAsNumber)
          }
        />
        {unit !== undefined && <span class="unit">{unit}</span>}
      </span>
    </Field>
  );
}

/** `type`: a day is `2026-11-24`, a moment `2026-11-24T14:21`; '' when there is none. */
export function DateInput({
  value,
  onValue,
  type = 'date',
  min,
  max,
  ...field
}: FieldBase & {
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly type?: 'date' | 'datetime-local';
  readonly min?: string;
  readonly max?: string;
}) {
  return (
    <Field {...field}>
      <input
        {...controlAria(field)}
        class="control short"
        type={type}
        min={min}
        max={max}
        value={value}
        onInput={(event) => onValue(event.currentTarget.value)}
      />
    </Field>
  );
}

export interface Choice<V extends string = string> {
  readonly value: V;
  readonly label: string;
  readonly hint?: string;
  readonly disabled?: boolean;
}

interface ChoiceProps<V extends string> extends FieldBase {
  readonly value: V;
  readonly choices: readonly Choice<V>[];
  readonly onValue: (value: V) => void;
}

export function Select<V extends string>({ value, choices, onValue, ...field }: ChoiceProps<V>) {
  const choose = (text: string): void => {
    const chosen = choices.find((choice) => choice.value === text);
    if (chosen) onValue(chosen.value);
  };
  return (
    <Field {...field}>
      <select
        {...controlAria(field)}
        class="control"
        value={value}
        onChange={(event) => choose(event.currentTarget.value)}
      >
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value} disabled={choice.disabled === true}>
            {choice.label}
          </option>
        ))}
      </select>
    </Field>
  );
}
