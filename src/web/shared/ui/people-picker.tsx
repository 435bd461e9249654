/** Employees: chosen in the portal's own window, found by name where the portal tells names, or added by number. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Say } from '../words.ts';
import { Button } from './button.tsx';
import type { FieldBase } from './field.tsx';
import { Below, controlAria } from './field.tsx';
import { Icon } from './icon.tsx';

export interface PickedPerson {
  readonly id: number;
  readonly name: string;
}

interface PeopleProps extends FieldBase {
  readonly say: Say<never>;
  readonly value: readonly number[];
  /** '' where the name is not known: the number is shown. */
  readonly nameOf: (id: number) => string;
  readonly onValue: (ids: readonly number[], added: readonly PickedPerson[]) => void;
  /** The portal's own window; null outside a frame. See pick-people.ts. */
  readonly pick: (() => Promise<readonly PickedPerson[] | null>) | null;
  /** null: the portal tells no names, numbers only. */
  readonly find: ((words: string) => Promise<readonly PickedPerson[]>) | null;
}

const PAUSE_MS = 300;

export function PeoplePicker(props: PeopleProps) {
  const { id, label, say, value, onValue, pick } = props;
  const input = useRef<HTMLInputElement>(null);
  const add = (people: readonly PickedPerson[]): void => {
    const fresh = people.filter((one) => !value.includes(one.id));
    if (fresh.length > 0) onValue([...value, ...fresh.map((one) => one.id)], fresh);
  };
  const drop = (gone: number): void => {
    onValue(
      value.filter((one) => one !== gone),
      [],
    );
    input.current?.focus();
  };
  return (
    <div class="field people" role="group" aria-labelledby={`${id}-label`}>
      <span class="label" id={`${id}-label`}>
        {label}
      </span>
      {value.length > 0 && <Chosen {...props} drop={drop} />}
      <Finder {...props} add={add} input={input} />
      {pick !== null && (
        <Button
          onPress={() => {
            void pick().then((people) => add(people ?? []));
          }}
        >
          {say('ui.people.pick')}
        </Button>
      )}
      <Below {...props} />
    </div>
  );
}

function Chosen({
  id,
  say,
  value,
  nameOf,
  drop,
}: PeopleProps & { readonly drop: (id: number) => void }) {
  return (
    <ul class="chips" aria-labelledby={`${id}-label`}>
      {value.map((one) => {
        const name = nameOf(one) || say('ui.people.number', { id: one });
        return (
          <li key={one} class="chip">
            {name}
            <button
              type="button"
              aria-label={say('ui.people.drop', { name })}
              onClick={() => drop(one)}
            >
              <Icon name="cross" />
            </button>
          </li>
        );
      })}
    </ul>
  );
}

interface FinderProps extends PeopleProps {
  readonly add: (people: readonly PickedPerson[]) => void;
  readonly input: { current: HTMLInputElement | null };
}

function Finder({ add, input, ...props }: FinderProps) {
  const { id, say, find, value } = props;
  const [words, type] = useState('');
  const found = useFound(words, find);
  const take = (people: readonly PickedPerson[]): void => {
    add(people);
    type('');
    input.current?.focus();
  };
  const number = numberOf(words);
  const first = found?.find((one) => !value.includes(one.id)) ?? null;
  const typed = number === null ? null : { id: number, name: '' };
  const enter = first ?? typed;
  const asks = say(find === null ? 'ui.people.id' : 'ui.people.find');
  return (
    <>
      <label class="unseen" for={id}>
        {asks}
      </label>
      <span class="with-unit">
        <input
          {...controlAria(props)}
          ref={input}
          class="control"
          type="text"
          autocomplete="off"
          placeholder={asks}
          value={words}
          onInput={(event) => type(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            event.preventDefault();
            if (enter !== null) take([enter]);
          }}
        />
        {typed !== null && (
          <Button onPress={() => take([first?.id === typed.id ? first : typed])}>
            {say('ui.people.add', { id: typed.id })}
          </Button>
        )}
      </span>
      <Found say={say} found={typed === null ? found : null} take={take} />
    </>
  );
}

function Found({
  say,
  found,
  take,
}: Pick<PeopleProps, 'say'> & {
  readonly found: readonly PickedPerson[] | null;
  readonly take: FinderProps['add'];
}) {
  return (
    <>
      <div role="status">
        {found?.length === 0 && <p class="hint">{say('ui.people.nobody')}</p>}
      </div>
      {found !== null && found.length > 0 && (
        <ul class="found">
          {found.map((one) => (
            <li key={one.id}>
              <button type="button" onClick={() => take([one])}>
                {one.name || say('ui.people.number', { id: one.id })}
              </button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

const numberOf = (words: string): number | null =>
  /^\s*[1-9]\d{0,8}\s*$/.test(words) ? Number(words) : null;

/** null: nothing was asked. Only the answer to the last question counts. */
function useFound(words: string, find: PeopleProps['find']): readonly PickedPerson[] | null {
  const [found, set] = useState<readonly PickedPerson[] | null>(null);
  useEffect(() => {
    let stale = false;
    set(null);
    const asked = words.trim();
    if (find === null || (asked.length < 2 && numberOf(asked) === null)) return;
    const timer = setTimeout(() => {
      void find(asked).then((people) => {
        if (!stale) set(people);
      });
    }, PAUSE_MS);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [words]);
  return found;
}
