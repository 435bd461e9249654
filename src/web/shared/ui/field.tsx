/** A label, a hint and an error around one control, tied to it for screen readers. */
import type { ComponentChildren } from 'preact';
import { Icon } from './icon.tsx';

export interface FieldBase {
  /** Also the place a summary of problems leads to. No spaces. */
  readonly id: string;
  readonly label: string;
  readonly hint?: ComponentChildren;
  /** Words about what is wrong with the value; absent or '': nothing. */
  readonly error?: string | undefined;
  readonly required?: boolean;
  readonly disabled?: boolean;
  /** The label is read out, and not shown: where a heading beside it says the same. */
  readonly quiet?: boolean;
}

export interface ControlAria {
  readonly id: string;
  readonly disabled: boolean;
  readonly 'aria-invalid': boolean | undefined;
  readonly 'aria-required': boolean | undefined;
  readonly 'aria-describedby': string | undefined;
}

/** What the control itself carries, so that hint and error are read out with it. */
export function controlAria({ id, hint, error, required, disabled }: FieldBase): ControlAria {
  const wrong = error !== undefined && error !== '';
  const told = [...(wrong ? [`${id}-error`] : []), ...(hint ? [`${id}-hint`] : [])];
  return {
    id,
    disabled: disabled === true,
    'aria-invalid': wrong ? true : undefined,
    'aria-required': required === true ? true : undefined,
    'aria-describedby': told.length === 0 ? undefined : told.join(' '),
  };
}

export function Field({
  children,
  ...field
}: FieldBase & { readonly children: ComponentChildren }) {
  const { id, label, required, quiet } = field;
  return (
    <div class="field">
      <label for={id} class={quiet === true ? 'unseen' : 'label'}>
        {label}
        {required === true && <span aria-hidden="true">{'\u00A0*'}</span>}
      </label>
      {children}
      <Below {...field} />
    </div>
  );
}

/** Hint and error of a field, where its `aria-describedby` looks for them. */
export function Below({ id, hint, error }: Pick<FieldBase, 'id' | 'hint' | 'error'>) {
  return (
    <>
      {hint ? (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      ) : null}
      {error !== undefined && error !== '' && (
        <p class="error" id={`${id}-error`}>
          <Icon name="warn" /> {error}
        </p>
      )}
    </>
  );
}
