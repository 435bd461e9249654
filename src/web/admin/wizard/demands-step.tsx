import type { Strictness } from '../../../core/policy.ts';
import { Disclosure, Group } from '../../shared/ui/boxes.tsx';
import type { Tone } from '../../shared/ui/notice.tsx';
import { Badge } from '../../shared/ui/notice.tsx';
import { Table } from '../../shared/ui/table.tsx';
import type { FormProps } from '../settings/form-props.ts';

const TONES: Readonly<Record<Strictness, Tone | 'plain'>> = {
  block: 'bad',
  justify: 'wait',
  warn: 'info',
  off: 'plain',
};

/** What a closing is asked for, as the regulation has it; strictness is changed on its own tab later. */
export function DemandsStep({ scope: { say }, form }: FormProps) {
  const { criteria, strictnesses } = form.base.book;
  const labelOf = (strictness: Strictness): string =>
    strictnesses.find(({ code }) => code === strictness)?.label ?? strictness;
  const strictnessOf = (id: string): Strictness =>
    form.policy.criteria.find((one) => one.id === id)?.strictness ?? 'off';
  return (
    <Group title={say('settings.criteria')}>
      <Table
        caption={say('wizard.demands.caption')}
        keyOf={({ id }) => id}
        rows={criteria}
        columns={[
          {
            id: 'title',
            title: say('wizard.demands.what'),
            heads: true,
            cell: ({ title }) => title,
          },
          {
            id: 'clause',
            title: say('wizard.demands.clause'),
            cell: ({ clauseName }) => clauseName,
          },
          {
            id: 'strictness',
            title: say('wizard.demands.strictness'),
            cell: ({ id }) => (
              <Badge tone={TONES[strictnessOf(id)]}>{labelOf(strictnessOf(id))}</Badge>
            ),
          },
        ]}
      />
      <Disclosure title={say('settings.strictness.about')}>
        <dl class="about">
          {strictnesses.map(({ code, label, about }) => (
            <div key={code}>
              <dt>{label}</dt>
              <dd>{about}</dd>
            </div>
          ))}
        </dl>
      </Disclosure>
    </Group>
  );
}
