/** The buttons, the form of the pressed one right under them, and what came of it. */
import { useRef, useState } from 'preact/hooks';
import type { CardAction, CardState } from '../../core/card-state.ts';
import { ByAgentForm, HoldForm, OverrideForm, ReturnForm } from './forms.tsx';
import type { Scope } from './scope.ts';

interface Props extends Scope {
  readonly state: CardState;
}

const FORMS = {
  hold: HoldForm,
  'by-agent': ByAgentForm,
  override: OverrideForm,
  'return-to-work': ReturnForm,
} as const;
type FormAction = keyof typeof FORMS;
type Button = Exclude<CardAction, 'kb-decide' | 'kb-create'>;

const isButton = (action: CardAction): action is Button =>
  action !== 'kb-decide' && action !== 'kb-create';
const hasForm = (action: CardAction): action is FormAction => Object.hasOwn(FORMS, action);

export function Actions({ state, ...scope }: Props) {
  const { card, say } = scope;
  const [open, setOpen] = useState<FormAction | null>(null);
  const row = useRef<HTMLDivElement>(null);
  const buttons = state.actions.filter(isButton);
  const close = (): void => {
    const from = open;
    setOpen(null);
    if (from !== null) row.current?.querySelector<HTMLElement>(`[data-action=${from}]`)?.focus();
  };
  const press = (action: Button): void => {
    if (action === 'close' && !state.canClose) return;
    if (hasForm(action)) setOpen(open === action ? null : action);
    else void card.act(action, action === 'close' ? { outcome: state.outcome } : {});
  };
  const shown = open !== null && buttons.includes(open) ? open : null;
  const Form = shown === null ? null : FORMS[shown];
  return (
    <section aria-labelledby="actions">
      <h2 id="actions" class="unseen">
        {say('actions')}
      </h2>
      {buttons.includes('close') && <OutcomeChoice {...scope} state={state} />}
      <div class="buttons" ref={row}>
        {buttons.map((action) => (
          <ActionButton
            key={action}
            {...scope}
            state={state}
            action={action}
            open={shown === action}
            press={() => press(action)}
          />
        ))}
      </div>
      {buttons.includes('close') && !state.canClose && (
        <p class="soft" id="why-not">
          {say('why-not', { why: state.whyNot.join(', ') })}
        </p>
      )}
      {Form && <Form key={shown} {...scope} state={state} close={close} />}
      <p class={card.message.good ? 'result good' : 'result bad'} role="status">
        {card.message.text}
      </p>
    </section>
  );
}

interface ButtonProps extends Props {
  readonly action: Button;
  readonly open: boolean;
  readonly press: () => void;
}

/** A closing that is not ready keeps its button: it can be reached, and says why. */
function ActionButton({ card, say, state, action, open, press }: ButtonProps) {
  const held = action === 'close' && !state.canClose;
  const busy = card.busy === action;
  return (
    <button
      type="button"
      data-action={action}
      class={action === 'close' || action === 'undo' ? 'main' : ''}
      aria-disabled={held || card.busy !== null}
      aria-describedby={held ? 'why-not' : undefined}
      aria-expanded={hasForm(action) ? open : undefined}
      onClick={press}
    >
      {busy ? say('action.busy') : say(`action.${action}`)}
    </button>
  );
}

function OutcomeChoice({ card, say, state }: Props) {
  if (state.outcomes.length < 2) return null;
  return (
    <label class="outcome">
      {say('outcome')}{' '}
      <select value={state.outcome} onChange={(event) => card.look(event.currentTarget.value)}>
        {state.outcomes.map(({ code, label }) => (
          <option key={code} value={code}>
            {label}
          </option>
        ))}
      </select>
    </label>
  );
}
