/** The documentation templates of templates/documentation: the regulation's layout, in both languages and both forms. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Language } from '../app/ports/texts.ts';
import { AppError } from '../errors.ts';
import type { Template, TemplateShape } from './template.ts';
import { compileTemplate } from './template.ts';

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

function load(directory: string, language: Language, form: DocumentationForm): Template {
  const label = `documentation/${language}/${form}.hbs`;
  let source: string;
  try {
    source = readFileSync(`${directory}/${language}/${form}.hbs`, 'utf8').replaceAll('\r\n', '\n');
  } catch (error) {
    throw new AppError('template-failed', `Put back the template ${label}.`, { cause: error });
  }
  // Nothing of the regulation's layout may be left out.
  const missing = SHAPE.values.filter((name) => !source.includes(`{{${name}}}`));
  if (missing.length > 0) {
    throw new AppError(
      'template-failed',
      `${label}: name {{${missing.join('}}, {{')}}} in the text`,
    );
  }
  return compileTemplate(source, label, SHAPE, UNCUT);
}

/** Reads and checks the templates; throws template-failed at the first that is missing or wrong. */
export function loadDocumentationTemplates(directory: string = DIRECTORY): DocumentationTemplates {
  const both = (language: Language) => ({
    solution: load(directory, language, 'solution'),
    'solution-markdown': load(directory, language, 'solution-markdown'),
  });
  return { ru: both('ru'), en: both('en') };
}
