/** What must be ready, how strictly, and for which outcomes. */
import type { SettingsCriterion } from '../../../core/admin/settings-state.ts';
import type { ClosingPolicy, CriterionSetting } from '../../../core/policy.ts';
import type { Outcome } from '../../../core/ticket.ts';
import { Disclosure, Group } from '../../shared/ui/boxes.tsx';
import { Button } from '../../shared/ui/button.tsx';
import { CheckGroup } from '../../shared/ui/choices.tsx';
import { Select } from '../../shared/ui/inputs.tsx';
import { Badge } from '../../shared/ui/notice.tsx';
import type { FormProps } from './form-props.ts';
import { idOf } from './places.ts';

export function CriteriaTab({ scope, form }: FormProps) {
  const { say } = scope;
  const { criteria, strictnesses } = form.base.book;
  return (
    <Group title={say('settings.criteria')} hint={say('settings.criteria.hint')}>
      <Disclosure title={say('settings.strictness.about')} open>
        <dl class="about">
          {strictnesses.map(({ code, label, about }) => (
            <div key={code}>
              <dt>{label}</dt>
              <dd>{about}</dd>
            </div>
          ))}
        </dl>
      </Disclosure>
      <ul class="rows">
        {criteria.map((criterion) => (
          <CriterionRow key={criterion.id} scope={scope} form={form} criterion={criterion} />
        ))}
      </ul>
    </Group>
  );
}

function CriterionRow({
  scope: { say },
  form,
  criterion,
}: FormProps & { readonly criterion: SettingsCriterion }) {
  const { id, title, clauseName, preset } = criterion;
  const { strictnesses } = form.base.book;
  const setting = form.policy.criteria.find((one) => one.id === id);
  if (!setting) return null;
  const path = `criteria.${id}`;
  const change = (patch: Partial<CriterionSetting>): void =>
    form.change(withCriterion(form.policy, { ...setting, ...patch }));
  const changed =
    setting.strictness !== preset.strictness || !sameOutcomes(setting.outcomes, preset.outcomes);
  return (
    <li class="pairs criterion-row">
      <div class="stage-name">
        <span>{title}</span> <span class="soft">{clauseName}</span>{' '}
        {changed && <Badge tone="wait">{say('settings.criterion.differs')}</Badge>}
        {changed && (
          <Button
            kind="link"
            label={say('settings.criterion.reset.label', { title })}
            onPress={() => change(preset)}
          >
            {say('settings.criterion.reset')}
          </Button>
        )}
      </div>
      <Select
        id={idOf(`${path}.strictness`)}
        label={say('settings.criterion.strictness', { title })}
        quiet
        error={form.errorAt(`${path}.strictness`) ?? form.errorAt(path)}
        value={setting.strictness}
        choices={strictnesses.map(({ code, label }) => ({ value: code, label }))}
        onValue={(strictness) => change({ strictness })}
      />
      {setting.strictness !== 'off' && (
        <Outcomes say={say} form={form} setting={setting} change={change} />
      )}
    </li>
  );
}

function Outcomes({
  say,
  form,
  setting,
  change,
}: Pick<FormProps, 'form'> & {
  readonly say: FormProps['scope']['say'];
  readonly setting: CriterionSetting;
  readonly change: (patch: Partial<CriterionSetting>) => void;
}) {
  const path = `criteria.${setting.id}.outcomes`;
  const { outcomes } = form.base.book;
  const error = form.errorAt(path);
  const count = setting.outcomes.length;
  const title =
    count === outcomes.length
      ? say('settings.criterion.outcomes.all')
      : say('settings.criterion.outcomes.some', { count });
  return (
    <Disclosure title={title} open={error !== undefined}>
      <CheckGroup<Outcome>
        id={idOf(path)}
        label={say('settings.criterion.outcomes')}
        quiet
        error={error}
        values={setting.outcomes}
        choices={outcomes.map(({ code, label }) => ({ value: code, label }))}
        onValues={(next) => change({ outcomes: next })}
      />
    </Disclosure>
  );
}

function withCriterion(
  { criteria }: ClosingPolicy,
  changed: CriterionSetting,
): Pick<ClosingPolicy, 'criteria'> {
  return { criteria: criteria.map((one) => (one.id === changed.id ? changed : one)) };
}

function sameOutcomes(left: readonly Outcome[], right: readonly Outcome[]): boolean {
  return left.length === right.length && left.every((one) => right.includes(one));
}
