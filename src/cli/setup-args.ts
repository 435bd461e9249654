/** The arguments of `npm run setup`, parsed and checked as far as they can be without a portal. */
import type { SetupRequest } from '../app/setup-pipeline-draft.ts';
import { isStageRole, STAGE_ROLES } from '../app/setup-pipeline-draft.ts';
import { SETTING_KEYS } from '../app/setup-pipeline-settings.ts';
import type { KeyValue } from '../app/setup-pipeline-settings.ts';
import { FLAG, readOnlyOptions, TEXT, unknownOption } from './parsed-args.ts';
import type { Complaint, Parsed } from './parsed-args.ts';

export interface SetupArgs {
  readonly request: Required<SetupRequest>;
  /** Path of a policy document to begin with; null: with what is saved, or the regulation. */
  readonly file: string | null;
  /** The pipeline was not named: the document's own. */
  readonly pipelineOfFile: boolean;
  readonly yes: boolean;
  readonly json: boolean;
}

const complaint = (key: string, params: Complaint['params'] = {}): Complaint => ({ key, params });

/** Splits at the first `=`: stage ids and roles hold colons, roles no `=`. null when there is none. */
export function splitPair(text: string): KeyValue | null {
  const at = text.indexOf('=');
  return at > 0 ? { key: text.slice(0, at).trim(), value: text.slice(at + 1).trim() } : null;
}

const parseRaw = (argv: readonly string[]) =>
  readOnlyOptions(argv, {
    pipeline: TEXT,
    stage: { type: 'string', multiple: true, default: [] },
    set: { type: 'string', multiple: true, default: [] },
    mode: TEXT,
    yes: FLAG,
    json: FLAG,
    file: TEXT,
  });
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

function readArgs(raw: Raw): Parsed<SetupArgs> {
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
  return { kind: 'run', language: request.language, args };
}

/** Every complaint at once, so that a long command line is corrected in one go. */
export function parseSetupArgs(argv: readonly string[]): Parsed<SetupArgs> {
  let raw: Raw;
  try {
    raw = parseRaw(argv);
  } catch (error) {
    return { kind: 'refused', complaints: [unknownOption(error)] };
  }
  return raw.help ? { kind: 'help', language: null } : readArgs(raw);
}
