/** A knowledge base in memory, and the knowledge-base use cases on fakes. */
import type { KnowledgeDeps } from '../../src/app/knowledge/knowledge-deps.ts';
import type {
  Article,
  ArticleHead,
  ArticleUpdate,
  CreateOutcome,
  Found,
  KnowledgeBase,
  LinkState,
  NewArticle,
  SolvedTickets,
  Unavailable,
  UpdateOutcome,
} from '../../src/app/ports/knowledge.ts';
import type { TicketHead } from '../../src/app/ports/tickets.ts';
import { articleIdOf } from '../../src/core/knowledge/article-links.ts';
import type { ClosingPolicy } from '../../src/core/policy.ts';
import { AppError } from '../../src/errors.ts';
import { createArticleTexts } from '../../src/text/article-texts.ts';
import { bundledSearchRules } from '../../src/text/search-words.ts';
import { aGate } from './a-gate.ts';
import type { Gate } from './a-gate.ts';
import { aPolicy } from './a-policy.ts';
import { FakeLock } from './fake-client-stores.ts';
import { FakeWriter } from './fake-client-portal.ts';

export class FakeKnowledgeBase implements KnowledgeBase {
  articles = new Map<number, Article>();
  missing: Unavailable | null = null;
  unsaved = new Set<number>();
  created: NewArticle[] = [];
  queries: string[] = [];
  /** The article is written, its answer is lost. */
  loseAnswer = false;
  /** Runs right before an update is taken: somebody else's hand. */
  beforeUpdate: () => void = () => undefined;

  put(id: number, title: string, markdown: string, away = false): Article {
    const link = `https://portal.example/note/document/${id}/`;
    const article = { id, title, markdown, link, away, revision: `${id} ${markdown}` };
    this.articles.set(id, article);
    return article;
  }

  async available(): Promise<Found<true>> {
    return this.missing ?? { kind: 'found', value: true };
  }

  async search(query: string): Promise<Found<readonly ArticleHead[]>> {
    this.queries.push(query);
    if (this.missing) return this.missing;
    const words = query.toLowerCase().split(/\s+/);
    const found = [...this.articles.values()].filter(({ title, markdown }) => {
      const text = `${title} ${markdown}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
    return { kind: 'found', value: found.map((one) => ({ ...one, snippet: one.markdown })) };
  }

  async read(id: number): Promise<Found<Article | null>> {
    return this.missing ?? { kind: 'found', value: this.articles.get(id) ?? null };
  }

  async findMarked(marker: string): Promise<Article | null> {
    return [...this.articles.values()].find((one) => one.markdown.includes(marker)) ?? null;
  }

  async create(article: NewArticle): Promise<CreateOutcome> {
    if (this.missing) return this.missing;
    this.created.push(article);
    const written = this.put(100 + this.created.length, article.title, article.markdown);
    if (!this.loseAnswer) return { kind: 'written', article: written };
    this.loseAnswer = false;
    throw new AppError('portal-outcome-unknown', 'the answer is lost', { retry: 'backoff' });
  }

  async update({ id, markdown, revision }: ArticleUpdate): Promise<UpdateOutcome> {
    this.beforeUpdate();
    const now = this.articles.get(id);
    if (!now) return { kind: 'not-found' };
    if (now.revision !== revision) return { kind: 'conflict', why: 'changed', now };
    if (this.unsaved.has(id)) return { kind: 'conflict', why: 'unsaved', now };
    return { kind: 'written', article: this.put(id, now.title, markdown) };
  }

  async checkLink(address: string): Promise<LinkState> {
    if (!address.startsWith('https:')) return { kind: 'not-a-link' };
    const id = articleIdOf(address);
    if (id === null) return { kind: 'elsewhere' };
    if (this.missing) return { kind: 'unchecked' };
    const article = this.articles.get(id);
    if (!article) return { kind: 'not-found' };
    return { kind: article.away ? 'away' : 'article', article };
  }
}

export class FakeSolved implements SolvedTickets {
  heads: TicketHead[] = [];
  asked: { readonly since: number; readonly limit: number }[] = [];

  async recent(
    { pipeline }: ClosingPolicy,
    since: number,
    limit: number,
  ): Promise<readonly TicketHead[]> {
    this.asked.push({ since, limit });
    return this.heads
      .filter((head) => head.categoryId === pipeline.categoryId && head.movedAt >= since)
      .slice(0, limit);
  }
}

export interface KnowledgeScene extends Omit<Gate, 'deps'> {
  readonly deps: KnowledgeDeps;
  readonly base: FakeKnowledgeBase;
  readonly solved: FakeSolved;
  readonly writer: FakeWriter;
}

export function aKnowledgeScene(policies: ClosingPolicy[] = [aPolicy()]): KnowledgeScene {
  const gate = aGate(policies);
  const base = new FakeKnowledgeBase();
  const solved = new FakeSolved();
  const writer = new FakeWriter(gate.tickets, () => gate.now);
  const deps: KnowledgeDeps = {
    ...gate.deps,
    knowledge: base,
    solved,
    writer,
    articleTexts: createArticleTexts(),
    searchRules: bundledSearchRules(),
    lock: new FakeLock(),
  };
  return Object.assign(gate, { deps, base, solved, writer });
}
