/** What a person must know of the whole form, above its tabs: refused, changed by somebody else, loaded, saved, warned. */
import { useEffect, useRef } from 'preact/hooks';
import type { SettingNote } from '../../../core/admin/settings-state.ts';
import { Button, Buttons } from '../../shared/ui/button.tsx';
import { Notice } from '../../shared/ui/notice.tsx';
import { ChangesList } from './changes-list.tsx';
import type { FormProps } from './form-props.ts';
import { TroubleNotice } from './trouble-notice.tsx';

interface NoticesProps extends FormProps {
  readonly goTo: (path: string) => void;
}

export function FormNotices(props: NoticesProps) {
  const { scope, form } = props;
  return (
    <>
      {!form.dirty && <TroubleNotice say={scope.say} trouble={form.trouble} />}
      <Conflicting {...props} />
      <Refused {...props} />
      <Loaded {...props} />
      <Saved {...props} />
      <Warnings {...props} />
    </>
  );
}

/** The summary of problems gets the focus once, when a save is refused. */
function Refused({ scope: { say }, form, goTo }: NoticesProps) {
  const box = useRef<HTMLDivElement>(null);
  const problems = form.problems();
  const shown = form.refused && problems.length > 0;
  useEffect(() => {
    if (shown) box.current?.focus();
  }, [shown]);
  if (!shown) return null;
  return (
    <div ref={box} tabIndex={-1}>
      <Notice tone="bad" live="alert" title={say('settings.refused', { count: problems.length })}>
        <Notes notes={problems} goTo={goTo} />
      </Notice>
    </div>
  );
}

/** Sentences that lead to their settings. */
function Notes({
  notes,
  goTo,
}: {
  readonly notes: readonly SettingNote[];
  readonly goTo: (path: string) => void;
}) {
  return (
    <ul>
      {notes.map(({ path, text }) => (
        <li key={`${path} ${text}`}>
          {path === '' ? (
            text
          ) : (
            <Button kind="link" onPress={() => goTo(path)}>
              {text}
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}

/** Takes the focus too: it wants a choice. */
function Conflicting({ scope: { say }, form }: NoticesProps) {
  const { conflict } = form;
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (conflict !== null) box.current?.focus();
  }, [conflict]);
  if (conflict === null) return null;
  const { by, changes } = conflict;
  const title = by === '' ? say('settings.conflict') : say('settings.conflict.by', { name: by });
  return (
    <div ref={box} tabIndex={-1}>
      <Notice tone="wait" live="alert" title={title}>
        {changes.length > 0 && <p>{say('settings.conflict.what')}</p>}
        <ChangesList say={say} changes={changes} />
        <p class="hint">{say('settings.conflict.hint')}</p>
        <Buttons>
          <Button kind="primary" onPress={() => form.keepMine()}>
            {say('settings.conflict.mine')}
          </Button>
          <Button onPress={() => form.takeTheirs()}>{say('settings.conflict.theirs')}</Button>
        </Buttons>
      </Notice>
    </div>
  );
}

function Loaded({ scope: { say }, form, goTo }: NoticesProps) {
  const { origin } = form;
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (origin !== null) box.current?.focus();
  }, [origin]);
  if (origin === null) return null;
  const { kind, changes } = origin;
  const toChoose = form.toChoose();
  return (
    <div ref={box} tabIndex={-1}>
      <Notice
        tone="info"
        live="status"
        title={say(`settings.origin.${kind}`, { count: changes.length })}
      >
        <ChangesList say={say} changes={changes} />
        {toChoose.length > 0 && (
          <>
            <p>{say('settings.to-choose')}</p>
            <Notes notes={toChoose} goTo={goTo} />
          </>
        )}
      </Notice>
    </div>
  );
}

/** Takes the focus: the button that saved is gone with the bar it stood in. */
function Saved({ scope: { say }, form }: NoticesProps) {
  const { saved, base } = form;
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (saved) box.current?.focus();
  }, [saved]);
  const version = base.version;
  const labelOf = (key: string): string =>
    base.book.fields.find((field) => field.key === key)?.label ?? key;
  return (
    <div role="status" ref={box} tabIndex={-1}>
      {saved && (
        <Notice
          tone="good"
          title={say(saved.changed ? 'settings.saved' : 'settings.saved.same', { version })}
        >
          {saved.created.length > 0 && (
            <p>
              {say('settings.saved.fields', {
                count: saved.created.length,
                fields: saved.created.map(labelOf).join(', '),
              })}
            </p>
          )}
        </Notice>
      )}
    </div>
  );
}

function Warnings({ scope: { say }, form, goTo }: NoticesProps) {
  const { warnings } = form.check;
  if (warnings.length === 0) return null;
  return (
    <Notice tone="wait" title={say('settings.warnings')}>
      <Notes notes={warnings} goTo={goTo} />
    </Notice>
  );
}
