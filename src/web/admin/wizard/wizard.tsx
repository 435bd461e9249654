/** From nothing to a working gate: the regulation is filled in already, each step shows what it means and lets it be changed. */
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useReducer, useRef } from 'preact/hooks';
import type { SettingsHome } from '../../../core/admin/settings-state.ts';
import { Button, Buttons } from '../../shared/ui/button.tsx';
import { Icon } from '../../shared/ui/icon.tsx';
import type { AdminScope } from '../scope.ts';
import { AccessTab } from '../settings/access-tab.tsx';
import { StageMap } from '../settings/stages-tab.tsx';
import { TroubleNotice } from '../settings/trouble-notice.tsx';
import { CheckStep } from './check-step.tsx';
import { DemandsStep } from './demands-step.tsx';
import { DoneStep } from './done-step.tsx';
import { ModeStep } from './mode-step.tsx';
import { PipelineStep } from './pipeline-step.tsx';
import { WaitsStep } from './waits-step.tsx';
import type { WizardStep } from './wizard-store.ts';
import { WIZARD_STEPS, WizardStore } from './wizard-store.ts';

export interface WizardProps {
  readonly scope: AdminScope;
  readonly home: SettingsHome;
  /** The pipeline that was being looked at. */
  readonly start?: string;
  /** The pipeline is set up, and the wizard can be left. */
  readonly onDone: (pipelineKey: string) => void;
  /** The same is to be set on the tabs instead; nothing was saved. */
  readonly onLeave: () => void;
}

export function Wizard({ scope, home, start = '', onDone, onLeave }: WizardProps) {
  const { say } = scope;
  const store = useWizard(scope, home, start);
  const { step, place } = store;
  const title = useRef<HTMLHeadingElement>(null);
  const moved = useRef(false);
  // The next step begins at its title, for eyes and for screen readers.
  useEffect(() => {
    if (moved.current) title.current?.focus();
    moved.current = true;
  }, [step]);
  const submit = (): void => {
    if (step === 'done') onDone(store.pipeline);
    else void store.next();
  };
  return (
    <section class="wizard" aria-labelledby="wizard-title">
      <Steps say={say} store={store} />
      <h2 id="wizard-title" tabIndex={-1} ref={title}>
        <span class="soft">{say('wizard.step', { at: place + 1, of: WIZARD_STEPS.length })}</span>{' '}
        {say(`wizard.${step}`)}
      </h2>
      <p class="hint">{say(`wizard.${step}.hint`)}</p>
      <form
        // Told in our words, at the field and above the buttons.
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <TroubleNotice say={say} trouble={store.trouble ?? store.form?.trouble ?? null} />
        {viewOf(step, scope, store)}
        <div role="alert">
          {store.held && (
            <p class="error">
              <Icon name="warn" /> {say('wizard.held')}
            </p>
          )}
        </div>
        <Controls say={say} store={store} />
      </form>
      {store.unsaved && (
        <Buttons>
          <Button kind="link" onPress={onLeave}>
            {say('wizard.leave')}
          </Button>
        </Buttons>
      )}
    </section>
  );
}

function useWizard({ api, say }: AdminScope, home: SettingsHome, start: string): WizardStore {
  const store = useMemo(() => new WizardStore(api, home, start), []);
  const [, redraw] = useReducer<number, null>((count) => count + 1, 0);
  useEffect(() => {
    store.changed = () => redraw(null);
    store.numberWords = (path, least, most) =>
      say('settings.number', {
        name: say(path === 'firstWaitDays' ? 'settings.waits.first' : 'settings.waits.second'),
        least,
        most,
      });
  }, []);
  return store;
}

function viewOf(step: WizardStep, scope: AdminScope, store: WizardStore): ComponentChildren {
  const { form } = store;
  if (step === 'pipeline' || form === null) return <PipelineStep scope={scope} store={store} />;
  switch (step) {
    case 'stages':
      return <StageMap scope={scope} form={form} />;
    case 'demands':
      return <DemandsStep scope={scope} form={form} />;
    case 'waits':
      return <WaitsStep scope={scope} form={form} />;
    case 'people':
      return <AccessTab scope={scope} form={form} />;
    case 'mode':
      return <ModeStep scope={scope} form={form} made={store.made} />;
    case 'check':
      return <CheckStep scope={scope} />;
    case 'done':
      return <DoneStep scope={scope} form={form} />;
  }
}

/** Where one stands; steps that were passed can be gone back to until the settings are saved. */
function Steps({ say, store }: { readonly say: AdminScope['say']; readonly store: WizardStore }) {
  const { place } = store;
  return (
    <ol class="wizard-steps" aria-label={say('wizard.steps')}>
      {WIZARD_STEPS.map((step, at) => (
        <li
          key={step}
          class={at < place ? 'passed' : ''}
          aria-current={at === place ? 'step' : undefined}
        >
          {at < place && <Icon name="done" />}
          {say(`wizard.${step}.short`)}
        </li>
      ))}
    </ol>
  );
}

function Controls({
  say,
  store,
}: {
  readonly say: AdminScope['say'];
  readonly store: WizardStore;
}) {
  const { step, place, form, opening } = store;
  const saving = form?.saving === true;
  const busy = opening ? say('state.loading') : saving && say('wizard.saving');
  const words = step === 'mode' ? 'wizard.save' : step === 'done' ? 'wizard.finish' : 'wizard.next';
  return (
    <Buttons>
      {place > 0 && step !== 'done' && (
        <Button busy={saving && say('wizard.back')} onPress={() => store.go(place - 1)}>
          {say('wizard.back')}
        </Button>
      )}
      <Button id="wizard-next" type="submit" kind="primary" busy={busy}>
        {say(words)}
      </Button>
    </Buttons>
  );
}
