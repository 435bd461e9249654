import { Group } from '../../shared/ui/boxes.tsx';
import { RadioGroup } from '../../shared/ui/choices.tsx';
import { Notice } from '../../shared/ui/notice.tsx';
import type { AdminScope } from '../scope.ts';
import type { WizardStore } from './wizard-store.ts';

/** Which pipeline; one that is set up already can be walked through again. */
export function PipelineStep({
  scope: { say },
  store,
}: {
  readonly scope: AdminScope;
  readonly store: WizardStore;
}) {
  const lines = store.home.pipelines.filter(({ state }) => state !== 'gone');
  if (lines.length === 0) {
    return (
      <Notice tone="wait">
        <p>{say('settings.none')}</p>
      </Notice>
    );
  }
  return (
    <Group title={say('settings.pipeline')}>
      <RadioGroup
        id="wizard-pipeline"
        label={say('settings.pipeline')}
        quiet
        value={store.pipeline}
        choices={lines.map(({ pipeline, typeName, name, state }) => ({
          value: pipeline,
          label: `${typeName === '' ? say('settings.pipeline.deals') : typeName} · ${name}`,
          hint: say(`settings.state.${state}`),
        }))}
        onValue={(pipeline) => store.choose(pipeline)}
      />
    </Group>
  );
}
