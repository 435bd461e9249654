/** Arguments of commands that take an action: `list --json`, `undo <id>`. */
import { parseArgs } from 'node:util';
import type { Language } from '../app/ports/texts.ts';

export interface ActionArgs<A extends string> {
  /** null only beside `help`. */
  readonly action: A | null;
  /** What follows the action. */
  readonly rest: readonly string[];
  readonly json: boolean;
  readonly help: boolean;
  readonly language: Language | null;
}

/** null when the arguments cannot be understood. */
export function parseActionArgs<A extends string>(
  argv: readonly string[],
  actions: readonly A[],
): ActionArgs<A> | null {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      strict: true,
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        lang: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    const { lang, json, help } = values;
    const [name, ...rest] = positionals;
    const action = actions.find((one) => one === name) ?? null;
    if (lang !== undefined && lang !== 'ru' && lang !== 'en') return null;
    if (action === null && !help) return null;
    return { action, rest, json, help, language: lang ?? null };
  } catch {
    return null;
  }
}

/** `2026-11-20 14:21:33 GMT+3`: the machine's own zone, digits that both languages read. */
export function localTime(at: number): string {
  const format = new Intl.DateTimeFormat('sv-SE', {
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  const zone = new Intl.DateTimeFormat('en-US', { timeZoneName: 'shortOffset' })
    .formatToParts(at)
    .find(({ type }) => type === 'timeZoneName');
  return `${format.format(at)} ${zone?.value ?? ''}`.trim();
}
