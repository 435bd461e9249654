/** Forms that open right under their button: the frame is as high as its content, so a dialog would open out of sight. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import type { CardState } from '../../core/card-state.ts';
import type { Scope } from './scope.ts';

interface FormProps extends Scope {
  readonly state: CardState;
  readonly close: () => void;
}

export function SubmitRow({
  card,
  say,
  label,
  cancel,
}: Scope & { readonly label: string; readonly cancel: () => void }) {
  const busy = card.busy !== null;
  return (
    <div class="buttons">
      <button type="submit" class="main" aria-disabled={busy}>
        {busy ? say('action.busy') : label}
      </button>
      <button type="button" onClick={cancel}>
        {say('cancel')}
      </button>
    </div>
  );
}

/** The first control gets the focus; Escape closes, and the button it came from gets the focus back. */
function Inline({
  children,
  close,
  submit,
}: {
  readonly children: ComponentChildren;
  readonly close: () => void;
  readonly submit: () => void;
}) {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    const control: HTMLElement | null | undefined =
      form.current?.querySelector('select, input, textarea');
    control?.focus();
  }, []);
  return (
    <form
      class="mend"
      ref={form}
      onKeyDown={(event) => {
        if (event.key === 'Escape') close();
      }}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {children}
    </form>
  );
}

/** `2026-11-24T14:21` on the reader's own clock, as the native control wants it. */
function localInput(at: number): string {
  const shifted = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}

const DAY_MS = 24 * 60 * 60_000;

export function HoldForm({ card, say, format, close }: FormProps) {
  const [until, setUntil] = useState(() => localInput(Date.now() + DAY_MS));
  const [reason, setReason] = useState('');
  const submit = async (): Promise<void> => {
    const at = new Date(until).getTime();
    if (await card.act('hold', { until: Number.isNaN(at) ? 0 : at, reason })) close();
  };
  return (
    <Inline close={close} submit={() => void submit()}>
      <label class="field">
        {say('hold.until')}
        <input
          type="datetime-local"
          value={until}
          aria-invalid={card.message.field === 'until'}
          onInput={(event) => setUntil(event.currentTarget.value)}
        />
      </label>
      <Words card={card} name="reason" label={say('hold.reason')} value={reason} on={setReason} />
      <SubmitRow card={card} say={say} format={format} label={say('hold.submit')} cancel={close} />
    </Inline>
  );
}

const CHANNELS = ['phone', 'chat', 'email', 'messenger', 'meeting'] as const;

export function ByAgentForm({ card, say, format, close }: FormProps) {
  const [channel, setChannel] = useState<string>('phone');
  const [at, setAt] = useState(() => localInput(Date.now()));
  const [words, setWords] = useState('');
  const submit = async (): Promise<void> => {
    const said = new Date(at).getTime();
    const wish = { channel, at: Number.isNaN(said) ? 0 : said, words };
    if (await card.act('by-agent', wish)) close();
  };
  return (
    <Inline close={close} submit={() => void submit()}>
      <label class="field">
        {say('by-agent.channel')}
        <select value={channel} onChange={(event) => setChannel(event.currentTarget.value)}>
          {CHANNELS.map((one) => (
            <option key={one} value={one}>
              {say(`by-agent.channel.${one}`)}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        {say('by-agent.at')}
        <input
          type="datetime-local"
          value={at}
          aria-invalid={card.message.field === 'at'}
          onInput={(event) => setAt(event.currentTarget.value)}
        />
      </label>
      <Words card={card} name="words" label={say('by-agent.words')} value={words} on={setWords} />
      <SubmitRow card={card} say={say} format={format} label={say('save')} cancel={close} />
    </Inline>
  );
}

export function OverrideForm({ card, say, format, state, close }: FormProps) {
  const [reason, setReason] = useState(state.exception.reason);
  const count = state.exception.minCharacters;
  const submit = async (): Promise<void> => {
    if (await card.act('override', { outcome: state.outcome, reason })) close();
  };
  return (
    <Inline close={close} submit={() => void submit()}>
      <ul class="gaps">
        {state.whyNot.map((why) => (
          <li key={why}>{why}</li>
        ))}
      </ul>
      <Words
        card={card}
        name="reason"
        label={say('override.reason', { count })}
        value={reason}
        on={setReason}
      />
      <SubmitRow
        card={card}
        say={say}
        format={format}
        label={say('override.submit')}
        cancel={close}
      />
    </Inline>
  );
}

const CAUSES = [
  'hurried',
  'not-confirmed',
  'not-documented',
  'misunderstood',
  'robot',
  'other',
] as const;

export function ReturnForm({ card, say, format, state, close }: FormProps) {
  const closed = state.stage === 'closed';
  const [cause, setCause] = useState('');
  const [comment, setComment] = useState('');
  const submit = async (): Promise<void> => {
    const wish = { cause: cause === '' ? null : cause, comment };
    if (await card.act('return-to-work', wish)) close();
  };
  return (
    <Inline close={close} submit={() => void submit()}>
      {closed && (
        <label class="field">
          {say('return.cause')}
          <select
            value={cause}
            aria-invalid={card.message.field === 'cause'}
            onChange={(event) => setCause(event.currentTarget.value)}
          >
            <option value="">{say('field.none')}</option>
            {CAUSES.map((one) => (
              <option key={one} value={one}>
                {say(`return.cause.${one}`)}
              </option>
            ))}
          </select>
        </label>
      )}
      <Words
        card={card}
        name="comment"
        label={say('return.comment')}
        value={comment}
        on={setComment}
      />
      <SubmitRow
        card={card}
        say={say}
        format={format}
        label={say('return.submit')}
        cancel={close}
      />
    </Inline>
  );
}

interface WordsProps {
  readonly card: Scope['card'];
  /** As the server names it when it refuses. */
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly on: (value: string) => void;
}

function Words({ card, name, label, value, on }: WordsProps) {
  return (
    <label class="field">
      {label}
      <textarea
        rows={2}
        maxLength={5000}
        value={value}
        aria-invalid={card.message.field === name}
        onInput={(event) => on(event.currentTarget.value)}
      />
    </label>
  );
}
