/** Message templates: which there are, and the one being written with its preview beside it. */
import { useEffect, useMemo, useReducer } from 'preact/hooks';
import { TEMPLATE_GROUPS, TEMPLATE_LANGUAGES } from '../../../core/admin/templates-state.ts';
import type { TemplateKind, TemplatesState } from '../../../core/admin/templates-state.ts';
import { Disclosure, Group, Skeleton } from '../../shared/ui/boxes.tsx';
import { Button, Buttons } from '../../shared/ui/button.tsx';
import { RadioGroup } from '../../shared/ui/choices.tsx';
import { Field } from '../../shared/ui/field.tsx';
import { Badge, Notice } from '../../shared/ui/notice.tsx';
import type { AdminScope } from '../scope.ts';
import type { AdminSay } from '../words.ts';
import { TemplateEditor } from './template-editor.tsx';
import type { TemplateProps } from './template-props.ts';
import { TemplatePreviewPanel } from './template-preview-panel.tsx';
import type { StoreWords } from './templates-store.ts';
import { TemplatesStore } from './templates-store.ts';
import { TemplatesTransfer } from './templates-transfer.tsx';

export function TemplatesTab(scope: AdminScope) {
  const { api, say, language } = scope;
  const store = useMemo(() => new TemplatesStore(api, language, wordsOf(say)), []);
  const [, redraw] = useReducer<number, null>((count) => count + 1, 0);
  useEffect(() => {
    store.changed = () => redraw(null);
    const warn = (event: BeforeUnloadEvent): void => {
      if (store.unsaved > 0) event.preventDefault();
    };
    window.addEventListener('beforeunload', warn);
    void store.load();
    return () => window.removeEventListener('beforeunload', warn);
  }, []);
  const { state, kind } = store;
  if (state === null || kind === null) return <Waiting scope={scope} store={store} />;
  return (
    <>
      <Group title={say('templates.title')} hint={say('templates.hint')}>
        <div class="templates-head">
          <RadioGroup
            id="templates-language"
            label={say('templates.language')}
            value={store.language}
            choices={TEMPLATE_LANGUAGES.map((value) => ({
              value,
              label: say(`templates.language.${value}`),
            }))}
            onValue={(value) => store.speak(value)}
          />
          <Choice scope={scope} store={store} state={state} />
        </div>
        <Disclosure title={say('templates.transfer')}>
          <TemplatesTransfer scope={scope} store={store} />
        </Disclosure>
      </Group>
      <div class="templates">
        <List scope={scope} store={store} state={state} />
        <TemplateEditor scope={scope} store={store} kind={kind} />
        <TemplatePreviewPanel scope={scope} store={store} kind={kind} state={state} />
      </div>
    </>
  );
}

function wordsOf(say: AdminSay): StoreWords {
  return {
    saved: say('templates.saved'),
    reset: say('templates.is-original'),
    sent: say('templates.test.sent'),
    away: say('templates.away'),
    over: say('state.over'),
    notAFile: say('templates.not-a-file'),
    imported: (count, faulty) =>
      [
        say('templates.imported', { count }),
        ...(faulty > 0 ? [say('templates.imported.faulty', { count: faulty })] : []),
      ].join(' '),
  };
}

function Waiting({ scope: { say }, store }: TemplateProps) {
  if (store.told === null) return <Skeleton label={say('state.loading')} rows={8} />;
  return (
    <Notice tone="bad" live="alert">
      <p>{store.told.text}</p>
      <Buttons>
        <Button onPress={() => void store.load()}>{say('templates.again')}</Button>
      </Buttons>
    </Notice>
  );
}

interface ListProps extends TemplateProps {
  readonly state: TemplatesState;
}

const inGroups = ({ kinds }: TemplatesState) =>
  TEMPLATE_GROUPS.map((group) => ({
    group,
    kinds: kinds.filter((kind) => kind.group === group),
  }));

function List({ scope: { say }, store, state }: ListProps) {
  return (
    <nav class="templates-list" aria-label={say('templates.list')}>
      {inGroups(state).map(({ group, kinds }) => (
        <section key={group}>
          <h2>{say(`templates.group.${group}`)}</h2>
          <ul>
            {kinds.map((kind) => (
              <li key={kind.name}>
                <button
                  type="button"
                  aria-current={kind.name === store.name ? 'true' : undefined}
                  onClick={() => store.show(kind.name)}
                >
                  <span>{kind.title}</span>
                  <Marks say={say} store={store} kind={kind} />
                </button>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </nav>
  );
}

function Marks({
  say,
  store,
  kind: { name },
}: {
  readonly say: AdminSay;
  readonly store: TemplatesStore;
  readonly kind: TemplateKind;
}) {
  if (store.isDraft(name)) return <Badge tone="wait">{say('templates.mark.draft')}</Badge>;
  return store.isChanged(name) ? <Badge tone="good">{say('templates.mark.changed')}</Badge> : null;
}

/** Where there is no room for the list. */
function Choice({ scope: { say }, store, state }: ListProps) {
  const mark = (name: string): string => {
    if (store.isDraft(name)) return ` — ${say('templates.mark.draft')}`;
    return store.isChanged(name) ? ` — ${say('templates.mark.changed')}` : '';
  };
  const id = 'templates-choice';
  return (
    <div class="templates-choice">
      <Field id={id} label={say('templates.choice')}>
        <select
          id={id}
          class="control"
          value={store.name}
          onChange={(event) => store.show(event.currentTarget.value)}
        >
          {inGroups(state).map(({ group, kinds }) => (
            <optgroup key={group} label={say(`templates.group.${group}`)}>
              {kinds.map(({ name, title }) => (
                <option key={name} value={name}>
                  {title + mark(name)}
                </option>
              ))}
            </optgroup>
          ))}
        </select>
      </Field>
    </div>
  );
}
