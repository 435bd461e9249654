/** What each clause of the regulation demands, as this version of the app words it. */
import type { ClauseTexts } from '../app/ports/journal.ts';
import type { Language } from '../app/ports/texts.ts';
import { CLAUSE_IDS } from '../core/policy.ts';
import { say } from './catalog.ts';

export function clauseTexts(): ClauseTexts {
  const of = (language: Language): ClauseTexts[Language] =>
    Object.fromEntries(CLAUSE_IDS.map((id) => [id, say(language, `clause-text.${id}`)]));
  return { ru: of('ru'), en: of('en') };
}
