/** The whole panel, top to bottom, and its states without a ticket to show. */
import type { Api } from '../shared/api.ts';
import type { Bridge } from '../shared/bridge.ts';
import type { Format } from '../shared/format.ts';
import { useEffect, useMemo, useReducer } from 'preact/hooks';
import type { FirstLook } from './card-store.ts';
import { CardStore } from './card-store.ts';
import { Actions } from './actions.tsx';
import { Criteria } from './criteria.tsx';
import { History } from './history.tsx';
import type { Scope } from './scope.ts';
import { Summary } from './summary.tsx';
import type { CardSay } from './words.ts';

interface Props {
  readonly api: Api;
  readonly bridge: Bridge | null;
  readonly say: CardSay;
  readonly format: Format;
  readonly first: FirstLook;
}

export function Card({ api, bridge, say, format, first }: Props) {
  const card = useMemo(() => new CardStore(api, bridge, first), []);
  const [, redraw] = useReducer<number, null>((count) => count + 1, 0);
  useEffect(() => {
    card.changed = () => redraw(null);
    return card.watch();
  }, []);
  const scope: Scope = { card, say, format };
  const { state, trouble } = card;
  if (trouble === 'no-rights' || trouble === 'not-configured') {
    return (
      <p class="banner bad" role="alert">
        {say(`away.${trouble}`)}
      </p>
    );
  }
  return (
    <>
      <TroubleBanner {...scope} />
      {state === null ? (
        trouble === null && <Loading say={say} />
      ) : (
        <>
          <Summary {...scope} state={state} />
          <Criteria {...scope} state={state} />
          <Actions {...scope} state={state} />
          <History {...scope} state={state} />
        </>
      )}
    </>
  );
}

/** Session or connection lost: what is typed stays in its fields below. */
function TroubleBanner({ card, say }: Scope) {
  const { trouble } = card;
  const known = trouble === 'away' || trouble === 'over' || trouble === 'reconnect';
  return (
    <div role="alert">
      {known && (
        <div class="banner bad">
          <span>{say(`${trouble}.text`)}</span>{' '}
          <button type="button" onClick={card.retry}>
            {say('retry')}
          </button>
        </div>
      )}
    </div>
  );
}

function Loading({ say }: { readonly say: CardSay }) {
  return (
    <div role="status">
      <span class="unseen">{say('state.loading')}</span>
      <div class="skeleton" aria-hidden="true">
        <i />
        <i />
        <i />
        <i />
        <i />
      </div>
    </div>
  );
}
