/** The arguments of `npm run setup`, parsed and checked as far as they can be without a portal. */
import { parseArgs } from 'node:util';
import type { SetupRequest } from '../app/setup-pipeline-draft.ts';
import { isStageRole, STAGE_ROLES } from '../app/setup-pipeline-draft.ts';
import { SETTING_KEYS } from '../app/setup-pipeline-settings.ts';
import type { KeyValue } from '../app/setup-pipeline-settings.ts';

/** A complaint by key of the locale files, with its params. */
export interface Complaint {
  readonly key: string;
  readonly params: Readonly<Record<string, string | number>>;
}

export interface SetupArgs {
  readonly request: Required<SetupRequest>;
  /** Path of a policy document to begin with; null: with what is saved, or the regulation. */
  readonly file: string | null;
  /** The pipeline was not named: the document's own. */
  readonly pipelineOfFile: boolean;
  readonly yes: boolean;
  readonly json: boolean;
}

export type SetupArgsResult =
  | { readonly kind: 'run'; readonly args: SetupArgs }
  | { readonly kind: 'help' }
  | { readonly kind: 'refused'; readonly complaints: readonly Complaint[] };

const complaint = (key: string, params: Complaint['params'] = {}): Complaint => ({ key, params });

/** Splits at the first `=`: stage ids and roles hold colons, roles no `=`. null when there is none. */
export function splitPair(text: string): KeyValue | null {
  const at = text.indexOf('=');
  return at > 0 ? { key: text.slice(0, at).trim(), value: text.slice(at + 1).trim() } : null;
}

function parseRaw(argv: readonly string[]) {
  return parseArgs({
    args: [...argv],
    strict: true,
    allowPositionals: false,
    options: {
      pipeline: { type: 'string' },
      stage: { type: 'string', multiple: true, default: [] },
      set: { type: 'string', multiple: true, default: [] },
      mode: { type: 'string' },
      lang: { type: 'string' },
      yes: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      file: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  }).values;
}
type Raw = ReturnType<typeof parseRaw>;

function pairs(option: string, texts: readonly string[], complaints: Complaint[]): KeyValue[] {
  return texts.flatMap((text) => {
    const pair = splitPair(text);
    if (!pair) complaints.push(complaint('cli.not-a-pair', { value: text, option }));
    return pair ? [pair] : [];
  });
}

function pipelineOf(
  { pipeline: text, file }: Raw,
  complaints: Complaint[],
): SetupRequest['pipeline'] {
  const [, type, category] = /^(\d{1,9}):(\d{1,9})$/.exec(text ?? '') ?? [];
  if (text === undefined) {
    if (file === undefined) complaints.push(complaint('setup.pipeline-missing'));
  } else if (type === undefined || category === undefined) {
    complaints.push(complaint('setup.pipeline-shape', { value: text }));
  }
  return { entityTypeId: Number(type ?? 0), categoryId: Number(category ?? 0) };
}

function modeOf(text: string | undefined, complaints: Complaint[]): 'observe' | 'enforce' | null {
  if (text === undefined || text === 'observe' || text === 'enforce') return text ?? null;
  complaints.push(complaint('setup.bad-mode', { value: text }));
  return null;
}

function languageOf(text: string | undefined, complaints: Complaint[]): 'ru' | 'en' | null {
  if (text === undefined || text === 'ru' || text === 'en') return text ?? null;
  complaints.push(complaint('setup.bad-lang', { value: text }));
  return null;
}

function readArgs(raw: Raw): SetupArgsResult {
  const complaints: Complaint[] = [];
  const request = {
    pipeline: pipelineOf(raw, complaints),
    stages: pairs('--stage', raw.stage, complaints),
    settings: pairs('--set', raw.set, complaints),
    mode: modeOf(raw.mode, complaints),
    language: languageOf(raw.lang, complaints),
  };
  for (const { value: role } of request.stages) {
    if (isStageRole(role)) continue;
    complaints.push(complaint('setup.role-unknown', { role, available: STAGE_ROLES.join(', ') }));
  }
  for (const { key } of request.settings) {
    if (SETTING_KEYS.includes(key)) continue;
    complaints.push(complaint('setup.set-unknown', { key, available: SETTING_KEYS.join(', ') }));
  }
  if (complaints.length > 0) return { kind: 'refused', complaints };
  const file = raw.file ?? null;
  const pipelineOfFile = file !== null && raw.pipeline === undefined;
  const args = { request, file, pipelineOfFile, yes: raw.yes, json: raw.json };
  return { kind: 'run', args };
}

/** Every complaint at once, so that a long command line is corrected in one go. */
export function parseSetupArgs(argv: readonly string[]): SetupArgsResult {
  let raw: Raw;
  try {
    raw = parseRaw(argv);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { kind: 'refused', complaints: [complaint('cli.unknown-option', { message })] };
  }
  return raw.help ? { kind: 'help' } : readArgs(raw);
}
