/**
 * Changes one section of an article from a ticket: another example, or the text under a heading. Every other letter stays;
 * a newer or unsaved edit of somebody else is never overwritten.
 */
import {
  appendToSection,
  replaceSection,
  sectionText,
} from '../../core/knowledge/article-sections.ts';
import { lineChanges } from '../../core/knowledge/line-changes.ts';
import type { LineChange } from '../../core/knowledge/line-changes.ts';
import type { TicketRef } from '../../core/ticket.ts';
import type { Article, ArticleSection, Unavailable } from '../ports/knowledge.ts';
import { lockKey, textKey } from './create-article.ts';
import type { NotReady } from './create-article.ts';
import type { KbTicket } from './kb-ticket.ts';
import { contextOf, lackingForArticle, readKbTicket } from './kb-ticket.ts';
import type { KnowledgeDeps } from './knowledge-deps.ts';
import { noteDecision } from './note-decision.ts';

export interface UpdateWish {
  readonly articleId: number;
  /** `examples` adds one; any other section is replaced by what the ticket says. */
  readonly section: ArticleSection;
  readonly conditions: string;
}

export interface PlannedUpdate {
  readonly article: Article;
  readonly markdown: string;
  readonly changes: readonly LineChange[];
}

type CannotPlan =
  | NotReady
  | Unavailable
  | { readonly kind: 'no-article' }
  | { readonly kind: 'no-section'; readonly heading: string }
  | { readonly kind: 'nothing-to-say'; readonly heading: string };

export type PlanResult = { readonly kind: 'plan'; readonly plan: PlannedUpdate } | CannotPlan;

/** What would change; nothing is written. Without changes the article says it already. */
export async function planUpdate(
  portalId: string,
  ref: TicketRef,
  wish: UpdateWish,
  deps: KnowledgeDeps,
): Promise<PlanResult> {
  const ticket = await readKbTicket(portalId, ref, deps);
  return ticket ? planFor(ticket, wish, deps) : { kind: 'no-ticket' };
}

async function planFor(
  ticket: KbTicket,
  { articleId, section, conditions }: UpdateWish,
  deps: KnowledgeDeps,
): Promise<PlanResult> {
  const fields = lackingForArticle(ticket);
  if (fields.length > 0) return { kind: 'lacking', fields };
  const found = await deps.knowledge.read(articleId);
  if (found.kind !== 'found') return found;
  const article = found.value;
  if (article === null || article.away) return { kind: 'no-article' };
  const { language } = ticket.policy;
  const heading = headingIn(article.markdown, section, language, deps);
  const text = textFor(ticket, section, conditions, deps);
  if (text === '') return { kind: 'nothing-to-say', heading };
  const marker = deps.articleTexts.marker(ticket.head.ref, ticket.cycle);
  const stands = section === 'examples' && article.markdown.includes(marker);
  const markdown = stands
    ? article.markdown
    : changed(article.markdown, { section, heading, text });
  if (markdown === null) return { kind: 'no-section', heading };
  const changes = lineChanges(article.markdown, markdown);
  return { kind: 'plan', plan: { article, markdown, changes } };
}

function textFor(
  ticket: KbTicket,
  section: ArticleSection,
  conditions: string,
  deps: KnowledgeDeps,
): string {
  const context = contextOf(ticket, conditions, deps);
  const { language } = ticket.policy;
  return section === 'examples'
    ? deps.articleTexts.example(language, context)
    : deps.articleTexts.section(language, section, context);
}

/** The article may be written in the other language. */
function headingIn(
  markdown: string,
  section: ArticleSection,
  language: 'ru' | 'en',
  { articleTexts }: KnowledgeDeps,
): string {
  const own = articleTexts.heading(language, section);
  const other = articleTexts.heading(language === 'ru' ? 'en' : 'ru', section);
  return sectionText(markdown, own) === null && sectionText(markdown, other) !== null ? other : own;
}

function changed(
  markdown: string,
  { section, heading, text }: { section: ArticleSection; heading: string; text: string },
): string | null {
  return section === 'examples'
    ? appendToSection(markdown, heading, text)
    : replaceSection(markdown, heading, text);
}

export type UpdateResult =
  | { readonly kind: 'updated'; readonly article: Article; readonly changes: readonly LineChange[] }
  | {
      readonly kind: 'conflict';
      readonly why: 'unsaved' | 'changed';
      readonly article: Article;
      /** From the text this update was made from to the one that stands there now. */
      readonly since: readonly LineChange[];
    }
  | { readonly kind: 'not-noted'; readonly article: Article; readonly detail: string }
  | { readonly kind: 'refused'; readonly detail: string }
  | { readonly kind: 'busy' }
  | CannotPlan;

/**
 * @param shown the plan a person agreed to: when the article has changed since, that is a conflict, not a surprise; null
 * writes what the ticket says now
 */
export async function updateArticle(
  portalId: string,
  ref: TicketRef,
  { wish, shown }: { readonly wish: UpdateWish; readonly shown: PlannedUpdate | null },
  deps: KnowledgeDeps,
): Promise<UpdateResult> {
  const done = await deps.lock.exclusively(lockKey(portalId, ref), async () => {
    const ticket = await readKbTicket(portalId, ref, deps);
    if (!ticket) return { kind: 'no-ticket' } as const;
    const planned = await planFor(ticket, wish, deps);
    if (planned.kind !== 'plan') return planned;
    return write(portalId, ticket, { plan: planned.plan, shown }, deps);
  });
  return done ?? { kind: 'busy' };
}

async function write(
  portalId: string,
  ticket: KbTicket,
  { plan, shown }: { readonly plan: PlannedUpdate; readonly shown: PlannedUpdate | null },
  deps: KnowledgeDeps,
): Promise<UpdateResult> {
  const { article, markdown, changes } = plan;
  // An earlier try that died before the ticket was marked has written it already.
  if (changes.length === 0) return noted(portalId, ticket, { article, changes }, deps);
  const base = shown ?? plan;
  if (base.article.revision !== article.revision) {
    const since = lineChanges(base.article.markdown, article.markdown);
    return { kind: 'conflict', why: 'changed', article, since };
  }
  const { ref } = ticket.head;
  const key = `closegate-kb-${ref.entityTypeId}-${ref.id}-${ticket.cycle}-u${article.id}-${textKey(article.revision, markdown)}`;
  const { id, revision } = article;
  const outcome = await deps.knowledge.update({ id, markdown, revision, key });
  switch (outcome.kind) {
    case 'written':
      return noted(portalId, ticket, { article: outcome.article, changes }, deps);
    case 'conflict': {
      const since = lineChanges(article.markdown, outcome.now.markdown);
      return { kind: 'conflict', why: outcome.why, article: outcome.now, since };
    }
    case 'not-found':
      return { kind: 'no-article' };
    case 'refused':
    case 'unavailable':
      return outcome;
  }
}

async function noted(
  portalId: string,
  ticket: KbTicket,
  { article, changes }: { readonly article: Article; readonly changes: readonly LineChange[] },
  deps: KnowledgeDeps,
): Promise<UpdateResult> {
  const { link, title, id } = article;
  const decided = { decision: 'updated', link, words: title, articleId: id } as const;
  const outcome = await noteDecision(portalId, ticket, decided, deps);
  return outcome.kind === 'noted'
    ? { kind: 'updated', article, changes }
    : { kind: 'not-noted', article, detail: outcome.detail };
}
