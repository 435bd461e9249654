/** The panel's own words. */
import en from '../locale/card/en.json' with { type: 'json' };
import ru from '../locale/card/ru.json' with { type: 'json' };
import type { Language, Say } from '../shared/words.ts';
import { createSay } from '../shared/words.ts';

export type CardWord = keyof typeof ru;
export type CardSay = Say<CardWord>;

export function createCardSay(language: Language): CardSay {
  return createSay<CardWord>(language, { ru, en });
}
