/** The settings of one pipeline: what is to be known, the tabs, and the bar of unsaved changes. */
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import type { PipelineLine, SettingsHome } from '../../../core/admin/settings-state.ts';
import { Button, Buttons } from '../../shared/ui/button.tsx';
import { Notice } from '../../shared/ui/notice.tsx';
import { SaveBar } from '../../shared/ui/save-bar.tsx';
import { Tabs } from '../../shared/ui/tabs.tsx';
import { DoctorTab } from '../doctor/doctor-tab.tsx';
import { LockGuide } from '../lock/lock-guide.tsx';
import type { AdminScope } from '../scope.ts';
import { AccessTab } from './access-tab.tsx';
import { CalendarTab } from './calendar-tab.tsx';
import { CriteriaTab } from './criteria-tab.tsx';
import { FieldsTab } from './fields-tab.tsx';
import { FormNotices } from './form-notices.tsx';
import type { FormProps } from './form-props.ts';
import { focusSetting, POLICY_TABS, problemsIn, TABS } from './places.ts';
import type { PolicyTab, TabId } from './places.ts';
import type { PolicyForm } from './policy-form.ts';
import type { SettingsStore } from './settings-store.ts';
import { StagesTab } from './stages-tab.tsx';
import { TroubleNotice } from './trouble-notice.tsx';
import { VersionsTab } from './versions-tab.tsx';
import { WaitsTab } from './waits-tab.tsx';

export interface PageProps {
  readonly scope: AdminScope;
  readonly store: SettingsStore;
  readonly form: PolicyForm;
  readonly home: SettingsHome;
  readonly line: PipelineLine;
  readonly onWizard: () => void;
}

export function PipelinePage(props: PageProps) {
  const { scope, store, form, line } = props;
  const { say } = scope;
  const { tab, wanted } = store;
  // After the tab has been drawn: a hidden control takes no focus.
  useEffect(() => {
    if (wanted === '') return;
    store.wanted = '';
    focusSetting(wanted);
  }, [wanted]);
  const goTo = (path: string): void => void store.goTo(line.pipeline, path);
  const problems = form.problems();
  return (
    <>
      <Standing say={say} line={line} onWizard={props.onWizard} />
      <FormNotices scope={scope} form={form} goTo={goTo} />
      <Tabs
        id="settings"
        label={say('settings.tabs')}
        shown={tab}
        onShow={(id) => store.show(TABS.find((one) => one === id) ?? 'stages')}
        marked={(count) => say('settings.problems', { count })}
        tabs={TABS.map((id) => ({
          id,
          title: say(`settings.tab.${id}`),
          problems: isPolicyTab(id) ? problemsIn(id, problems) : 0,
          view: () =>
            id === 'doctor' ? (
              <DoctorTab
                scope={scope}
                onFix={(pipeline, path) => void store.goTo(pipeline, path)}
              />
            ) : (
              viewOf(id, { scope, form })
            ),
        }))}
      />
      {form.dirty && <Unsaved scope={scope} store={store} form={form} />}
    </>
  );
}

const isPolicyTab = (id: TabId): id is PolicyTab => POLICY_TABS.some((one) => one === id);

function viewOf(id: Exclude<TabId, 'doctor'>, props: FormProps): ComponentChildren {
  switch (id) {
    case 'stages':
      return <StagesTab {...props} />;
    case 'fields':
      return <FieldsTab {...props} />;
    case 'criteria':
      return <CriteriaTab {...props} />;
    case 'waits':
      return <WaitsTab {...props} />;
    case 'calendar':
      return <CalendarTab {...props} />;
    case 'access':
      return (
        <>
          <AccessTab {...props} />
          <LockGuide scope={props.scope} pipeline={props.form.base.pipeline} />
        </>
      );
    case 'versions':
      return <VersionsTab {...props} />;
  }
}

function Standing({
  say,
  line: { state },
  onWizard,
}: Pick<PageProps, 'line' | 'onWizard'> & { readonly say: AdminScope['say'] }) {
  if (state === 'off') {
    return (
      <Notice tone="info" title={say('settings.off.title')}>
        <p>{say('settings.off.text')}</p>
        <Buttons>
          <Button onPress={onWizard}>{say('settings.wizard')}</Button>
        </Buttons>
      </Notice>
    );
  }
  if (state !== 'broken') return null;
  return (
    <Notice tone="bad">
      <p>{say('settings.broken.text')}</p>
    </Notice>
  );
}

function Unsaved({ scope: { say }, store, form }: Pick<PageProps, 'scope' | 'store' | 'form'>) {
  const save = async (): Promise<void> => {
    if (await form.save()) await store.load();
  };
  const reset = (): void => {
    form.reset();
    // The bar goes, and the focus with it.
    document.querySelector<HTMLElement>('[role=tab][aria-selected=true]')?.focus();
  };
  return (
    <SaveBar
      text={say(form.touched ? 'settings.unsaved' : 'settings.unsaved.new')}
      save={say('settings.save')}
      cancel={say('settings.cancel')}
      busy={form.saving && say('settings.saving')}
      onSave={() => void save()}
      onCancel={form.touched ? reset : null}
    >
      <TroubleNotice say={say} trouble={form.trouble} />
    </SaveBar>
  );
}
