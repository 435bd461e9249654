/** What a command line comes to, and the few words that every command understands. */
import { parseArgs } from 'node:util';
import type { ParseArgsConfig } from 'node:util';
import type { Language } from '../app/ports/texts.ts';

type Options = NonNullable<ParseArgsConfig['options']>;

/** A complaint by key of the locale files, with its params. */
export interface Complaint {
  readonly key: string;
  readonly params: Readonly<Record<string, string | number>>;
}

/** Cannot be understood; the complaints are told before the usage. */
export interface Refused {
  readonly kind: 'refused';
  readonly language?: Language | null;
  readonly complaints: readonly Complaint[];
}

/** `language` is that of `--lang`; null: the machine's. */
export type Parsed<T> =
  | { readonly kind: 'run'; readonly language: Language | null; readonly args: T }
  | { readonly kind: 'help'; readonly language: Language | null }
  | Refused;

export const REFUSED: Refused = { kind: 'refused', complaints: [] };

export const TEXT = { type: 'string' } as const;
export const FLAG = { type: 'boolean', default: false } as const;

/** Beside the command's own options `--lang` and `--help`. An option that it does not know is thrown at. */
export function readOptions<O extends Options>(argv: readonly string[], own: O) {
  const options = { ...own, lang: TEXT, help: FLAG };
  return parseArgs({ args: [...argv], strict: true, allowPositionals: true, options });
}

/** The same for a command that takes nothing but options. */
export function readOnlyOptions<O extends Options>(argv: readonly string[], own: O) {
  const options = { ...own, lang: TEXT, help: FLAG };
  return parseArgs({ args: [...argv], strict: true, allowPositionals: false, options }).values;
}

/** What `node:util` throws at is refused without a word but the usage. */
export function orRefused<T>(read: () => Parsed<T>): Parsed<T> {
  try {
    return read();
  } catch {
    return REFUSED;
  }
}

/** What `node:util` threw, in its own words. */
export function unknownOption(error: unknown): Complaint {
  const message = error instanceof Error ? error.message : String(error);
  return { key: 'cli.unknown-option', params: { message } };
}
