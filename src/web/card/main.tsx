/** The panel in the ticket's card. */
import type { CardState } from '../../core/card-state.ts';
import { afterPaint } from '../shared/after-paint.ts';
import { mount } from '../shared/mount.ts';
import type { Boot } from '../shared/mount.ts';
import './card.css';
import '../shared/skeleton.css';
import { Card } from './card.tsx';
import { createCardSay } from './words.ts';

interface CardBoot extends Boot {
  readonly first: {
    readonly state?: CardState;
    readonly away?: 'no-rights' | 'not-configured';
    /** Something needs a further request: it is asked for as soon as the page stands. */
    readonly soon?: true;
  } | null;
}

// Building the panel keeps the browser from painting: what the server sent is shown first.
await mount<CardBoot>(
  ({ language, first }, parts) => (
    <Card
      {...parts}
      say={createCardSay(language)}
      first={{
        state: first?.state ?? null,
        trouble: first?.away ?? null,
        soon: first?.soon === true,
      }}
    />
  ),
  afterPaint,
);
