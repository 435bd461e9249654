/** Every word of a page, by typed key: the page's own and the few that all pages share. Plurals by Intl. */
import en from '../locale/en.json' with { type: 'json' };
import ru from '../locale/ru.json' with { type: 'json' };

export type Language = 'ru' | 'en';
type Plural = Readonly<Partial<Record<Intl.LDMLPluralRule, string>>>;
export type Params = Readonly<Record<string, string | number>>;
/** Words of one page in both languages: the keys of one are the keys of the other, or it does not compile. */
export type WordBook<K extends string> = Readonly<
  Record<Language, Readonly<Record<K, string | Plural>>>
>;
export type SharedKey = keyof typeof ru;
export type Say<K extends string = SharedKey> = (key: K | SharedKey, params?: Params) => string;

const SHARED: WordBook<SharedKey> = { ru, en };

/** `{count}` chooses the plural form of a key that has forms. A page carries its own words only, so that it stays light. */
export function createSay<K extends string = never>(language: Language, own: WordBook<K>): Say<K> {
  const plurals = new Intl.PluralRules(language);
  const words: Readonly<Record<string, string | Plural>> = {
    ...SHARED[language],
    ...own[language],
  };
  return (key, params = {}) => {
    const word = words[key] ?? key;
    const text =
      typeof word === 'string'
        ? word
        : (word[plurals.select(Number(params['count'] ?? 0))] ?? word.other ?? '');
    return text.replaceAll(/\{(\w+)\}/g, (hole, name: string) => String(params[name] ?? hole));
  };
}
