/** The text of a template: what may be put in, what is wrong and where, and what to do with it. */
import type {
  TemplateFault,
  TemplateKind,
  TemplatePlaceholder,
} from '../../../core/admin/templates-state.ts';
import { Group } from '../../shared/ui/boxes.tsx';
import { TextArea } from '../../shared/ui/inputs.tsx';
import { Badge, Notice } from '../../shared/ui/notice.tsx';
import { insertion, offsetOf } from './insertion.ts';
import { TemplateActions } from './template-actions.tsx';
import type { TemplateProps } from './template-props.ts';

const TEXT = 'template-text';
const ROWS = 18;

interface EditorProps extends TemplateProps {
  readonly kind: TemplateKind;
}

export function TemplateEditor({ scope, store, kind }: EditorProps) {
  const { say } = scope;
  const { faults, saved } = store;
  return (
    <Group
      title={kind.title}
      hint={kind.when}
      side={saved?.changed === true && <Badge tone="good">{say('templates.mark.changed')}</Badge>}
    >
      <SavedWords scope={scope} store={store} />
      {saved?.broken === true && (
        <Notice tone="bad">
          <p>{say('templates.broken')}</p>
        </Notice>
      )}
      <TextArea
        id={TEXT}
        label={say('templates.text')}
        hint={say(kind.group === 'client' ? 'templates.text.client' : 'templates.text.other')}
        error={faults.length > 0 ? say('templates.faults', { count: faults.length }) : ''}
        value={store.draft}
        rows={ROWS}
        code
        maxLength={kind.maxLength * 2}
        onValue={(text) => store.write(text)}
      />
      <Faults faults={faults} say={say} />
      <TemplateActions scope={scope} store={store} />
      <Chips scope={scope} store={store} kind={kind} />
    </Group>
  );
}

function SavedWords({ scope: { say, format }, store: { saved } }: TemplateProps) {
  if (saved === null || saved.savedAt === null) return null;
  const key = saved.changed ? 'templates.by' : 'templates.by.original';
  const params = {
    version: saved.version,
    at: format.moment(saved.savedAt),
    name: saved.savedBy,
  };
  return <p class="soft">{say(key, params)}</p>;
}

function field(): HTMLTextAreaElement | null {
  const found = document.getElementById(TEXT);
  return found instanceof HTMLTextAreaElement ? found : null;
}

/** Leads into the text, to the very place. */
function Faults({
  faults,
  say,
}: {
  readonly faults: readonly TemplateFault[];
  readonly say: TemplateProps['scope']['say'];
}) {
  const go = ({ line, column }: TemplateFault): void => {
    const text = field();
    if (!text) return;
    const at = offsetOf(text.value, line, column);
    text.focus();
    text.setSelectionRange(at, at);
  };
  return (
    <ul class="template-faults" aria-live="polite">
      {faults.map((fault) => (
        <li key={`${fault.line}:${fault.column}:${fault.code}:${fault.name}`}>
          <button type="button" class="btn link" onClick={() => go(fault)}>
            {say('templates.place', { line: fault.line, column: fault.column })}
          </button>{' '}
          {fault.message}
        </li>
      ))}
    </ul>
  );
}

function Chips({ scope: { say }, store, kind }: EditorProps) {
  const put = (placeholder: TemplatePlaceholder): void => {
    const text = field();
    if (!text) return;
    const words = insertion(placeholder, say('templates.link-words'), kind.group === 'client');
    text.setRangeText(words, text.selectionStart, text.selectionEnd, 'end');
    store.write(text.value);
    text.focus();
  };
  return (
    <div class="placeholders" role="group" aria-label={say('templates.insert')}>
      <h3>{say('templates.insert')}</h3>
      <ul class="chips">
        {kind.placeholders.map((placeholder) => (
          <Chip key={placeholder.name} {...{ say, placeholder, put }} />
        ))}
      </ul>
    </div>
  );
}

function Chip({
  say,
  placeholder,
  put,
}: {
  readonly say: TemplateProps['scope']['say'];
  readonly placeholder: TemplatePlaceholder;
  readonly put: (placeholder: TemplatePlaceholder) => void;
}) {
  const { name, meaning, required, items } = placeholder;
  return (
    <li class={items === null ? '' : 'whole'}>
      <button type="button" class="placeholder" onClick={() => put(placeholder)}>
        <code>{items === null ? `{{${name}}}` : `{{#each ${name}}}`}</code> <span>{meaning}</span>
        {required && <em>{say('templates.required')}</em>}
      </button>
      {items !== null && (
        <ul class="chips" aria-label={say('templates.items', { name: meaning })}>
          {items.map((item) => (
            <Chip key={item.name} say={say} placeholder={item} put={put} />
          ))}
        </ul>
      )}
    </li>
  );
}
