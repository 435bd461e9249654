/** What happened, newest first. */
import { useState } from 'preact/hooks';
import type { CardState } from '../../core/card-state.ts';
import type { Scope } from './scope.ts';

const FEW = 4;

export function History({ say, format, state }: Scope & { readonly state: CardState }) {
  const [all, setAll] = useState(false);
  const { history } = state;
  const shown = all ? history : history.slice(0, FEW);
  return (
    <section aria-labelledby="history">
      <h2 id="history">{say('history')}</h2>
      {history.length === 0 && <p class="soft">{say('history.empty')}</p>}
      <ul class="plain history">
        {shown.map(({ at, who, text }) => (
          <li key={`${at} ${text}`}>
            <time dateTime={new Date(at).toISOString()}>{format.moment(at)}</time>
            <span class="who">{who === '' ? say('history.app') : who}</span>
            <span>{text}</span>
          </li>
        ))}
      </ul>
      {!all && history.length > FEW && (
        <button type="button" class="link" onClick={() => setAll(true)}>
          {say('history.all', { count: history.length })}
        </button>
      )}
    </section>
  );
}
