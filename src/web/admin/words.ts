/** Words of the pages for administrators and leads: one book per part, so that each part keeps its own file. */
import en from '../locale/admin/en.json' with { type: 'json' };
import ru from '../locale/admin/ru.json' with { type: 'json' };
import type { Language, Say } from '../shared/words.ts';
import { createSay } from '../shared/words.ts';

export type AdminWord = keyof typeof ru;
export type AdminSay = Say<AdminWord>;

export function createAdminSay(language: Language): AdminSay {
  return createSay<AdminWord>(language, { ru, en });
}
