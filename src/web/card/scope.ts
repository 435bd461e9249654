/** What every part of the panel is given. */
import type { Format } from '../shared/format.ts';
import type { CardStore } from './card-store.ts';
import type { CardSay } from './words.ts';

export interface Scope {
  readonly card: CardStore;
  readonly say: CardSay;
  readonly format: Format;
}
