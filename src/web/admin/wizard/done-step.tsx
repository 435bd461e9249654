import { Group } from '../../shared/ui/boxes.tsx';
import { Notice } from '../../shared/ui/notice.tsx';
import type { FormProps } from '../settings/form-props.ts';

/** The gate stands: what to try, and what comes next. */
export function DoneStep({ scope: { say }, form }: FormProps) {
  const { policy, base } = form;
  const closed = base.book.stages.find(({ stageId }) =>
    (policy.stages[stageId] ?? 'work').startsWith('closed:'),
  );
  const stage = closed?.name ?? '';
  return (
    <Group title={say('wizard.done.title', { pipeline: base.name })}>
      <Notice tone="good" live="status">
        <p>{say(`wizard.done.${policy.mode}`, { stage })}</p>
      </Notice>
      <h3>{say('wizard.done.next')}</h3>
      <ul class="changes">
        <li>{say('wizard.done.lock')}</li>
        <li>{say('wizard.done.templates')}</li>
        <li>{say('wizard.done.mode')}</li>
      </ul>
    </Group>
  );
}
