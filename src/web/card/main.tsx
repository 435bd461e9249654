/** The panel in the ticket's card. */
import { render } from 'preact';
import type { CardState } from '../../core/card-state.ts';
import { afterPaint } from '../shared/after-paint.ts';
import { createApi } from '../shared/api.ts';
import type { Session } from '../shared/api.ts';
import { createBridge } from '../shared/bridge.ts';
import { createFormat } from '../shared/format.ts';
import type { Language } from '../shared/words.ts';
import './card.css';
import { Card } from './card.tsx';
import { createCardSay } from './words.ts';

interface Boot {
  readonly session: Session;
  readonly language: Language;
  /** IANA zone of the user; '': the browser's own. */
  readonly timeZone: string;
  readonly first: {
    readonly state?: CardState;
    readonly away?: 'no-rights' | 'not-configured';
    /** Something needs a further request: it is asked for as soon as the page stands. */
    readonly soon?: true;
  } | null;
}

const block = document.getElementById('state');
const root = document.getElementById('app');
if (block && root) {
  // Written by our own server into this very page; read once, so that the token stands nowhere afterwards.
  const boot = JSON.parse(block.textContent ?? '') as Boot;
  block.remove();
  const bridge = createBridge(window);
  // Building the panel keeps the browser from painting: what the server sent is shown first.
  await afterPaint();
  bridge?.followHeight(root);
  root.replaceChildren();
  root.removeAttribute('aria-busy');
  render(
    <Card
      api={createApi(boot.session, bridge)}
      bridge={bridge}
      say={createCardSay(boot.language)}
      format={createFormat(boot.language, boot.timeZone === '' ? undefined : boot.timeZone)}
      first={{
        state: boot.first?.state ?? null,
        trouble: boot.first?.away ?? null,
        soon: boot.first?.soon === true,
      }}
    />,
    root,
  );
}
