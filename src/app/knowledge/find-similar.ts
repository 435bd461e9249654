/** Articles and solved tickets like the one an agent writes about: found by the portal's search, ranked by our own. */
import { hasText } from '../../core/evidence-text.ts';
import { similarIndex } from '../../core/similar/rank-similar.ts';
import type { Candidate, TextField } from '../../core/similar/rank-similar.ts';
import { wordBeginnings } from '../../core/similar/search-words.ts';
import { typicalProblems, TYPICAL } from '../../core/similar/typical-problems.ts';
import type { TypicalProblem } from '../../core/similar/typical-problems.ts';
import type { ClosingPolicy } from '../../core/policy.ts';
import type { TicketRef } from '../../core/ticket.ts';
import { refKey } from '../../core/ticket.ts';
import type { ArticleHead, Unavailable } from '../ports/knowledge.ts';
import type { TicketHead } from '../ports/tickets.ts';
import { contextOf, readKbTicket } from './kb-ticket.ts';
import type { KnowledgeDeps } from './knowledge-deps.ts';
import { journalOnce } from './note-decision.ts';

const DAY_MS = 24 * 60 * 60_000;
/** Older solutions are rarely of use, and 500 tickets are ten pages in two requests. */
const LOOK_BACK_MS = 180 * DAY_MS;
const MAX_SOLVED = 500;
/** A month of a busy team: two requests. */
const MAX_TYPICAL = 2500;
/** The portal's search takes words together, so that a few are asked one by one. */
const MAX_QUERIES = 4;
const ARTICLES_PER_QUERY = 10;
const SHOWN = 5;

export interface Question {
  readonly title: string;
  readonly text: string;
}

export interface SimilarArticle extends ArticleHead {
  readonly share: number;
}

export interface SimilarTicket {
  readonly ref: TicketRef;
  readonly title: string;
  readonly solution: string;
  readonly link: string;
  readonly share: number;
}

export interface SimilarCases {
  readonly articles: readonly SimilarArticle[];
  readonly tickets: readonly SimilarTicket[];
  /** Set when there is no knowledge base to search. */
  readonly unavailable: Unavailable | null;
}

/** What is like this ticket, itself left out; null when the ticket cannot be read. About eight requests. */
export async function similarToTicket(
  portalId: string,
  ref: TicketRef,
  deps: KnowledgeDeps,
): Promise<SimilarCases | null> {
  const ticket = await readKbTicket(portalId, ref, deps);
  if (!ticket) return null;
  const { title, problem } = contextOf(ticket, '', deps);
  const cases = await similarTo({ title, text: problem }, [ticket.policy], deps);
  return { ...cases, tickets: cases.tickets.filter((one) => refKey(one.ref) !== refKey(ref)) };
}

/** What is like these words, in every pipeline that was set up. */
export async function similarToWords(
  portalId: string,
  words: string,
  deps: KnowledgeDeps,
): Promise<SimilarCases> {
  const policies = await deps.policies.list(portalId);
  return similarTo({ title: words, text: '' }, policies, deps);
}

type Case =
  | { readonly kind: 'article'; readonly article: ArticleHead }
  | { readonly kind: 'ticket'; readonly head: TicketHead };

async function similarTo(
  question: Question,
  policies: readonly ClosingPolicy[],
  deps: KnowledgeDeps,
): Promise<SimilarCases> {
  const { articles, unavailable } = await articlesFor(question, deps);
  const solved = await solvedIn(policies, deps);
  const candidates: readonly Candidate<Case>[] = [
    ...articles.map((article) => ({
      id: { kind: 'article', article } as const,
      fields: fieldsOf(article.title, article.snippet, ''),
    })),
    ...solved.map((head) => ({
      id: { kind: 'ticket', head } as const,
      fields: fieldsOf(head.title, head.record.problem, head.record.solution),
    })),
  ];
  const index = similarIndex(candidates, deps.searchRules);
  const query = fieldsOf(question.title, question.text, '');
  const matches = index.rank(query, { limit: candidates.length });
  return {
    articles: matches
      .flatMap(({ id, share }) => (id.kind === 'article' ? [{ ...id.article, share }] : []))
      .slice(0, SHOWN),
    tickets: matches
      .flatMap(({ id, share }) => (id.kind === 'ticket' ? [shownTicket(id.head, share, deps)] : []))
      // One more than is shown: the ticket that is asked about may be among them.
      .slice(0, SHOWN + 1),
    unavailable,
  };
}

function fieldsOf(title: string, body: string, solution: string): readonly TextField[] {
  return [
    { text: title, weight: 2 },
    { text: body, weight: 1.5 },
    { text: solution, weight: 1 },
  ];
}

function shownTicket(head: TicketHead, share: number, { tickets }: KnowledgeDeps): SimilarTicket {
  const { ref, title, record } = head;
  return { ref, title, solution: record.solution, link: tickets.ticketLink(ref), share };
}

async function articlesFor(
  { title, text }: Question,
  { knowledge, searchRules }: KnowledgeDeps,
): Promise<Pick<SimilarCases, 'unavailable'> & { readonly articles: readonly ArticleHead[] }> {
  const found = new Map<number, ArticleHead>();
  const words = wordBeginnings(`${title} ${text}`, searchRules).slice(0, MAX_QUERIES);
  for (const query of [title, ...words]) {
    const answer = await knowledge.search(query, ARTICLES_PER_QUERY);
    if (answer.kind !== 'found') return { articles: [], unavailable: answer };
    for (const article of answer.value) found.set(article.id, article);
  }
  return { articles: [...found.values()], unavailable: null };
}

async function solvedIn(
  policies: readonly ClosingPolicy[],
  { solved, clock }: KnowledgeDeps,
): Promise<readonly TicketHead[]> {
  const heads: TicketHead[] = [];
  for (const policy of policies) {
    heads.push(...(await solved.recent(policy, clock.now() - LOOK_BACK_MS, MAX_SOLVED)));
  }
  return heads.filter(({ record }) => hasText(record.solution));
}

/** An earlier solution or an article helped: counted, so that the lead sees what documenting is worth. */
export async function noteReuse(
  portalId: string,
  ref: TicketRef,
  reused: { readonly from: TicketRef } | { readonly articleId: number },
  deps: KnowledgeDeps,
): Promise<'noted' | 'no-ticket'> {
  const ticket = await readKbTicket(portalId, ref, deps);
  if (!ticket) return 'no-ticket';
  const line =
    'from' in reused
      ? ({ kind: 'solution-reused', detail: { reference: refKey(reused.from) } } as const)
      : ({ kind: 'article-reused', detail: { reference: `note:${reused.articleId}` } } as const);
  await journalOnce(portalId, ticket, line, deps);
  return 'noted';
}

export interface TypicalInPipeline {
  readonly policy: ClosingPolicy;
  readonly problems: readonly TypicalProblem<TicketRef>[];
}

/** At least three alike solutions in thirty days without an article, per pipeline. */
export async function typicalInPortal(
  portalId: string,
  deps: KnowledgeDeps,
): Promise<readonly TypicalInPipeline[]> {
  const now = deps.clock.now();
  const found: TypicalInPipeline[] = [];
  for (const policy of await deps.policies.list(portalId)) {
    const heads = await deps.solved.recent(policy, now - TYPICAL.windowMs, MAX_TYPICAL);
    const documented = heads.filter(({ record }) => hasText(record.solution));
    const problems = typicalProblems(documented.map(solvedProblem), deps.searchRules, {
      ...TYPICAL,
      now,
    });
    found.push({ policy, problems });
  }
  return found;
}

const WITH_ARTICLE: readonly string[] = ['created', 'updated', 'exists'];

function solvedProblem({ ref, title, record, movedAt }: TicketHead) {
  return {
    id: ref,
    title,
    problem: record.problem,
    solution: record.solution,
    closedAt: record.closedAt ?? movedAt,
    hasArticle: WITH_ARTICLE.includes(record.kbDecision ?? ''),
  };
}
