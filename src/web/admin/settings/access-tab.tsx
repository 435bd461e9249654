/** Who is told, who may let a closing pass. */
import type { PeopleFound } from '../../../core/admin/settings-state.ts';
import { pickPeople } from '../../shared/pick-people.ts';
import { Group } from '../../shared/ui/boxes.tsx';
import { Check } from '../../shared/ui/choices.tsx';
import { PeoplePicker } from '../../shared/ui/people-picker.tsx';
import type { PickedPerson } from '../../shared/ui/people-picker.tsx';
import type { FormProps } from './form-props.ts';
import { idOf } from './places.ts';

export function AccessTab({ scope, form }: FormProps) {
  const { say } = scope;
  return (
    <Group title={say('settings.access')} hint={say('settings.access.hint')}>
      <People scope={scope} form={form} list="leads" />
      <Check
        id={idOf('digest')}
        label={say('settings.digest')}
        hint={say('settings.digest.hint')}
        error={form.errorAt('digest')}
        checked={form.policy.digest}
        onChecked={(digest) => form.change({ digest })}
      />
      <People scope={scope} form={form} list="overriders" />
    </Group>
  );
}

function People({ scope, form, list }: FormProps & { readonly list: 'leads' | 'overriders' }) {
  const { say, bridge, api } = scope;
  const find = async (words: string): Promise<readonly PickedPerson[]> => {
    const q = encodeURIComponent(words);
    const answer = await api.call<PeopleFound>(`/api/settings/people?q=${q}`);
    return answer.kind === 'ok' ? answer.value.people : [];
  };
  return (
    <PeoplePicker
      id={idOf(list)}
      label={say(`settings.${list}`)}
      hint={say(`settings.${list}.hint`)}
      error={form.errorAt(list)}
      say={say}
      value={form.policy[list]}
      nameOf={(id) => form.nameOf(id)}
      onValue={(ids, added) => form.change({ [list]: ids }, added)}
      pick={bridge === null ? null : () => pickPeople(bridge)}
      find={form.base.peopleBy === 'names' ? find : null}
    />
  );
}
