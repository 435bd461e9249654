/** The message as it would leave. Built of text alone: nothing of a template or a ticket becomes markup, and no link leads anywhere. */
import { useState } from 'preact/hooks';
import type {
  PreviewPiece,
  TemplateKind,
  TemplatePreview,
  TemplatesState,
} from '../../../core/admin/templates-state.ts';
import { Group } from '../../shared/ui/boxes.tsx';
import { Select, TextInput } from '../../shared/ui/inputs.tsx';
import { Notice } from '../../shared/ui/notice.tsx';
import { Tabs } from '../../shared/ui/tabs.tsx';
import type { AdminSay } from '../words.ts';
import { BbText } from './bb-text.tsx';
import type { TemplateProps } from './template-props.ts';

const DEAL = 2;

interface PanelProps extends TemplateProps {
  readonly kind: TemplateKind;
  readonly state: TemplatesState;
}

export function TemplatePreviewPanel({ scope, store, kind, state }: PanelProps) {
  const { say } = scope;
  const { preview, faults } = store;
  return (
    <Group title={say('templates.preview')} hint={say('templates.preview.hint')}>
      <TicketChooser scope={scope} store={store} state={state} />
      {preview === null ? (
        <p class="soft">
          {faults.length > 0 ? say('templates.preview.faults') : say('state.loading')}
        </p>
      ) : (
        <>
          {preview.ticket !== null && (
            <p class="preview-of">
              {say('templates.preview.of', {
                number: preview.ticket.key.split(':')[1] ?? '',
                title: preview.ticket.title,
              })}
            </p>
          )}
          {preview.notes.length > 0 && (
            <Notice tone="info">
              {preview.notes.map((note) => (
                <p key={note}>{note}</p>
              ))}
            </Notice>
          )}
          <Forms say={say} preview={preview} kind={kind} />
        </>
      )}
    </Group>
  );
}

/** The number is enough where all tickets are of one type. */
function TicketChooser({
  scope: { say },
  store,
  state: { entityTypes },
}: Omit<PanelProps, 'kind'>) {
  const first = String(entityTypes[0] ?? DEAL);
  const [type, setType] = useState(first);
  const [number, setNumber] = useState('');
  const choose = (nextType: string, nextNumber: string): void => {
    setType(nextType);
    setNumber(nextNumber);
    const digits = /(\d+)\D*$/u.exec(nextNumber)?.[1] ?? '';
    store.choose(digits === '' ? '' : `${nextType}:${digits}`);
  };
  return (
    <div class="ticket-chooser">
      {entityTypes.length > 1 && (
        <Select
          id="template-ticket-type"
          label={say('templates.ticket.type')}
          value={type}
          choices={entityTypes.map((id) => ({
            value: String(id),
            label:
              id === DEAL ? say('templates.ticket.deal') : say('templates.ticket.smart', { id }),
          }))}
          onValue={(value) => choose(value, number)}
        />
      )}
      <TextInput
        id="template-ticket"
        label={say('templates.ticket')}
        hint={say('templates.ticket.hint')}
        error={store.ticketFault}
        maxLength={20}
        value={number}
        onValue={(value) => choose(type, value)}
      />
    </div>
  );
}

/** Shown as it is written: whoever edits it edits the marks too. */
const isMarkdown = ({ group, name }: TemplateKind): boolean =>
  group === 'kb' || name === 'solution-markdown';

type Form = 'mail' | 'chat' | 'plain';

function Forms({
  say,
  preview,
  kind,
}: {
  readonly say: AdminSay;
  readonly preview: TemplatePreview;
  readonly kind: TemplateKind;
}) {
  const [form, show] = useState<Form>('mail');
  const { mail, subject } = preview;
  const head = <Subject say={say} subject={subject} kind={kind} />;
  if (mail === null) {
    return (
      <div class="preview-paper">
        {head}
        {isMarkdown(kind) ? <pre>{preview.chat}</pre> : <BbText source={preview.chat} />}
      </div>
    );
  }
  const views = {
    mail: () => <Letter paragraphs={mail.paragraphs} />,
    chat: () => <BbText source={preview.chat} />,
    plain: () => <pre>{preview.plain}</pre>,
  } as const;
  const forms: readonly Form[] = ['mail', 'chat', 'plain'];
  return (
    <Tabs
      id="template-form"
      label={say('templates.forms')}
      shown={form}
      onShow={(id) => show(forms.find((one) => one === id) ?? 'mail')}
      tabs={forms.map((one) => ({
        id: one,
        title: say(`templates.form.${one}`),
        view: () => (
          <div class="preview-paper">
            {head}
            {views[one]()}
          </div>
        ),
      }))}
    />
  );
}

function Subject({
  say,
  subject,
  kind: { group },
}: {
  readonly say: AdminSay;
  readonly subject: string;
  readonly kind: TemplateKind;
}) {
  if (subject === '') return null;
  return (
    <p class="preview-subject">
      <span class="soft">{say(group === 'kb' ? 'templates.heading' : 'templates.subject')}</span>{' '}
      <strong>{subject}</strong>
    </p>
  );
}

function Letter({ paragraphs }: { readonly paragraphs: readonly (readonly PreviewPiece[])[] }) {
  return (
    <div class="letter">
      {paragraphs.map((pieces, at) => (
        <p key={at}>
          {pieces.map((piece, index) =>
            piece.kind === 'link' ? (
              <span key={index} class="as-link">
                {piece.text}
              </span>
            ) : (
              <span key={index}>{piece.text}</span>
            ),
          )}
        </p>
      ))}
    </div>
  );
}
