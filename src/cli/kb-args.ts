/** Arguments of `npm run kb`. */
import type { ArticleSection } from '../app/ports/knowledge.ts';
import type { Language } from '../app/ports/texts.ts';
import type { TicketRef } from '../core/ticket.ts';
import { FLAG, readOptions, TEXT, unknownOption } from './parsed-args.ts';
import type { Complaint, Parsed } from './parsed-args.ts';
import { readLanguage, readTicketRef } from './pipeline-arg.ts';

export const SECTIONS: readonly ArticleSection[] = [
  'problem',
  'conditions',
  'cause',
  'solution',
  'examples',
  'recommendations',
  'resources',
];
const WORDS = { type: 'string', default: '' } as const;

export type KbCommand =
  | { readonly command: 'search'; readonly words: string }
  | { readonly command: 'similar'; readonly ref: TicketRef }
  | { readonly command: 'draft'; readonly ref: TicketRef }
  | { readonly command: 'create'; readonly ref: TicketRef; readonly baseId: number | null }
  | {
      readonly command: 'update';
      readonly ref: TicketRef;
      readonly articleId: number;
      readonly section: ArticleSection;
    }
  | { readonly command: 'exists'; readonly ref: TicketRef; readonly link: string }
  | { readonly command: 'not-needed'; readonly ref: TicketRef; readonly why: string }
  | { readonly command: 'reuse'; readonly ref: TicketRef; readonly from: TicketRef | number }
  | { readonly command: 'typical' };

export interface KbArgs {
  readonly request: KbCommand;
  readonly conditions: string;
  readonly yes: boolean;
  readonly json: boolean;
}

const parseRaw = (argv: readonly string[]) =>
  readOptions(argv, {
    note: TEXT,
    section: { type: 'string', default: 'examples' },
    link: WORDS,
    why: WORDS,
    from: TEXT,
    base: TEXT,
    conditions: WORDS,
    yes: FLAG,
    json: FLAG,
  });

type Raw = ReturnType<typeof parseRaw>['values'];

/** Thrown while reading, caught at the top: the first thing wrong is told. */
class Wrong extends Error {
  readonly complaint: Complaint;
  constructor(key: string, params: Complaint['params'] = {}) {
    super(key);
    this.complaint = { key: `kb.${key}`, params };
  }
}

function refOf(text = ''): TicketRef {
  const ref = readTicketRef(text);
  if (ref === null) throw new Wrong('bad-ref', { value: text });
  return ref;
}

function numberOf(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new Wrong('bad-number', { value: text });
}

function given(text: string, key: string): string {
  if (text.trim() !== '') return text.trim();
  throw new Wrong(key);
}

function sectionOf(text: string): ArticleSection {
  const section = SECTIONS.find((one) => one === text);
  if (section !== undefined) return section;
  throw new Wrong('bad-section', { value: text, available: SECTIONS.join(', ') });
}

function decisionOf(ref: TicketRef, decision: string | undefined, raw: Raw): KbCommand {
  if (decision === 'exists') return { command: 'exists', ref, link: given(raw.link, 'need-link') };
  if (decision === 'not-needed') {
    return { command: 'not-needed', ref, why: given(raw.why, 'need-why') };
  }
  throw new Wrong('need-decision');
}

function sourceOf({ from, note }: Raw): TicketRef | number {
  if (from !== undefined) return refOf(from);
  if (note !== undefined) return numberOf(note);
  throw new Wrong('need-source');
}

const READERS: Readonly<Record<string, (raw: Raw, rest: readonly string[]) => KbCommand>> = {
  search: (_raw, rest) => ({ command: 'search', words: given(rest.join(' '), 'need-words') }),
  similar: (_raw, [ref]) => ({ command: 'similar', ref: refOf(ref) }),
  draft: (_raw, [ref]) => ({ command: 'draft', ref: refOf(ref) }),
  create: (raw, [ref]) => ({
    command: 'create',
    ref: refOf(ref),
    baseId: raw.base === undefined ? null : numberOf(raw.base),
  }),
  update: (raw, [ref]) => ({
    command: 'update',
    ref: refOf(ref),
    articleId: numberOf(given(raw.note ?? '', 'need-note')),
    section: sectionOf(raw.section),
  }),
  decide: (raw, [ref, decision]) => decisionOf(refOf(ref), decision, raw),
  reuse: (raw, [ref]) => ({ command: 'reuse', ref: refOf(ref), from: sourceOf(raw) }),
  typical: () => ({ command: 'typical' }),
};

export function parseKbArgs(argv: readonly string[]): Parsed<KbArgs> {
  let language: Language | null = null;
  try {
    const { values, positionals } = parseRaw(argv);
    const lang = readLanguage(values.lang);
    if (lang === undefined) throw new Wrong('bad-lang', { value: values.lang ?? '' });
    language = lang;
    if (values.help) return { kind: 'help', language };
    const [name = '', ...rest] = positionals;
    const reader = Object.hasOwn(READERS, name) ? READERS[name] : undefined;
    if (!reader) throw new Wrong('bad-command', { value: name });
    const { conditions, yes, json } = values;
    return {
      kind: 'run',
      language,
      args: { request: reader(values, rest), conditions, yes, json },
    };
  } catch (error) {
    const complaint = error instanceof Wrong ? error.complaint : unknownOption(error);
    return { kind: 'refused', language, complaints: [complaint] };
  }
}
