/** Arguments of commands that take an action: `list --json`, `undo <id>`. */
import { FLAG, orRefused, readOptions, REFUSED } from './parsed-args.ts';
import type { Parsed } from './parsed-args.ts';
import { readLanguage } from './pipeline-arg.ts';

export interface ActionArgs<A extends string> {
  readonly action: A;
  /** What follows the action. */
  readonly rest: readonly string[];
  readonly json: boolean;
}

/** @param mostRest how many words may follow the action */
export function parseActionArgs<A extends string>(
  argv: readonly string[],
  actions: readonly A[],
  mostRest = Infinity,
): Parsed<ActionArgs<A>> {
  return orRefused(() => {
    const { values, positionals } = readOptions(argv, { json: FLAG });
    const language = readLanguage(values.lang);
    const [name, ...rest] = positionals;
    if (language === undefined || rest.length > mostRest) return REFUSED;
    if (values.help) return { kind: 'help', language };
    const action = actions.find((one) => one === name);
    if (action === undefined) return REFUSED;
    return { kind: 'run', language, args: { action, rest, json: values.json } };
  });
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
