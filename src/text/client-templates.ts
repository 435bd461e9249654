/** The client templates: which there are, what each may use and must hold, and reading them from templates/client/. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Language } from '../app/ports/texts.ts';
import { AppError } from '../errors.ts';
import type { Template, TemplateProblem, TemplateShape } from './template.ts';
import { compileTemplate, refusal, templateProblems } from './template.ts';
import { controlCharacters, inOrder } from './template-rules.ts';
import { placeOf } from './template-syntax.ts';

/** Every variable of a client message; templates/README.md explains them to people. */
export const CLIENT_VARIABLES = [
  'clientName',
  'ticketId',
  'specialistName',
  'solution',
  'recommendations',
  'productVersion',
  'productInstruction',
  'link',
  'closeBy',
  'reopenUntil',
  'masterId',
] as const;
export type ClientVariable = (typeof CLIENT_VARIABLES)[number];

/** Template → the variables it must name and that must be filled; every other variable may be empty. */
export const CLIENT_TEMPLATES = {
  request: ['ticketId', 'solution', 'link', 'closeBy'],
  reminder: ['ticketId', 'solution', 'link', 'closeBy'],
  'request-update': ['ticketId', 'solution', 'link'],
  'reminder-update': ['ticketId', 'solution', 'link'],
  'update-pending': ['ticketId'],
  'notice-confirmed': ['ticketId'],
  'notice-no-answer': ['ticketId'],
  'notice-product-update': ['ticketId'],
  'notice-duplicate': ['ticketId'],
  'notice-out-of-scope': ['ticketId'],
  'notice-withdrawn': ['ticketId'],
  'notice-unconfirmed': ['ticketId'],
  'work-goes-on': ['ticketId'],
} as const satisfies Record<string, readonly ClientVariable[]>;

export type ClientTemplateName = keyof typeof CLIENT_TEMPLATES;
export type ClientTemplates = Readonly<
  Record<Language, Readonly<Record<ClientTemplateName, Template>>>
>;

/** The repository's own templates; the same relative place from src/text and dist/text. */
export const CLIENT_TEMPLATE_DIR = fileURLToPath(
  new URL('../../templates/client', import.meta.url),
);

/** Longest template text; what a message makes of it is bounded by client-texts.ts. */
export const MAX_SOURCE = 12_000;

const COMMENT = /\{\{~?!(?:--[\s\S]*?--|[\s\S]*?)~?\}\}/gu;
/** The only markup of a client template: words that carry the link. */
const LINK_MARKUP = /\[[^[\]{}\r\n]{1,80}\]\(\{\{link\}\}\)/gu;
/** What looks like a place to fill in by hand: `[Name]`, or braces that Handlebars was told to leave alone. */
const HAND_PLACEHOLDER = /\[[^\]\r\n]{0,60}\]?|\]|\\+\{\{/gu;
export function isClientTemplate(name: string): name is ClientTemplateName {
  return Object.hasOwn(CLIENT_TEMPLATES, name);
}

export function requiredVariables(name: ClientTemplateName): readonly ClientVariable[] {
  return CLIENT_TEMPLATES[name];
}

export function clientShape(name: ClientTemplateName): TemplateShape {
  const required = requiredVariables(name);
  const optional = CLIENT_VARIABLES.filter((variable) => !required.includes(variable));
  return { values: CLIENT_VARIABLES, lists: {}, optional };
}

const blank = (text: string): string => text.replaceAll(/[^\r\n]/gu, ' ');

function wordingProblems(source: string): readonly TemplateProblem[] {
  const words = source.replaceAll(COMMENT, blank).replaceAll(LINK_MARKUP, blank);
  const placeholders = [...words.matchAll(HAND_PLACEHOLDER)].map((match): TemplateProblem => ({
    ...placeOf(source, match.index),
    code: 'placeholder',
    name: match[0],
    message: `"${match[0]}" would reach the client as it stands: write a variable in double braces, or [words]({{link}})`,
  }));
  return [...placeholders, ...controlCharacters(source)];
}

const names = (source: string, variable: string): boolean => source.includes(`{{${variable}}}`);

/** What may be left out by a condition does not count. */
const CONDITIONAL = /\{\{[#^][\s\S]*\{\{\/\w+\}\}/u;

function missingParts(source: string, name: ClientTemplateName): readonly TemplateProblem[] {
  const words = source.replaceAll(COMMENT, blank);
  const [subject = '', second = ''] = words.split(/\r?\n/u);
  const at = (code: TemplateProblem['code'], variable: string, message: string) => ({
    line: 1,
    column: 1,
    code,
    name: variable,
    message,
  });
  const missing = requiredVariables(name)
    .filter((variable) => !names(words, variable))
    .map((variable) => at('variable-missing', variable, `name {{${variable}}} in the text`));
  if (subject.trim() === '' || second.trim() !== '') {
    missing.unshift(
      at('subject-missing', '', 'write the subject in line 1 and leave line 2 empty'),
    );
  } else if (!names(subject.replace(CONDITIONAL, ''), 'ticketId')) {
    missing.unshift(at('subject-number-missing', 'ticketId', 'name {{ticketId}} in the subject'));
  }
  return missing;
}

/**
 * Everything that keeps a client template from being saved or loaded, in reading order; empty when it may be used.
 * @param kind the template's name: request, reminder, notice-<outcome>, work-goes-on
 */
export function validateTemplate(
  source: string,
  kind: ClientTemplateName,
): readonly TemplateProblem[] {
  if (source.length > MAX_SOURCE) {
    const message = `shorten the template to ${MAX_SOURCE} characters`;
    return [{ ...placeOf(source, MAX_SOURCE), code: 'too-long', name: '', message }];
  }
  return inOrder([
    ...templateProblems(source, clientShape(kind)),
    ...wordingProblems(source),
    ...missingParts(source, kind),
  ]);
}

/** @throws AppError template-failed when the file is away */
export function readClientTemplate(
  name: ClientTemplateName,
  language: Language,
  directory: string = CLIENT_TEMPLATE_DIR,
): string {
  try {
    return readFileSync(`${directory}/${language}/${name}.hbs`, 'utf8').replaceAll('\r\n', '\n');
  } catch (error) {
    const label = `client/${language}/${name}.hbs`;
    throw new AppError('template-failed', `Put back the template ${label}.`, { cause: error });
  }
}

function load(directory: string, language: Language, name: ClientTemplateName): Template {
  const label = `client/${language}/${name}.hbs`;
  const source = readClientTemplate(name, language, directory);
  const [first] = validateTemplate(source, name);
  if (first !== undefined) throw refusal(label, first);
  return compileTemplate(source, label, clientShape(name));
}

function loadLanguage(directory: string, language: Language): ClientTemplates[Language] {
  const one = (name: ClientTemplateName) => load(directory, language, name);
  return {
    request: one('request'),
    reminder: one('reminder'),
    'request-update': one('request-update'),
    'reminder-update': one('reminder-update'),
    'update-pending': one('update-pending'),
    'notice-confirmed': one('notice-confirmed'),
    'notice-no-answer': one('notice-no-answer'),
    'notice-product-update': one('notice-product-update'),
    'notice-duplicate': one('notice-duplicate'),
    'notice-out-of-scope': one('notice-out-of-scope'),
    'notice-withdrawn': one('notice-withdrawn'),
    'notice-unconfirmed': one('notice-unconfirmed'),
    'work-goes-on': one('work-goes-on'),
  };
}

/** Reads and checks every template of both languages; throws template-failed with `name:line:column` at the first problem. */
export function loadClientTemplates(directory: string = CLIENT_TEMPLATE_DIR): ClientTemplates {
  return { ru: loadLanguage(directory, 'ru'), en: loadLanguage(directory, 'en') };
}
