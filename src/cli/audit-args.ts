/** The arguments of `npm run audit`. */
import type { Language } from '../app/ports/texts.ts';
import type { PipelineRef } from '../core/policy.ts';
import { FLAG, readOnlyOptions, TEXT, unknownOption } from './parsed-args.ts';
import type { Complaint, Parsed } from './parsed-args.ts';

export interface AuditArgs {
  readonly days: number;
  readonly pipeline: PipelineRef | null;
  readonly json: boolean;
  /** File of the page with charts. */
  readonly html: string | null;
}

const MAX_DAYS = 366;

const parseRaw = (argv: readonly string[]) =>
  readOnlyOptions(argv, {
    days: { type: 'string', default: '30' },
    pipeline: TEXT,
    json: FLAG,
    html: TEXT,
  });

const languageOf = (text: string | undefined): Language | null =>
  text === 'ru' || text === 'en' ? text : null;

function daysOf(text: string): number | null {
  const days = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  return days >= 1 && days <= MAX_DAYS ? days : null;
}

/** Every complaint at once. */
export function parseAuditArgs(argv: readonly string[]): Parsed<AuditArgs> {
  let raw: ReturnType<typeof parseRaw>;
  try {
    raw = parseRaw(argv);
  } catch (error) {
    return { kind: 'refused', complaints: [unknownOption(error)] };
  }
  return raw.help ? { kind: 'help', language: languageOf(raw.lang) } : readArgs(raw);
}

function readArgs(raw: ReturnType<typeof parseRaw>): Parsed<AuditArgs> {
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
  return { kind: 'run', language, args: { days, pipeline, json, html } };
}

function wrong(is: boolean, key: string, value: string | undefined): readonly Complaint[] {
  return is ? [{ key, params: { value: value ?? '' } }] : [];
}

function pipelineOf(text: string): PipelineRef | null {
  const [, type, category] = /^(\d{1,9}):(\d{1,9})$/.exec(text) ?? [];
  if (type === undefined || category === undefined) return null;
  return { entityTypeId: Number(type), categoryId: Number(category) };
}
