/**
 * An article from a ticket's documentation (step-5): shown first, written once per ticket and cycle. After a crash the
 * portal is asked before anything is written again; the same Idempotency-Key guards the moment in between.
 */
import type { TicketRef } from '../../core/ticket.ts';
import { refKey } from '../../core/ticket.ts';
import { AppError } from '../../errors.ts';
import type { Article, CreateOutcome } from '../ports/knowledge.ts';
import type { KbTicket } from './kb-ticket.ts';
import { contextOf, lackingForArticle, readKbTicket } from './kb-ticket.ts';
import type { KnowledgeDeps } from './knowledge-deps.ts';
import { noteDecision } from './note-decision.ts';

export interface ArticleDraft {
  readonly title: string;
  readonly markdown: string;
}

export type NotReady =
  | { readonly kind: 'no-ticket' }
  /** The documentation is not enough for an article: these fields are empty. */
  | { readonly kind: 'lacking'; readonly fields: readonly ('problem' | 'solution')[] };

export type DraftResult = { readonly kind: 'draft'; readonly draft: ArticleDraft } | NotReady;

export interface ArticleWish {
  readonly conditions: string;
  readonly baseId?: number;
}

/** What would be written; nothing is. */
export async function draftArticle(
  portalId: string,
  ref: TicketRef,
  { conditions }: ArticleWish,
  deps: KnowledgeDeps,
): Promise<DraftResult> {
  const ticket = await readKbTicket(portalId, ref, deps);
  if (!ticket) return { kind: 'no-ticket' };
  return draftOf(ticket, conditions, deps);
}

function draftOf(ticket: KbTicket, conditions: string, deps: KnowledgeDeps): DraftResult {
  const fields = lackingForArticle(ticket);
  if (fields.length > 0) return { kind: 'lacking', fields };
  const context = contextOf(ticket, conditions, deps);
  return { kind: 'draft', draft: deps.articleTexts.article(ticket.policy.language, context) };
}

export type CreateResult =
  | {
      readonly kind: 'created';
      readonly article: Article;
      /** It stood there already. */ readonly found: boolean;
    }
  /** The article is there; the ticket would not take the decision and the link. */
  | { readonly kind: 'not-noted'; readonly article: Article; readonly detail: string }
  | { readonly kind: 'busy' }
  | Exclude<CreateOutcome, { readonly kind: 'written' | 'key-used' }>
  | NotReady;

/** Writes the article and the decision. Throws portal faults; a repeat finds what an earlier try has written. */
export async function createArticle(
  portalId: string,
  ref: TicketRef,
  wish: ArticleWish,
  deps: KnowledgeDeps,
): Promise<CreateResult> {
  const done = await deps.lock.exclusively(lockKey(portalId, ref), async () => {
    const ticket = await readKbTicket(portalId, ref, deps);
    if (!ticket) return { kind: 'no-ticket' } as const;
    const drafted = draftOf(ticket, wish.conditions, deps);
    if (drafted.kind !== 'draft') return drafted;
    return createLocked(portalId, ticket, { ...wish, draft: drafted.draft }, deps);
  });
  return done ?? { kind: 'busy' };
}

export const lockKey = (portalId: string, ref: TicketRef): string =>
  `${portalId}:kb:${refKey(ref)}`;

async function createLocked(
  portalId: string,
  ticket: KbTicket,
  wish: ArticleWish & { readonly draft: ArticleDraft },
  deps: KnowledgeDeps,
): Promise<CreateResult> {
  const available = await deps.knowledge.available();
  if (available.kind !== 'found') return available;
  const marker = deps.articleTexts.marker(ticket.head.ref, ticket.cycle);
  const standing = await deps.knowledge.findMarked(marker, wish.draft.title);
  const outcome = standing
    ? ({ kind: 'written', article: standing } as const)
    : await written(ticket, wish, deps);
  if (outcome.kind !== 'written') return outcome;
  const { article } = outcome;
  const { link, title, id } = article;
  const decided = { decision: 'created', link, words: title, articleId: id } as const;
  const noted = await noteDecision(portalId, ticket, decided, deps);
  return noted.kind === 'noted'
    ? { kind: 'created', article, found: standing !== null }
    : { kind: 'not-noted', article, detail: noted.detail };
}

async function written(
  { head, cycle }: KbTicket,
  { draft, baseId }: ArticleWish & { readonly draft: ArticleDraft },
  { knowledge }: KnowledgeDeps,
): Promise<Exclude<CreateOutcome, { readonly kind: 'key-used' }>> {
  const key = `closegate-kb-${head.ref.entityTypeId}-${head.ref.id}-${cycle}`;
  const place = baseId === undefined ? {} : { baseId };
  const first = await knowledge.create({ ...draft, ...place, key });
  if (first.kind === 'written' && !(await isGone(first.article, knowledge))) return first;
  if (first.kind !== 'written' && first.kind !== 'key-used') return first;
  // What the key wrote within a day was taken away or rewritten by a person: this is another article.
  const again = await knowledge.create({ ...draft, ...place, key: `${key}-${textKey(draft)}` });
  if (again.kind !== 'key-used') return again;
  throw new AppError(
    'portal-outcome-unknown',
    'Look for the article in the knowledge base first.',
    {
      detail: 'KEY_USED',
    },
  );
}

/** The portal plays an old success again, even when the article went to the bin meanwhile. */
async function isGone({ id }: Article, knowledge: KnowledgeDeps['knowledge']): Promise<boolean> {
  const now = await knowledge.read(id);
  return now.kind === 'found' && (now.value === null || now.value.away);
}

/** Short and the same for the same text; tells requests apart, guards nothing. */
export function textKey(...parts: readonly (ArticleDraft | string)[]): string {
  let hash = 0x811c9dc5;
  for (const part of parts) {
    const text = typeof part === 'string' ? part : `${part.title}\n${part.markdown}`;
    for (let index = 0; index < text.length; index += 1) {
      hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
    }
  }
  return (hash >>> 0).toString(36);
}
