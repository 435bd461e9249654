/** Ways to a client: which, and in what order. */
import type { ClientChannel } from '../../../core/policy.ts';
import { Button } from '../../shared/ui/button.tsx';
import { Below } from '../../shared/ui/field.tsx';
import { Icon } from '../../shared/ui/icon.tsx';
import type { FormProps } from './form-props.ts';
import { idOf } from './places.ts';

const PATH = 'channels';

/** The chosen ones in their order, the others after them. */
export function Channels({ scope, form }: FormProps) {
  const { say } = scope;
  const chosen = form.policy.channels;
  const rest = form.base.book.channels
    .map(({ code }) => code)
    .filter((one) => !chosen.includes(one));
  return (
    <fieldset class="field" id={idOf(PATH)} tabIndex={-1}>
      <legend class="label">{say('settings.channels')}</legend>
      <ol class="channels">
        {[...chosen, ...rest].map((code) => (
          <Channel key={code} scope={scope} form={form} code={code} />
        ))}
      </ol>
      <Below id={idOf(PATH)} hint={say('settings.channels.hint')} error={form.errorAt(PATH)} />
    </fieldset>
  );
}

function Channel({ scope: { say }, form, code }: FormProps & { readonly code: ClientChannel }) {
  const chosen = form.policy.channels;
  const at = chosen.indexOf(code);
  const name = form.base.book.channels.find((one) => one.code === code)?.label ?? code;
  const others = chosen.filter((one) => one !== code);
  const set = (channels: readonly ClientChannel[]): void => form.change({ channels });
  return (
    <li>
      <label class="choice">
        <input
          type="checkbox"
          checked={at >= 0}
          onChange={({ currentTarget: { checked } }) => set(checked ? [...others, code] : others)}
        />
        <span>{name}</span>
      </label>
      {(['up', 'down'] as const)
        .filter((way) => (way === 'up' ? at > 0 : at >= 0 && at < chosen.length - 1))
        .map((way) => (
          <Button
            key={way}
            kind="icon"
            label={say(`settings.channels.${way}`, { name })}
            onPress={() => set(others.toSpliced(way === 'up' ? at - 1 : at + 1, 0, code))}
          >
            <Icon name={way} />
          </Button>
        ))}
    </li>
  );
}
