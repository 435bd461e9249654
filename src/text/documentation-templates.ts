/** The documentation templates of templates/documentation: the regulation's layout, in both languages and both forms. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Language } from '../app/ports/texts.ts';
import { AppError } from '../errors.ts';
import type { Template, TemplateProblem, TemplateShape } from './template.ts';
import { compileTemplate, refusal } from './template.ts';
import type { TemplateRules } from './template-rules.ts';
import { MAX_STAFF_SOURCE, mentions, textProblems } from './template-rules.ts';

/** Every variable of the documentation; templates/README.md explains them to people. None is ever empty. */
const SHAPE: TemplateShape = {
  values: [
    'ticket',
    'closedAt',
    'solvedIn',
    'problem',
    'cause',
    'solution',
    'times',
    'recommendations',
    'resources',
    'status',
  ],
  lists: {},
};

export type DocumentationForm = 'solution' | 'solution-markdown';
export type DocumentationTemplates = Readonly<
  Record<Language, Readonly<Record<DocumentationForm, Template>>>
>;

const DIRECTORY = fileURLToPath(new URL('../../templates/documentation', import.meta.url));

/** A document is never cut: what is too long for one timeline comment becomes several. */
const UNCUT = Number.POSITIVE_INFINITY;

/** Nothing of the regulation's layout may be left out. */
export const DOCUMENTATION_RULES: TemplateRules = {
  shape: SHAPE,
  required: SHAPE.values,
  maxLength: MAX_STAFF_SOURCE,
  maxOutput: UNCUT,
};

/** The app finds its own comment again by the first two lines: ticket and time of closing. */
export function documentationProblems(
  source: string,
  form: DocumentationForm,
): readonly TemplateProblem[] {
  const problems = textProblems(source, DOCUMENTATION_RULES);
  if (problems.length > 0 || form === 'solution-markdown') return problems;
  const lines = source.split('\n').filter((line) => line.trim() !== '');
  return (['ticket', 'closedAt'] as const).flatMap((name, at) => {
    if (mentions(lines[at] ?? '', name)) return [];
    const message = `name {{${name}}} in line ${at + 1}`;
    return [{ line: at + 1, column: 1, code: 'first-lines', name, message } as const];
  });
}

function load(directory: string, language: Language, form: DocumentationForm): Template {
  const label = `documentation/${language}/${form}.hbs`;
  const source = readDocumentation(form, language, directory);
  const [first] = documentationProblems(source, form);
  if (first !== undefined) throw refusal(label, first);
  return compileTemplate(source, label, SHAPE, UNCUT);
}

export function readDocumentation(
  form: DocumentationForm,
  language: Language,
  directory: string = DIRECTORY,
): string {
  try {
    return readFileSync(`${directory}/${language}/${form}.hbs`, 'utf8').replaceAll('\r\n', '\n');
  } catch (error) {
    const label = `documentation/${language}/${form}.hbs`;
    throw new AppError('template-failed', `Put back the template ${label}.`, { cause: error });
  }
}

/** Reads and checks the templates; throws template-failed at the first that is missing or wrong. */
export function loadDocumentationTemplates(directory: string = DIRECTORY): DocumentationTemplates {
  const both = (language: Language) => ({
    solution: load(directory, language, 'solution'),
    'solution-markdown': load(directory, language, 'solution-markdown'),
  });
  return { ru: both('ru'), en: both('en') };
}
