/** The locale files: every short text by key, in Russian and English, with `{name}` params and plural forms. */
import type { Language } from '../app/ports/texts.ts';
import type { RoleHint } from '../core/guess-stage-roles.ts';
import { AppError } from '../errors.ts';
import en from './locale/en.json' with { type: 'json' };
import ru from './locale/ru.json' with { type: 'json' };

export type MessageKey = keyof typeof en;
export type MessageParams = Readonly<Record<string, string | number>>;
type Message = string | Readonly<Partial<Record<Intl.LDMLPluralRule, string>>>;

const CATALOG: Readonly<Record<Language, Readonly<Record<MessageKey, Message>>>> = { ru, en };
const PLURAL_RULES: Readonly<Record<Language, Intl.PluralRules>> = {
  ru: new Intl.PluralRules('ru'),
  en: new Intl.PluralRules('en'),
};
const PLACEHOLDER = /\{(\w+)\}/g;

/** Whether both languages have the key. */
export function isMessageKey(key: string): key is MessageKey {
  return Object.hasOwn(ru, key) && Object.hasOwn(en, key);
}

function formOf(language: Language, key: MessageKey, count: string | number | undefined): string {
  const message = CATALOG[language][key];
  if (typeof message === 'string') return message;
  const rule = PLURAL_RULES[language].select(Number(count ?? 0));
  return message[rule] ?? message.other ?? '';
}

/** The text of a key; `count` chooses the plural form, an absent param leaves its place empty. */
export function say(language: Language, key: MessageKey, params: MessageParams = {}): string {
  return formOf(language, key, params['count']).replaceAll(PLACEHOLDER, (_whole, name: string) =>
    Object.hasOwn(params, name) ? String(params[name]) : '',
  );
}

/** As `say`, for a key put together at run time; throws template-failed when there is no such key. */
export function sayByName(language: Language, key: string, params: MessageParams = {}): string {
  if (!isMessageKey(key)) {
    throw new AppError('template-failed', `Add the text "${key}" to both locale files.`);
  }
  return say(language, key, params);
}

/** Stage name parts of both languages that hint at a role, for the setup's first guess; the gate's come first. */
export function roleHints(): readonly RoleHint[] {
  const patterns = (key: MessageKey) =>
    [...say('ru', key).split('|'), ...say('en', key).split('|')].map((part) => part.toLowerCase());
  return [
    { role: 'gate', patterns: patterns('stage-hint.gate') },
    {
      role: 'awaiting-confirmation',
      patterns: patterns('stage-hint.awaiting-confirmation'),
    },
  ];
}

/** Texts that the two languages do not both have, or whose params differ; empty when the catalogue is whole. */
export function catalogProblems(): readonly string[] {
  const texts = [CATALOG.ru, CATALOG.en].map(
    (messages): ReadonlyMap<string, Message> => new Map(Object.entries(messages)),
  );
  const keys = new Set(texts.flatMap((messages) => [...messages.keys()]));
  return [...keys].filter((key) => {
    const pair = texts
      .map((messages) => messages.get(key))
      .map((message) => (message === undefined ? 'missing' : paramsOf(message)));
    return pair[0] !== pair[1] || pair[0] === 'missing';
  });
}

function paramsOf(message: Message): string {
  const forms = typeof message === 'string' ? [message] : Object.values(message);
  const names = forms.flatMap((form) =>
    [...form.matchAll(PLACEHOLDER)].map((match) => match[1] ?? ''),
  );
  return [...new Set<string>(names)].toSorted().join(',');
}

const problems = catalogProblems();
if (problems.length > 0) {
  throw new AppError(
    'template-failed',
    `Make the locale files agree on these keys and their params: ${problems.join(', ')}.`,
  );
}
