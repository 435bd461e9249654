/** Every word of the pages, by typed key; Russian and English, plurals by Intl. */
import en from '../locale/en.json' with { type: 'json' };
import ru from '../locale/ru.json' with { type: 'json' };

export type Language = 'ru' | 'en';
export type WordKey = keyof typeof ru;
type Plural = Readonly<Partial<Record<Intl.LDMLPluralRule, string>>>;
export type Params = Readonly<Record<string, string | number>>;
export type Say = (key: WordKey, params?: Params) => string;

const WORDS: Readonly<Record<Language, Readonly<Record<WordKey, string | Plural>>>> = { ru, en };

/** `{count}` chooses the plural form of a key that has forms. */
export function createSay(language: Language): Say {
  const plurals = new Intl.PluralRules(language);
  return (key, params = {}) => {
    const word = WORDS[language][key];
    const text =
      typeof word === 'string'
        ? word
        : (word[plurals.select(Number(params['count'] ?? 0))] ?? word.other ?? '');
    return text.replaceAll(/\{(\w+)\}/g, (hole, name: string) => String(params[name] ?? hole));
  };
}
