/** Which stage means what, where a return goes, and how strictly it is meant. */
import type { SettingsStage } from '../../../core/admin/settings-state.ts';
import type { ClosingPolicy, StageRole } from '../../../core/policy.ts';
import { momentOf, zonedInput } from '../../shared/zoned.ts';
import { Disclosure, Grid, Group } from '../../shared/ui/boxes.tsx';
import { Button } from '../../shared/ui/button.tsx';
import { RadioGroup } from '../../shared/ui/choices.tsx';
import { Below } from '../../shared/ui/field.tsx';
import { DateInput, Select } from '../../shared/ui/inputs.tsx';
import { Notice } from '../../shared/ui/notice.tsx';
import type { FormProps } from './form-props.ts';
import { idOf } from './places.ts';

export function StagesTab(props: FormProps) {
  return (
    <>
      <ModeGroup {...props} />
      <StageMap {...props} />
    </>
  );
}

export function ModeGroup({ scope, form }: FormProps) {
  const { say } = scope;
  const { policy, base } = form;
  const switches =
    policy.mode === 'enforce' && (base.version === 0 || base.policy.mode !== 'enforce');
  return (
    <Group title={say('settings.mode')}>
      <RadioGroup
        id={idOf('mode')}
        label={say('settings.mode')}
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
      {switches && base.switching.sentences.length > 0 && (
        <Notice tone="wait" live="status" title={say('settings.mode.switch')}>
          <ul>
            {base.switching.sentences.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </Notice>
      )}
      <Since scope={scope} form={form} />
    </Group>
  );
}

/** From when on, and in which language. */
function Since({ scope: { say }, form }: FormProps) {
  const { policy } = form;
  return (
    <Grid>
      <DateInput
        id={idOf('cutoff')}
        type="datetime-local"
        label={say('settings.cutoff')}
        hint={say('settings.cutoff.hint', { zone: policy.timeZone })}
        error={form.errorAt('cutoff')}
        value={policy.cutoff > 0 ? zonedInput(policy.cutoff, policy.timeZone) : ''}
        onValue={(text) => form.change({ cutoff: momentOf(text, policy.timeZone) ?? 0 })}
      />
      <Select
        id={idOf('language')}
        label={say('settings.language')}
        hint={say('settings.language.hint')}
        error={form.errorAt('language')}
        value={policy.language}
        choices={[
          { value: 'ru', label: say('settings.language.ru') },
          { value: 'en', label: say('settings.language.en') },
        ]}
        onValue={(language) => form.change({ language })}
      />
    </Grid>
  );
}

const ROLES = ['work', 'awaiting-confirmation', 'gate', 'closed', 'exempt'] as const;

export function StageMap({ scope, form }: FormProps) {
  const { say } = scope;
  const { stages } = form.base.book;
  const gone = Object.keys(form.policy.stages).filter((id) =>
    stages.every(({ stageId }) => stageId !== id),
  );
  const wrong = form.errorAt('stages');
  return (
    <Group title={say('settings.stages')} hint={say('settings.stages.hint')}>
      {wrong !== undefined && (
        <div id={idOf('stages')} tabIndex={-1}>
          <Notice tone="bad">
            <p>{wrong}</p>
          </Notice>
        </div>
      )}
      <div class="pairs" aria-hidden="true">
        <span>{say('settings.stages.ours')}</span>
        <span>{say('settings.stages.role')}</span>
      </div>
      <ul class="rows">
        {stages.map((stage) => (
          <StageRow key={stage.stageId} scope={scope} form={form} stage={stage} />
        ))}
        {gone.map((id) => (
          <GoneStage key={id} scope={scope} form={form} stageId={id} />
        ))}
      </ul>
      <ReturnStage scope={scope} form={form} />
      <Disclosure title={say('settings.roles.about')}>
        <dl class="about">
          {ROLES.map((role) => (
            <div key={role}>
              <dt>{say(`settings.role.${role}`)}</dt>
              <dd>{say(`settings.role.${role}.about`)}</dd>
            </div>
          ))}
        </dl>
      </Disclosure>
    </Group>
  );
}

function StageRow({ scope: { say }, form, stage }: FormProps & { readonly stage: SettingsStage }) {
  const { stageId, name, semantics } = stage;
  const { policy, base } = form;
  const path = `stages.${stageId}`;
  return (
    <li class="pairs">
      <span class="stage-name">
        {name}
        {semantics !== 'process' && (
          <span class="soft">{say(`settings.semantics.${semantics}`)}</span>
        )}
      </span>
      <Select
        id={idOf(path)}
        label={name}
        quiet
        error={form.errorAt(path)}
        value={policy.stages[stageId] ?? 'work'}
        choices={base.book.roles.map(({ code, label }) => ({ value: code, label }))}
        onValue={(role) => form.change(withRole(policy, stageId, role))}
      />
    </li>
  );
}

function withRole(
  policy: ClosingPolicy,
  stageId: string,
  role: StageRole,
): Pick<ClosingPolicy, 'stages'> {
  return { stages: { ...policy.stages, [stageId]: role } };
}

/** A stage that was deleted on the portal: its role means nothing any more. */
function GoneStage({ scope: { say }, form, stageId }: FormProps & { readonly stageId: string }) {
  const path = `stages.${stageId}`;
  const drop = (): void => {
    const { [stageId]: _gone, ...stages } = form.policy.stages;
    form.change({ stages });
  };
  return (
    <li class="pairs">
      <span class="soft">{say('settings.stages.gone', { stage: stageId })}</span>
      <div>
        <Button
          id={idOf(path)}
          label={say('settings.stages.drop.label', { stage: stageId })}
          onPress={drop}
        >
          {say('settings.stages.drop')}
        </Button>
        <Below id={idOf(path)} error={form.errorAt(path)} />
      </div>
    </li>
  );
}

function ReturnStage({ scope: { say }, form }: FormProps) {
  const { policy, base } = form;
  const work = base.book.stages.filter(
    ({ stageId }) => (policy.stages[stageId] ?? 'work') === 'work',
  );
  const known = work.some(({ stageId }) => stageId === policy.returnStage);
  const lost = base.book.stages.find(({ stageId }) => stageId === policy.returnStage);
  return (
    <Select
      id={idOf('returnStage')}
      label={say('settings.return-stage')}
      hint={say('settings.return-stage.hint')}
      error={form.errorAt('returnStage')}
      required
      value={policy.returnStage}
      choices={[
        ...(known
          ? []
          : [{ value: policy.returnStage, label: lost?.name ?? say('settings.choose') }]),
        ...work.map(({ stageId, name }) => ({ value: stageId, label: name })),
      ]}
      onValue={(returnStage) => form.change({ returnStage })}
    />
  );
}
