/** ArticleTexts from templates/kb/: how a solution looks in the knowledge base. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ArticleContext, ArticleSection, ArticleTexts } from '../app/ports/knowledge.ts';
import type { Language } from '../app/ports/texts.ts';
import { sectionText } from '../core/knowledge/article-sections.ts';
import { withoutContacts } from '../core/knowledge/without-contacts.ts';
import { AppError } from '../errors.ts';
import { say } from './catalog.ts';
import type { MessageKey } from './catalog.ts';
import { safeLink } from './escape-bb.ts';
import { escapeMarkdown, escapeMarkdownLine } from './escape-markdown.ts';
import type { Template, TemplateContext, TemplateShape } from './template.ts';
import { compileTemplate } from './template.ts';

const MAX_TITLE = 255;
/** Five long fields and the rest stay below the longest text a template may make. */
const MAX_FIELD = 2500;
const MAX_LINE = 300;
const MAX_RESOURCES = 10;

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

const HEADINGS: Readonly<Record<ArticleSection, MessageKey>> = {
  problem: 'kb.heading.problem',
  conditions: 'kb.heading.conditions',
  cause: 'kb.heading.cause',
  solution: 'kb.heading.solution',
  examples: 'kb.heading.examples',
  recommendations: 'kb.heading.recommendations',
  resources: 'kb.heading.resources',
};

/** The repository's own templates; the same relative place from src/text and dist/text. */
export const ARTICLE_TEMPLATE_DIR = fileURLToPath(new URL('../../templates/kb', import.meta.url));

interface Templates {
  readonly article: Template;
  readonly example: Template;
}

function read(path: string, label: string): string {
  try {
    return readFileSync(path, 'utf8').replaceAll('\r\n', '\n');
  } catch (error) {
    throw new AppError('template-failed', `Put back the template ${label}.`, { cause: error });
  }
}

function load(directory: string, language: Language): Templates {
  const source = (name: string) => read(`${directory}/${language}/${name}.hbs`, labelOf(name));
  const labelOf = (name: string) => `kb/${language}/${name}.hbs`;
  const article = source('article');
  checkArticle(article, labelOf('article'), language);
  const example = source('example');
  if (!example.includes('{{marker}}')) {
    throw new AppError('template-failed', `${labelOf('example')}:1:1: name {{marker}} in the text`);
  }
  return {
    article: compileTemplate(article, labelOf('article'), ARTICLE),
    example: compileTemplate(example, labelOf('example'), EXAMPLE),
  };
}

/** Sections are found again by their headings, and articles by the mark in their example. */
function checkArticle(source: string, label: string, language: Language): void {
  const lines = source.split('\n');
  if (lines[0]?.trim() !== '{{title}}' || lines[1]?.trim() !== '') {
    throw new AppError(
      'template-failed',
      `${label}:1:1: write {{title}} in line 1 and leave line 2 empty`,
    );
  }
  const missing = Object.values(HEADINGS)
    .map((key) => `## ${say(language, key)}`)
    .concat('{{example}}')
    .filter((needed) => !lines.some((line) => line.trim() === needed));
  if (missing.length > 0) {
    throw new AppError('template-failed', `${label}:1:1: add a line "${missing.join('", "')}"`);
  }
}

const markerOf: ArticleTexts['marker'] = ({ entityTypeId, id }, cycle) =>
  `(cg-${entityTypeId}-${id}-${cycle})`;

/** @throws AppError template-failed when a template is missing or uses what it may not */
export function createArticleTexts(directory: string = ARTICLE_TEMPLATE_DIR): ArticleTexts {
  const templates = { ru: load(directory, 'ru'), en: load(directory, 'en') };
  const example: ArticleTexts['example'] = (language, context) =>
    templates[language].example(exampleContext(language, context));
  const article: ArticleTexts['article'] = (language, context) => {
    const text = templates[language].article(articleContext(language, context, example));
    const [, ...rest] = text.split('\n');
    const title = withoutContacts(context.title, say(language, 'kb.contact'));
    return { title: cutTitle(title), markdown: `${rest.join('\n').trim()}\n` };
  };
  const heading: ArticleTexts['heading'] = (language, section) => say(language, HEADINGS[section]);
  return {
    article,
    example,
    heading,
    marker: markerOf,
    section: (language, section, context) =>
      sectionText(article(language, context).markdown, heading(language, section)) ?? '',
  };
}

/** A title is plain text on the portal, so nothing is escaped in it. */
function cutTitle(title: string): string {
  const letters = Array.from(title.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim());
  return letters.slice(0, MAX_TITLE).join('');
}

function exampleContext(language: Language, context: ArticleContext): TemplateContext {
  const line = (text: string) => escapeMarkdownLine(cleaned(language, text), MAX_LINE);
  return {
    ticketId: String(context.ref.id),
    ticketLink: safeLink(context.ticketLink),
    problem: line(context.problem),
    solution: line(context.solution),
    marker: markerOf(context.ref, context.cycle),
  };
}

const cleaned = (language: Language, text: string): string =>
  withoutContacts(text, say(language, 'kb.contact'));

function articleContext(
  language: Language,
  context: ArticleContext,
  example: ArticleTexts['example'],
): TemplateContext {
  const text = (value: string) => escapeMarkdown(cleaned(language, value), MAX_FIELD);
  const line = (value: string) => escapeMarkdownLine(cleaned(language, value), MAX_LINE);
  const links = context.resources.map(safeLink).filter((link) => link !== '');
  return {
    title: line(context.title),
    problem: text(context.problem),
    conditions: text(context.conditions),
    cause: text(context.cause),
    causeLine: line(context.cause),
    solution: text(context.solution),
    example: example(language, context),
    recommendations: text(context.recommendations),
    productVersion: line(context.productVersion),
    resources: links.slice(0, MAX_RESOURCES).map((address) => ({ address })),
  };
}
