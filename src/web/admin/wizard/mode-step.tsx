import { Group } from '../../shared/ui/boxes.tsx';
import { RadioGroup } from '../../shared/ui/choices.tsx';
import { Notice } from '../../shared/ui/notice.tsx';
import type { FormProps } from '../settings/form-props.ts';
import { idOf } from '../settings/places.ts';
import type { FieldsMade } from './wizard-store.ts';

/** The last look before anything is written to the portal: how strictly, and what is about to be created. */
export function ModeStep({
  scope: { say },
  form,
  made,
}: FormProps & { readonly made: FieldsMade | null }) {
  const { policy, base, saving } = form;
  const { open, closed, sentences } = base.switching;
  const busy = (open ?? 0) + (closed ?? 0) > 0;
  const fresh = base.book.fields.filter(
    ({ key, own }) => own === null && policy.fields[key] === '',
  ).length;
  return (
    <>
      <Group title={say('settings.mode')}>
        <RadioGroup
          id={idOf('mode')}
          label={say('settings.mode')}
          hint={say(busy ? 'wizard.mode.busy' : 'wizard.mode.empty')}
          quiet
          value={policy.mode}
          choices={(['observe', 'enforce'] as const).map((mode) => ({
            value: mode,
            label: say(`settings.mode.${mode}`),
            hint: say(`settings.mode.${mode}.hint`),
          }))}
          error={form.errorAt('mode')}
          onValue={(mode) => form.change({ mode })}
        />
        {policy.mode === 'enforce' && <Consequences say={say} sentences={sentences} />}
      </Group>
      <Group title={say('wizard.writes')}>
        <ul class="changes">
          <li>
            {fresh > 0 ? say('wizard.writes.fields', { count: fresh }) : say('wizard.writes.none')}
          </li>
          <li>{say('wizard.writes.policy')}</li>
          <li>{say('wizard.writes.not')}</li>
        </ul>
        <Problems say={say} form={form} />
        <Making say={say} made={made} saving={saving} />
      </Group>
    </>
  );
}

function Consequences({
  say,
  sentences,
}: Pick<FormProps['scope'], 'say'> & { readonly sentences: readonly string[] }) {
  if (sentences.length === 0) return null;
  return (
    <Notice tone="wait" live="status" title={say('settings.mode.switch')}>
      <ul>
        {sentences.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </Notice>
  );
}

function Making({
  say,
  made,
  saving,
}: Pick<FormProps['scope'], 'say'> & {
  readonly made: FieldsMade | null;
  readonly saving: boolean;
}) {
  const text =
    made === null
      ? say('wizard.making')
      : say('wizard.made', { made: made.made, total: made.total });
  const amount = made === null ? {} : { max: made.total, value: made.made };
  return (
    <div class="run-progress" role="status">
      {saving && (
        <>
          <label for="fields-made">{text}</label>
          <progress id="fields-made" {...amount} />
        </>
      )}
    </div>
  );
}

/** What refuses a save, each with its place in the wizard's words. */
function Problems({ say, form }: Pick<FormProps, 'form'> & Pick<FormProps['scope'], 'say'>) {
  const problems = form.problems();
  if (!form.refused || problems.length === 0) return null;
  return (
    <Notice tone="bad" live="alert" title={say('settings.refused', { count: problems.length })}>
      <ul>
        {problems.map(({ path, code, text }) => (
          <li key={`${path} ${code}`}>{text}</li>
        ))}
      </ul>
    </Notice>
  );
}
