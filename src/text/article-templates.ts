/** The templates of knowledge-base articles: what each may use and must keep, and reading them from templates/kb/. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ArticleSection } from '../app/ports/knowledge.ts';
import type { Language } from '../app/ports/texts.ts';
import { AppError } from '../errors.ts';
import { say } from './catalog.ts';
import type { MessageKey } from './catalog.ts';
import type { Template, TemplateProblem, TemplateShape } from './template.ts';
import { compileTemplate, refusal } from './template.ts';
import type { TemplateRules } from './template-rules.ts';
import { MAX_STAFF_SOURCE, textProblems } from './template-rules.ts';

const ARTICLE: TemplateShape = {
  values: [
    'title',
    'problem',
    'conditions',
    'cause',
    'causeLine',
    'solution',
    'example',
    'recommendations',
    'productVersion',
  ],
  lists: { resources: { values: ['address'], lists: {} } },
  optional: ['conditions', 'cause', 'causeLine', 'recommendations', 'productVersion'],
};
const EXAMPLE: TemplateShape = {
  values: ['ticketId', 'ticketLink', 'problem', 'solution', 'marker'],
  lists: {},
  optional: ['problem', 'solution'],
};

export const ARTICLE_HEADINGS: Readonly<Record<ArticleSection, MessageKey>> = {
  problem: 'kb.heading.problem',
  conditions: 'kb.heading.conditions',
  cause: 'kb.heading.cause',
  solution: 'kb.heading.solution',
  examples: 'kb.heading.examples',
  recommendations: 'kb.heading.recommendations',
  resources: 'kb.heading.resources',
};

export type ArticleTemplateName = 'article' | 'example';
export type ArticleTemplates = Readonly<
  Record<Language, Readonly<Record<ArticleTemplateName, Template>>>
>;

export const ARTICLE_RULES: Readonly<Record<ArticleTemplateName, TemplateRules>> = {
  article: {
    shape: ARTICLE,
    required: ['title', 'problem', 'solution', 'example'],
    maxLength: MAX_STAFF_SOURCE,
  },
  example: { shape: EXAMPLE, required: ['marker'], maxLength: MAX_STAFF_SOURCE },
};

/** The repository's own templates; the same relative place from src/text and dist/text. */
const DIRECTORY = fileURLToPath(new URL('../../templates/kb', import.meta.url));

/** Sections are found again by their headings, and articles by the mark in their example. */
export function articleProblems(
  source: string,
  name: ArticleTemplateName,
  language: Language,
): readonly TemplateProblem[] {
  const problems = textProblems(source, ARTICLE_RULES[name]);
  return problems.length > 0 || name === 'example' ? problems : layoutProblems(source, language);
}

function layoutProblems(source: string, language: Language): readonly TemplateProblem[] {
  const lines = source.split('\n').map((line) => line.trim());
  if (lines[0] !== '{{title}}' || (lines[1] ?? '') !== '') {
    const message = 'write {{title}} in line 1 and leave line 2 empty';
    return [{ line: 1, column: 1, code: 'first-lines', name: 'title', message }];
  }
  return Object.values(ARTICLE_HEADINGS)
    .map((key) => `## ${say(language, key)}`)
    .concat('{{example}}')
    .filter((needed) => !lines.includes(needed))
    .map((name) => {
      const message = `add a line "${name}"`;
      return { line: 1, column: 1, code: 'line-missing', name, message };
    });
}

/** @throws AppError template-failed when the file is away */
export function readArticleTemplate(name: ArticleTemplateName, language: Language): string {
  try {
    return readFileSync(`${DIRECTORY}/${language}/${name}.hbs`, 'utf8').replaceAll('\r\n', '\n');
  } catch (error) {
    const label = `kb/${language}/${name}.hbs`;
    throw new AppError('template-failed', `Put back the template ${label}.`, { cause: error });
  }
}

function load(name: ArticleTemplateName, language: Language): Template {
  const label = `kb/${language}/${name}.hbs`;
  const source = readArticleTemplate(name, language);
  const [first] = articleProblems(source, name, language);
  if (first !== undefined) throw refusal(label, first);
  return compileTemplate(source, label, ARTICLE_RULES[name].shape);
}

/** Reads and checks the templates; throws template-failed at the first that is missing or wrong. */
export function loadArticleTemplates(): ArticleTemplates {
  const both = (language: Language) => ({
    article: load('article', language),
    example: load('example', language),
  });
  return { ru: both('ru'), en: both('en') };
}
