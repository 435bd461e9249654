/** The staff templates: which there are, what each may use, and reading them from templates/staff/. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { AlertCode } from '../core/decision.ts';
import type { Language } from '../app/ports/texts.ts';
import { AppError } from '../errors.ts';
import type { Template, TemplateShape } from './template.ts';
import { compileTemplate } from './template.ts';
import type { TemplateRules } from './template-rules.ts';
import { MAX_STAFF_SOURCE } from './template-rules.ts';

const GAP_LINE: TemplateShape = { values: ['text', 'clause'], lists: {} };
const TICKET_LINE: TemplateShape = { values: ['id', 'title', 'link', 'gaps'], lists: {} };
const DIGEST_TICKET: TemplateShape = {
  values: ['id', 'title', 'link', 'note', 'holdLink'],
  lists: {},
};
const DIGEST_LIST: TemplateShape = {
  values: ['title', 'count', 'more'],
  lists: { tickets: DIGEST_TICKET },
};
const ALERT: TemplateShape = {
  values: ['id', 'link', 'returns', 'pipeline', 'stageId'],
  lists: {},
};

/** Template file name → what it may use; templates/README.md explains the same to people. */
export const STAFF_SHAPES = {
  'return-comment': { values: [], lists: { gaps: GAP_LINE } },
  'refused-comment': { values: [], lists: { gaps: GAP_LINE } },
  'return-notice-one': { values: ['id', 'title', 'link'], lists: { gaps: GAP_LINE } },
  'return-notice-many': { values: ['tickets', 'more'], lists: { list: TICKET_LINE } },
  'hints-notice': { values: ['tickets', 'more'], lists: { list: TICKET_LINE } },
  'daily-digest': { values: ['date'], lists: { lists: DIGEST_LIST } },
  'alert-return-loop': ALERT,
  'alert-return-refused': ALERT,
  'alert-closing-not-verified': ALERT,
  'alert-stage-deleted': ALERT,
  'alert-ticket-hidden': ALERT,
  'alert-write-denied': ALERT,
  'alert-messages-stopped': ALERT,
  'alert-mistake-overdue': ALERT,
  'alert-reopen-loop': ALERT,
} as const satisfies Record<string, TemplateShape> & Record<`alert-${AlertCode}`, TemplateShape>;

export type StaffTemplateName = keyof typeof STAFF_SHAPES;

/** What each must tell to be of any use. */
const REQUIRED: Readonly<Record<StaffTemplateName, readonly string[]>> = {
  'return-comment': ['gaps', 'text'],
  'refused-comment': ['gaps', 'text'],
  'return-notice-one': ['id', 'gaps', 'text'],
  'hints-notice': ['list', 'id', 'gaps'],
  'daily-digest': ['lists', 'tickets', 'id'],
  'return-notice-many': ['list', 'id', 'gaps'],
  'alert-return-loop': ['id'],
  'alert-return-refused': ['id'],
  'alert-closing-not-verified': ['id'],
  'alert-stage-deleted': ['pipeline', 'stageId'],
  'alert-ticket-hidden': ['id'],
  'alert-write-denied': ['id'],
  'alert-messages-stopped': [],
  'alert-mistake-overdue': ['id'],
  'alert-reopen-loop': ['id'],
};

export function staffRules(name: StaffTemplateName): TemplateRules {
  return { shape: STAFF_SHAPES[name], required: REQUIRED[name], maxLength: MAX_STAFF_SOURCE };
}
export type StaffTemplates = Readonly<
  Record<Language, Readonly<Record<StaffTemplateName, Template>>>
>;

/** The repository's own templates; the same relative place from src/text and dist/text. */
export const STAFF_TEMPLATE_DIR = fileURLToPath(new URL('../../templates/staff', import.meta.url));

/** @throws AppError template-failed when the file is away */
export function readStaffTemplate(
  name: StaffTemplateName,
  language: Language,
  directory: string = STAFF_TEMPLATE_DIR,
): string {
  try {
    return readFileSync(`${directory}/${language}/${name}.hbs`, 'utf8').replaceAll('\r\n', '\n');
  } catch (error) {
    const label = `staff/${language}/${name}.hbs`;
    throw new AppError('template-failed', `Put back the template ${label}.`, { cause: error });
  }
}

function load(directory: string, language: Language, name: StaffTemplateName): Template {
  const source = readStaffTemplate(name, language, directory);
  return compileTemplate(source, `staff/${language}/${name}.hbs`, STAFF_SHAPES[name]);
}

function loadLanguage(directory: string, language: Language): StaffTemplates[Language] {
  const one = (name: StaffTemplateName) => load(directory, language, name);
  return {
    'return-comment': one('return-comment'),
    'refused-comment': one('refused-comment'),
    'return-notice-one': one('return-notice-one'),
    'hints-notice': one('hints-notice'),
    'return-notice-many': one('return-notice-many'),
    'daily-digest': one('daily-digest'),
    'alert-return-loop': one('alert-return-loop'),
    'alert-return-refused': one('alert-return-refused'),
    'alert-closing-not-verified': one('alert-closing-not-verified'),
    'alert-stage-deleted': one('alert-stage-deleted'),
    'alert-ticket-hidden': one('alert-ticket-hidden'),
    'alert-write-denied': one('alert-write-denied'),
    'alert-messages-stopped': one('alert-messages-stopped'),
    'alert-mistake-overdue': one('alert-mistake-overdue'),
    'alert-reopen-loop': one('alert-reopen-loop'),
  };
}

/** Reads and checks every template of both languages; throws template-failed at the first that is missing or wrong. */
export function loadStaffTemplates(directory: string = STAFF_TEMPLATE_DIR): StaffTemplates {
  return { ru: loadLanguage(directory, 'ru'), en: loadLanguage(directory, 'en') };
}
