/** The two decisions that write no article (FAQ 3): it is there already, or none is needed and why. */
import { hasText } from '../../core/evidence-text.ts';
import type { TicketRef } from '../../core/ticket.ts';
import type { LinkState } from '../ports/knowledge.ts';
import { lockKey } from './create-article.ts';
import { readKbTicket } from './kb-ticket.ts';
import type { KnowledgeDeps } from './knowledge-deps.ts';
import type { Decided, NoteOutcome } from './note-decision.ts';
import { journalOnce, noteDecision } from './note-decision.ts';

export type DecideWish =
  | { readonly decision: 'exists'; readonly link: string }
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
    wish.decision === 'exists'
      ? exists(portalId, ref, wish.link, deps)
      : notNeeded(portalId, ref, wish.why, deps),
  );
  return done ?? { kind: 'busy' };
}

async function exists(
  portalId: string,
  ref: TicketRef,
  link: string,
  deps: KnowledgeDeps,
): Promise<DecideResult> {
  const state = await deps.knowledge.checkLink(link);
  if (state.kind === 'not-found' || state.kind === 'away' || state.kind === 'not-a-link') {
    return { kind: 'bad-link', link: state.kind };
  }
  const ticket = await readKbTicket(portalId, ref, deps);
  if (!ticket) return { kind: 'no-ticket' };
  const decided = existing(state, link);
  const noted = await noteDecision(portalId, ticket, decided, deps);
  if (noted.kind !== 'noted') return noted;
  const reference = decided.articleId === null ? 'elsewhere' : `note:${decided.articleId}`;
  await journalOnce(portalId, ticket, { kind: 'article-reused', detail: { reference } }, deps);
  return { kind: 'decided', link: state.kind };
}

/** The portal's own address and title where the article could be read, else the link as it was given. */
function existing(state: LinkState, link: string): Decided {
  const decision = 'exists' as const;
  if (state.kind !== 'article') return { decision, link, words: '', articleId: null };
  const { id, title, link: address } = state.article;
  return { decision, link: address, words: title, articleId: id };
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
