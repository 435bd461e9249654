/** What stands in the way, at the top: heading, stage, verdict, progress. */
import type { CardState } from '../../core/card-state.ts';
import { Icon } from './icon.tsx';
import type { Scope } from './scope.ts';

interface Props extends Scope {
  readonly state: CardState;
}

export function Summary({ card, say, format, state }: Props) {
  const counted = state.criteria.filter(
    ({ status, strictness }) => status !== 'not-applicable' && strictness !== 'warn',
  );
  const done = counted.filter(({ status }) => status === 'met').length;
  const total = counted.length;
  return (
    <header>
      <div class="head">
        <h1>{say('title', { number: state.ticket.number })}</h1>
        <span class="stage">{state.ticket.stageName}</span>
        <SaveMark card={card} say={say} />
      </div>
      <div role="status">
        <Verdict state={state} say={say} format={format} card={card} />
        {card.soon && <p class="soft">{say('state.reading')}</p>}
        {state.hold && <p class="banner wait">{heldText({ state, say, format, card })}</p>}
      </div>
      {total > 0 && state.stage !== 'closed' && (
        <label class="progress">
          {say('progress', { done, total })}
          <progress value={done} max={total} />
        </label>
      )}
    </header>
  );
}

function heldText({ state: { hold }, say, format }: Props): string {
  const reason = hold?.reason ?? '';
  const until = hold?.until ?? null;
  if (until === null) return say('held.endless', { reason });
  return say('held', { until: format.moment(until), reason });
}

function Verdict({ state, say, format }: Props) {
  const { closed, undoUntil } = state;
  if (closed) {
    const at = closed.at === null ? '' : format.moment(closed.at);
    return (
      <div class="banner good">
        <Icon name="met" /> <strong>{say('closed', { at, outcome: closed.outcome })}</strong>
        {undoUntil !== null && <p>{say('undo.until', { at: format.moment(undoUntil) })}</p>}
      </div>
    );
  }
  if (state.stage === 'exempt') return <p class="banner">{say('exempt')}</p>;
  return (
    <>
      {state.mode === 'observe' && <p class="banner wait">{say('observe')}</p>}
      {state.whyNot.length === 0 ? (
        <p class="banner good">
          <Icon name="met" /> <strong>{say('can-close')}</strong>
        </p>
      ) : (
        <NotYet state={state} say={say} />
      )}
    </>
  );
}

function NotYet({ state, say }: Pick<Props, 'state' | 'say'>) {
  const count = state.criteria.filter(
    ({ status, strictness }) => status === 'unmet' && strictness !== 'warn',
  ).length;
  const may = state.actions.includes('override');
  return (
    <div class="banner bad">
      <Icon name="hint" />{' '}
      <strong>{count > 0 ? say('cannot-close', { count }) : say('cannot-close.unread')}</strong>
      {count > 0 && <p>{say(may ? 'cannot-close.hint-override' : 'cannot-close.hint')}</p>}
    </div>
  );
}

/** Whether everything typed stands on the ticket. */
function SaveMark({ card: { draft }, say }: Pick<Props, 'card' | 'say'>) {
  const unsaved = Object.keys(draft.typed).length > 0;
  const [key, css] = draft.saving
    ? (['save.saving', ''] as const)
    : unsaved
      ? (['save.unsaved', 'warn'] as const)
      : (['save.saved', ''] as const);
  const failed = unsaved && draft.problem !== '';
  return (
    <span class={`save ${failed ? 'warn' : css}`}>
      {failed ? say('save.failed', { message: draft.problem }) : say(key)}
    </span>
  );
}
