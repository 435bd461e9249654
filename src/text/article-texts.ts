/** ArticleTexts from templates/kb/: how a solution looks in the knowledge base. */
import type { ArticleContext, ArticleTexts } from '../app/ports/knowledge.ts';
import type { Language } from '../app/ports/texts.ts';
import { sectionText } from '../core/knowledge/article-sections.ts';
import { withoutContacts } from '../core/knowledge/without-contacts.ts';
import type { ArticleTemplates } from './article-templates.ts';
import { ARTICLE_HEADINGS, loadArticleTemplates } from './article-templates.ts';
import { say } from './catalog.ts';
import { safeLink } from './escape-bb.ts';
import { escapeMarkdown, escapeMarkdownLine } from './escape-markdown.ts';
import type { TemplateContext } from './template.ts';

const MAX_TITLE = 255;
/** Five long fields and the rest stay below the longest text a template may make. */
const MAX_FIELD = 2500;
const MAX_LINE = 300;
const MAX_RESOURCES = 10;

const markerOf: ArticleTexts['marker'] = ({ entityTypeId, id }, cycle) =>
  `(cg-${entityTypeId}-${id}-${cycle})`;

/** @throws AppError template-failed when a template is missing or uses what it may not */
export function createArticleTexts(
  templates: ArticleTemplates = loadArticleTemplates(),
): ArticleTexts {
  const example: ArticleTexts['example'] = (language, context) =>
    templates[language].example(exampleContext(language, context));
  const article: ArticleTexts['article'] = (language, context) => {
    const text = templates[language].article(articleContext(language, context, example));
    const [, ...rest] = text.split('\n');
    const title = withoutContacts(context.title, say(language, 'kb.contact'));
    return { title: cutTitle(title), markdown: `${rest.join('\n').trim()}\n` };
  };
  const heading: ArticleTexts['heading'] = (language, section) =>
    say(language, ARTICLE_HEADINGS[section]);
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
