/** The section of administrators: which pipeline, and its settings. */
import { useEffect, useMemo, useReducer, useState } from 'preact/hooks';
import { Skeleton } from '../../shared/ui/boxes.tsx';
import { Select } from '../../shared/ui/inputs.tsx';
import type { Tone } from '../../shared/ui/notice.tsx';
import { Badge, Notice } from '../../shared/ui/notice.tsx';
import type { PipelineLine, SettingsHome } from '../../../core/admin/settings-state.ts';
import type { AdminScope } from '../scope.ts';
import { Wizard } from '../wizard/wizard.tsx';
import { Gone } from './gone.tsx';
import type { PageProps } from './pipeline-page.tsx';
import { PipelinePage } from './pipeline-page.tsx';
import { SettingsStore } from './settings-store.ts';
import { NUMBER_TITLES } from './number-titles.ts';
import { TroubleNotice } from './trouble-notice.tsx';

/** The page's store, drawing itself again whenever it changes. */
function useSettings({ say, api }: AdminScope): SettingsStore {
  const store = useMemo(() => new SettingsStore(api), []);
  const [, redraw] = useReducer<number, null>((count) => count + 1, 0);
  useEffect(() => {
    store.changed = () => redraw(null);
    store.numberWords = (path, least, most) =>
      say('settings.number', { name: say(NUMBER_TITLES[path]), least, most });
    const warn = (event: BeforeUnloadEvent): void => {
      if (store.unsaved.length > 0) event.preventDefault();
    };
    window.addEventListener('beforeunload', warn);
    void store.load();
    return () => window.removeEventListener('beforeunload', warn);
  }, []);
  return store;
}

export function Settings(scope: AdminScope) {
  const { say } = scope;
  const store = useSettings(scope);
  const { home, trouble } = store;
  const [wizard, setWizard] = useState<boolean | null>(null);
  const fresh = home?.pipelines.some(({ state }) => state === 'off') === true && unserved(home);
  const leave = async (pipeline: string): Promise<void> => {
    setWizard(false);
    await store.load();
    await store.choose(pipeline);
    await store.open(pipeline);
  };
  if (home !== null && (wizard ?? fresh)) {
    return (
      <Wizard
        scope={scope}
        home={home}
        start={store.chosen}
        onDone={(key) => void leave(key)}
        onLeave={() => setWizard(false)}
      />
    );
  }
  return (
    <>
      <TroubleNotice say={say} trouble={trouble} />
      {home === null ? (
        trouble === null && <Skeleton label={say('state.loading')} rows={6} />
      ) : (
        <>
          <Chooser scope={scope} store={store} home={home} />
          {home.pipelines
            .filter(({ pipeline }) => pipeline === store.chosen)
            .map((line) => (
              <Chosen
                key={line.pipeline}
                scope={scope}
                store={store}
                home={home}
                line={line}
                onWizard={() => setWizard(true)}
              />
            ))}
        </>
      )}
    </>
  );
}

/** Nothing is set up yet: the wizard comes first. */
const unserved = ({ pipelines }: SettingsHome): boolean =>
  pipelines.every(({ state }) => state === 'off' || state === 'gone');

function Chosen({ scope, store, home, line, onWizard }: Omit<PageProps, 'form'>) {
  const { form, trouble } = store;
  if (line.state === 'gone') return <Gone scope={scope} pipeline={line.pipeline} />;
  if (form !== null) {
    return <PipelinePage {...{ scope, store, form, home, line, onWizard }} />;
  }
  return trouble === null ? <Skeleton label={scope.say('state.loading')} rows={6} /> : null;
}

const STATE_TONES: Readonly<Record<PipelineLine['state'], Tone | 'plain'>> = {
  off: 'plain',
  observe: 'wait',
  enforce: 'good',
  broken: 'bad',
  gone: 'bad',
};

function Chooser({
  scope: { say },
  store,
  home,
}: {
  readonly scope: AdminScope;
  readonly store: SettingsStore;
  readonly home: SettingsHome;
}) {
  const { pipelines, notices } = home;
  const line = pipelines.find(({ pipeline }) => pipeline === store.chosen);
  const labelOf = ({ typeName, name, state }: PipelineLine): string =>
    `${typeName === '' ? say('settings.pipeline.deals') : typeName} · ${name} — ${say(`settings.state.${state}`)}`;
  return (
    <>
      {notices.map((notice) => (
        <Notice key={notice} tone="wait">
          <p>{notice}</p>
        </Notice>
      ))}
      {line === undefined ? (
        <Notice tone="info">
          <p>{say('settings.none')}</p>
        </Notice>
      ) : (
        <div class="chooser">
          <Select
            id="pipeline"
            label={say('settings.pipeline')}
            value={line.pipeline}
            choices={pipelines.map((one) => ({ value: one.pipeline, label: labelOf(one) }))}
            onValue={(pipeline) => void store.choose(pipeline)}
          />
          <p class="standing">
            <Badge tone={STATE_TONES[line.state]}>{say(`settings.state.${line.state}`)}</Badge>{' '}
            {line.version > 0 && (
              <span class="soft">{say('settings.version', { version: line.version })}</span>
            )}
          </p>
        </div>
      )}
    </>
  );
}
