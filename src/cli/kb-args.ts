/** Arguments of `npm run kb`. */
import { parseArgs } from 'node:util';
import type { ArticleSection } from '../app/ports/knowledge.ts';
import type { Language } from '../app/ports/texts.ts';
import type { TicketRef } from '../core/ticket.ts';
import type { Complaint } from './setup-args.ts';

export const SECTIONS: readonly ArticleSection[] = [
  'problem',
  'conditions',
  'cause',
  'solution',
  'examples',
  'recommendations',
  'resources',
];
const LANGUAGES = ['ru', 'en'] as const;

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

export type KbArgs =
  | {
      readonly kind: 'run';
      readonly request: KbCommand;
      readonly language: Language;
      readonly conditions: string;
      readonly yes: boolean;
      readonly json: boolean;
    }
  | { readonly kind: 'help'; readonly language: Language }
  | {
      readonly kind: 'refused';
      readonly language: Language;
      readonly complaints: readonly Complaint[];
    };

function parseRaw(argv: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...argv],
    strict: true,
    allowPositionals: true,
    options: {
      note: { type: 'string' },
      section: { type: 'string', default: 'examples' },
      link: { type: 'string', default: '' },
      why: { type: 'string', default: '' },
      from: { type: 'string' },
      base: { type: 'string' },
      conditions: { type: 'string', default: '' },
      yes: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      lang: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  return { ...values, positionals };
}

type Raw = ReturnType<typeof parseRaw>;

/** Thrown while reading, caught at the top: the first thing wrong is told. */
class Wrong extends Error {
  readonly complaint: Complaint;
  constructor(key: string, params: Complaint['params'] = {}) {
    super(key);
    this.complaint = { key: `kb.${key}`, params };
  }
}

function refOf(text: string | undefined): TicketRef {
  const match = /^(\d{1,9}):(\d{1,15})$/.exec(text ?? '');
  const [entityTypeId, id] = [Number(match?.[1]), Number(match?.[2])];
  if (!match || entityTypeId < 1 || id < 1) throw new Wrong('bad-ref', { value: text ?? '' });
  return { entityTypeId, id };
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

/** @param fallback language of the machine, used without `--lang` */
export function parseKbArgs(argv: readonly string[], fallback: Language): KbArgs {
  let language = fallback;
  try {
    const raw = parseRaw(argv);
    const lang = LANGUAGES.find((one) => one === raw.lang);
    if (raw.lang !== undefined && lang === undefined) {
      throw new Wrong('bad-lang', { value: raw.lang });
    }
    language = lang ?? fallback;
    if (raw.help) return { kind: 'help', language };
    const [name = '', ...rest] = raw.positionals;
    const reader = Object.hasOwn(READERS, name) ? READERS[name] : undefined;
    if (!reader) throw new Wrong('bad-command', { value: name });
    const { conditions, yes, json } = raw;
    return { kind: 'run', request: reader(raw, rest), language, conditions, yes, json };
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    const unknown = { key: 'cli.unknown-option', params: { message } };
    const complaint = error instanceof Wrong ? error.complaint : unknown;
    return { kind: 'refused', language, complaints: [complaint] };
  }
}
