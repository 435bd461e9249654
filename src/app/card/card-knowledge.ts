/** Actions of the panel around the knowledge base (step 5): decide, write an article, look for one. */
import type { TicketRef } from '../../core/ticket.ts';
import { refKey } from '../../core/ticket.ts';
import type { Hand } from '../ports/frame.ts';
import type { ArticleHead } from '../ports/knowledge.ts';
import type { AgentFirst } from '../knowledge/agent-first.ts';
import { agentFirst } from '../knowledge/agent-first.ts';
import { createArticle } from '../knowledge/create-article.ts';
import type { DecideWish } from '../knowledge/decide-knowledge.ts';
import { decideKnowledge } from '../knowledge/decide-knowledge.ts';
import { similarToTicket, similarToWords } from '../knowledge/find-similar.ts';
import type { KnowledgeDeps } from '../knowledge/knowledge-deps.ts';
import type { CardDeps, CardViewer } from './card-deps.ts';
import type { CardOutcome, CardScene } from './card-scene.ts';
import { done, noteAction, refused } from './card-scene.ts';

/** Ticket and knowledge base are written by the person's own hand; a base that is closed to it, by the app's. */
function withHand({ viewer, deps }: Pick<CardScene, 'viewer' | 'deps'>) {
  const first = agentFirst(viewer.hand.knowledge, deps.knowledge.knowledge);
  const { writer } = viewer.hand;
  const own: KnowledgeDeps = { ...deps.knowledge, knowledge: first.base, writer };
  return { own, first };
}

export async function decideAboutArticle(scene: CardScene, wish: DecideWish): Promise<CardOutcome> {
  const { portalId, ref } = scene.viewer;
  const result = await decideKnowledge(portalId, ref, wish, withHand(scene).own);
  switch (result.kind) {
    case 'decided':
      await noteAction(scene, 'kb-decide', { decision: wish.decision });
      return done('kb-decided');
    case 'bad-link':
      return refused(`kb-link-${result.link}`, 'link');
    case 'no-reason':
      return refused('kb-reason', 'why');
    case 'refused':
      return refused('rejected');
    case 'no-ticket':
    case 'busy':
      return refused(result.kind);
  }
}

export async function writeArticle(
  scene: CardScene,
  { conditions }: { readonly conditions: string },
): Promise<CardOutcome> {
  const { portalId, ref } = scene.viewer;
  const { own, first } = withHand(scene);
  const result = await createArticle(portalId, ref, { conditions }, own);
  switch (result.kind) {
    case 'created':
      await noteWritten(scene, result, first);
      return done(result.found ? 'kb-found' : 'kb-created');
    case 'lacking':
      return refused('kb-lacking', result.fields[0] ?? '');
    case 'not-noted':
      return refused('kb-not-noted');
    case 'unavailable':
      return refused(`kb-${result.why}`);
    case 'no-base':
      return refused('kb-no-base');
    case 'refused':
      return refused('kb-refused');
    case 'no-ticket':
    case 'busy':
      return refused(result.kind);
  }
}

async function noteWritten(
  scene: CardScene,
  { article, found }: { readonly article: { readonly id: number }; readonly found: boolean },
  first: AgentFirst,
): Promise<void> {
  const by = first.byApp() && !found ? { by: 'app' } : {};
  await noteAction(scene, 'kb-create', { article: article.id, ...by });
}

export interface SimilarFound {
  readonly articles: readonly Pick<ArticleHead, 'title' | 'link' | 'snippet'>[];
  readonly tickets: readonly {
    readonly ref: TicketRef;
    readonly title: string;
    readonly solution: string;
    readonly link: string;
  }[];
  /** There is no knowledge base to search. */
  readonly unavailable: boolean;
}

/** The search is the app's, which sees every ticket: only those that the person may open are shown. */
async function seenBy(
  hand: Hand,
  portalId: string,
  tickets: readonly { readonly ref: TicketRef }[],
  { policies }: KnowledgeDeps,
): Promise<ReadonlySet<string>> {
  if (tickets.length === 0) return new Set();
  const all = await policies.list(portalId);
  const types = [...new Set(tickets.map(({ ref }) => ref.entityTypeId))];
  const queries = types.map((entityTypeId) => ({
    entityTypeId,
    stageIds: [],
    since: 0,
    alsoIds: tickets
      .filter(({ ref }) => ref.entityTypeId === entityTypeId)
      .map(({ ref }) => ref.id),
    policies: all.filter(({ pipeline }) => pipeline.entityTypeId === entityTypeId),
  }));
  const heads = await hand.tickets.listMoved(queries, 'live');
  return new Set(heads.map(({ ref }) => refKey(ref)));
}

const NOTHING: SimilarFound = { articles: [], tickets: [], unavailable: false };

/** What is like these words, or like the ticket itself when there are none. */
export async function findSimilar(
  { portalId, ref, hand }: Pick<CardViewer, 'portalId' | 'ref' | 'hand'>,
  words: string,
  { knowledge }: CardDeps,
): Promise<SimilarFound> {
  const asked = words.trim();
  const { base } = agentFirst(hand.knowledge, knowledge.knowledge);
  const own = { ...knowledge, knowledge: base };
  const found =
    asked === ''
      ? await similarToTicket(portalId, ref, own)
      : await similarToWords(portalId, asked, own);
  if (found === null) return NOTHING;
  const others = found.tickets.filter((one) => refKey(one.ref) !== refKey(ref));
  const seen = await seenBy(hand, portalId, others, knowledge);
  return {
    articles: found.articles.map(({ title, link, snippet }) => ({ title, link, snippet })),
    tickets: others
      .filter((one) => seen.has(refKey(one.ref)))
      .map(({ ref: other, title, solution, link }) => ({ ref: other, title, solution, link })),
    unavailable: found.unavailable !== null,
  };
}
