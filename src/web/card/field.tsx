/** One field of the ticket, saved as one types. */
import type { CardField, FieldValue } from '../../core/card-state.ts';
import type { Scope } from './scope.ts';

interface Props extends Scope {
  readonly field: CardField;
  /** Tells two places of one field apart. */
  readonly at: string;
}

export function Field({ field, at, ...scope }: Props) {
  const { card, say } = scope;
  const { typed } = card.draft;
  const mine = Object.hasOwn(typed, field.key);
  const value = (mine ? typed[field.key] : field.value) ?? null;
  const id = `${at}-${field.key}`;
  const refused = card.message.field === field.key;
  const hint = field.type === 'url-list' ? say('field.links') : '';
  return (
    <div class="field">
      <label for={id}>
        {field.label}
        {mine && <span class="warn"> · {say('field.unsaved')}</span>}
      </label>
      {hint !== '' && (
        <p class="soft" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <Input
        id={id}
        field={field}
        value={value}
        invalid={refused}
        describedBy={hint === '' ? undefined : `${id}-hint`}
        none={say('field.none')}
        onValue={(next) => card.type(field, next)}
      />
      {Object.hasOwn(card.draft.conflicts, field.key) && <Conflict {...scope} field={field} />}
    </div>
  );
}

interface InputProps {
  readonly id: string;
  readonly field: CardField;
  readonly value: FieldValue;
  readonly invalid: boolean;
  readonly describedBy: string | undefined;
  readonly none: string;
  readonly onValue: (value: FieldValue) => void;
}

function Input({ id, field, value, invalid, describedBy, none, onValue }: InputProps) {
  const shared = { id, 'aria-invalid': invalid, 'aria-describedby': describedBy };
  switch (field.type) {
    case 'choice':
      return (
        <select
          {...shared}
          value={String(value ?? '')}
          onChange={(event) => onValue(event.currentTarget.value || null)}
        >
          <option value="">{none}</option>
          {field.items?.map(({ code, label }) => (
            <option key={code} value={code}>
              {label}
            </option>
          ))}
        </select>
      );
    case 'integer':
      return (
        <input
          {...shared}
          type="number"
          min="0"
          max="100000"
          step="1"
          inputMode="numeric"
          value={String(value ?? '')}
          onInput={(event) => onValue(wholeOf(event.currentTarget.value))}
        />
      );
    case 'url-list':
    case 'text':
      return (
        <textarea
          {...shared}
          rows={field.type === 'text' ? 3 : 2}
          maxLength={20_000}
          // What is typed stands there as it was typed: a list is split only on its way out.
          value={textOf(value)}
          onInput={(event) => onValue(valueOf(field, event.currentTarget.value))}
        />
      );
  }
}

const textOf = (value: FieldValue): string =>
  typeof value === 'object' && value !== null ? value.join('\n') : String(value ?? '');

const valueOf = (field: CardField, text: string): FieldValue =>
  field.type === 'url-list' ? text.split('\n') : text;

function wholeOf(text: string): number | null {
  const value = Math.round(Number(text));
  return text.trim() === '' || !Number.isFinite(value) || value < 0 ? null : value;
}

/** Somebody else wrote there meanwhile: both texts are there to choose from. */
function Conflict({ card, say, field }: Scope & Pick<Props, 'field'>) {
  const theirs = textOf(card.draft.conflicts[field.key] ?? null);
  return (
    <div class="banner wait" role="alert">
      <p>{say('field.conflict')}</p>
      <blockquote>{theirs === '' ? say('field.empty') : theirs}</blockquote>
      <button type="button" onClick={() => card.keepMine(field.key)}>
        {say('field.keep-mine')}
      </button>{' '}
      <button type="button" onClick={() => card.takeTheirs(field.key)}>
        {say('field.take-theirs')}
      </button>
    </div>
  );
}
