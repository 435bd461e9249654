/** The decisions that write no article (FAQ 3): it is there already, a person updated it, or none is needed and why. */
import { hasText } from '../../core/evidence-text.ts';
import type { TicketRef } from '../../core/ticket.ts';
import type { LinkState } from '../ports/knowledge.ts';
import { lockKey } from './create-article.ts';
import { readKbTicket } from './kb-ticket.ts';
import type { KnowledgeDeps } from './knowledge-deps.ts';
import type { Decided, NoteOutcome } from './note-decision.ts';
import { journalOnce, noteDecision } from './note-decision.ts';

export type DecideWish =
  | { readonly decision: 'exists' | 'updated'; readonly link: string }
  | { readonly decision: 'not-needed'; readonly why: string };

export type DecideResult =
  | { readonly kind: 'decided'; readonly link: LinkState['kind'] | null }
  /** The link leads nowhere: nothing was decided. */
  | { readonly kind: 'bad-link'; readonly link: 'not-found' | 'away' | 'not-a-link' }
  | { readonly kind: 'no-reason' }
  | { readonly kind: 'no-ticket' }
  | { readonly kind: 'busy' }
  | Extract<NoteOutcome, { readonly kind: 'refused' }>;

export async function decideKnowledge(
  portalId: string,
  ref: TicketRef,
  wish: DecideWish,
  deps: KnowledgeDeps,
): Promise<DecideResult> {
  const done = await deps.lock.exclusively(lockKey(portalId, ref), () =>
    wish.decision === 'not-needed'
      ? notNeeded(portalId, ref, wish.why, deps)
      : named(portalId, ref, wish, deps),
  );
  return done ?? { kind: 'busy' };
}

async function named(
  portalId: string,
  ref: TicketRef,
  { decision, link }: Extract<DecideWish, { readonly link: string }>,
  deps: KnowledgeDeps,
): Promise<DecideResult> {
  const state = await deps.knowledge.checkLink(link);
  if (state.kind === 'not-found' || state.kind === 'away' || state.kind === 'not-a-link') {
    return { kind: 'bad-link', link: state.kind };
  }
  const ticket = await readKbTicket(portalId, ref, deps);
  if (!ticket) return { kind: 'no-ticket' };
  const decided = { decision, ...place(state, link) };
  const noted = await noteDecision(portalId, ticket, decided, deps);
  if (noted.kind !== 'noted') return noted;
  if (decision === 'updated') return { kind: 'decided', link: state.kind };
  const reference = decided.articleId === null ? 'elsewhere' : `note:${decided.articleId}`;
  await journalOnce(portalId, ticket, { kind: 'article-reused', detail: { reference } }, deps);
  return { kind: 'decided', link: state.kind };
}

/** The portal's own address and title where the article could be read, else the link as it was given. */
function place(state: LinkState, link: string): Omit<Decided, 'decision'> {
  if (state.kind !== 'article') return { link, words: '', articleId: null };
  const { id, title, link: address } = state.article;
  return { link: address, words: title, articleId: id };
}

async function notNeeded(
  portalId: string,
  ref: TicketRef,
  why: string,
  deps: KnowledgeDeps,
): Promise<DecideResult> {
  if (!hasText(why)) return { kind: 'no-reason' };
  const ticket = await readKbTicket(portalId, ref, deps);
  if (!ticket) return { kind: 'no-ticket' };
  const decided = { decision: 'not-needed', link: '', words: why.trim(), articleId: null } as const;
  const noted = await noteDecision(portalId, ticket, decided, deps);
  return noted.kind === 'noted' ? { kind: 'decided', link: null } : noted;
}
