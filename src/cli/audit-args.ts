/** The arguments of `npm run audit`. */
import { parseArgs } from 'node:util';
import type { Language } from '../app/ports/texts.ts';
import type { PipelineRef } from '../core/policy.ts';
import type { Complaint } from './setup-args.ts';

export interface AuditArgs {
  readonly days: number;
  readonly pipeline: PipelineRef | null;
  readonly json: boolean;
  /** File of the page with charts. */
  readonly html: string | null;
  readonly language: Language | null;
}

export type AuditArgsResult =
  | { readonly kind: 'run'; readonly args: AuditArgs }
  | { readonly kind: 'help'; readonly language: Language | null }
  | { readonly kind: 'refused'; readonly complaints: readonly Complaint[] };

const MAX_DAYS = 366;

function parseRaw(argv: readonly string[]) {
  return parseArgs({
    args: [...argv],
    strict: true,
    allowPositionals: false,
    options: {
      days: { type: 'string', default: '30' },
      pipeline: { type: 'string' },
      json: { type: 'boolean', default: false },
      html: { type: 'string' },
      lang: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  }).values;
}

const languageOf = (text: string | undefined): Language | null =>
  text === 'ru' || text === 'en' ? text : null;

function daysOf(text: string): number | null {
  const days = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  return days >= 1 && days <= MAX_DAYS ? days : null;
}

/** Every complaint at once. */
export function parseAuditArgs(argv: readonly string[]): AuditArgsResult {
  let raw: ReturnType<typeof parseRaw>;
  try {
    raw = parseRaw(argv);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { kind: 'refused', complaints: [{ key: 'cli.unknown-option', params: { message } }] };
  }
  return raw.help ? { kind: 'help', language: languageOf(raw.lang) } : readArgs(raw);
}

function readArgs(raw: ReturnType<typeof parseRaw>): AuditArgsResult {
  const language = languageOf(raw.lang);
  const days = daysOf(raw.days);
  const pipeline = raw.pipeline === undefined ? null : pipelineOf(raw.pipeline);
  const complaints = [
    ...wrong(days === null, 'audit.bad-days', raw.days),
    ...wrong(raw.pipeline !== undefined && pipeline === null, 'setup.pipeline-shape', raw.pipeline),
    ...wrong(raw.html?.trim() === '', 'audit.no-file', ''),
    ...wrong(raw.lang !== undefined && language === null, 'setup.bad-lang', raw.lang),
  ];
  if (complaints.length > 0 || days === null) return { kind: 'refused', complaints };
  const { json, html = null } = raw;
  return { kind: 'run', args: { days, pipeline, json, html, language } };
}

function wrong(is: boolean, key: string, value: string | undefined): readonly Complaint[] {
  return is ? [{ key, params: { value: value ?? '' } }] : [];
}

function pipelineOf(text: string): PipelineRef | null {
  const [, type, category] = /^(\d{1,9}):(\d{1,9})$/.exec(text) ?? [];
  if (type === undefined || category === undefined) return null;
  return { entityTypeId: Number(type), categoryId: Number(category) };
}
