/** The portal's knowledge base, and what the search of similar cases reads. Implemented by bitrix24/ and text/. */
import type { ClosingPolicy } from '../../core/policy.ts';
import type { Instant, TicketRef } from '../../core/ticket.ts';
import type { Language } from './texts.ts';
import type { TicketHead } from './tickets.ts';

/**
 * Why there is no knowledge base to work with: the webhook lacks the scope, its user lacks the rights, or the portal's
 * plan has no such section. Lasting states: the link field of the ticket remains.
 */
export type Unavailable = {
  readonly kind: 'unavailable';
  readonly why: 'scope' | 'rights' | 'absent';
  /** The portal's own code. */
  readonly detail: string;
};

export interface ArticleHead {
  readonly id: number;
  readonly title: string;
  /** Plain words around the match. */
  readonly snippet: string;
  readonly link: string;
}

export interface Article {
  readonly id: number;
  readonly title: string;
  readonly markdown: string;
  readonly link: string;
  /** Changes with every saved change of the article. */
  readonly revision: string;
  /** In the archive or the bin: readable, but nobody finds it any more. */
  readonly away: boolean;
}

export type Found<T> = { readonly kind: 'found'; readonly value: T } | Unavailable;

export interface NewArticle {
  readonly title: string;
  readonly markdown: string;
  /** 1–255 printable ASCII characters, the same on every try: the portal writes the article once a day and key. */
  readonly key: string;
  /** Knowledge base to write to; absent: the one for support, else the first. */
  readonly baseId?: number;
}

export type CreateOutcome =
  | { readonly kind: 'written'; readonly article: Article }
  /** The key wrote another text earlier: look for that article. */
  | { readonly kind: 'key-used' }
  /** The portal has no knowledge base yet, or not the one that was named. */
  | { readonly kind: 'no-base' }
  | { readonly kind: 'refused'; readonly detail: string }
  | Unavailable;

export interface ArticleUpdate {
  readonly id: number;
  readonly markdown: string;
  /** Revision the new text was made from. */
  readonly revision: string;
  readonly key: string;
}

export type UpdateOutcome =
  | { readonly kind: 'written'; readonly article: Article }
  /** Somebody edits it now and has not saved, or has saved a newer text: nothing was written. */
  | { readonly kind: 'conflict'; readonly why: 'unsaved' | 'changed'; readonly now: Article }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'refused'; readonly detail: string }
  | Unavailable;

export type LinkState =
  /** An article of this portal that can be read. */
  | { readonly kind: 'article'; readonly article: Article }
  /** Somewhere else, over https: nobody can tell what is there. */
  | { readonly kind: 'elsewhere' }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'away'; readonly article: Article }
  /** No https address. */
  | { readonly kind: 'not-a-link' }
  /** An article of this portal, which cannot be read now: not held against anybody. */
  | { readonly kind: 'unchecked' };

export interface KnowledgeBase {
  /** One request. Throws portal faults. */
  available(): Promise<Found<true>>;
  /** The first page of what the portal's own search finds; [] for a query it does not take. */
  search(query: string, limit: number): Promise<Found<readonly ArticleHead[]>>;
  /** null when there is no such article or it may not be seen. */
  read(id: number): Promise<Found<Article | null>>;
  /**
   * The article that holds these words, by search and, because a search may lag, by the tree's titles.
   * Asked after a crash, before anything is written again.
   */
  findMarked(marker: string, title: string): Promise<Article | null>;
  /** Throws portal-outcome-unknown when nobody can say whether it was written: look first, then repeat with the same key. */
  create(article: NewArticle): Promise<CreateOutcome>;
  /**
   * Reads again and compares before it writes; an unsaved edit is never overwritten. The platform has no conditional
   * write, so a change within the same moment can still be lost.
   */
  update(update: ArticleUpdate): Promise<UpdateOutcome>;
  checkLink(address: string): Promise<LinkState>;
}

/** Closed tickets of a pipeline, the newest first: where similar solutions are looked for. */
export interface SolvedTickets {
  /** At most `limit`, closed at or after `since`; about one request per 2,500. */
  recent(policy: ClosingPolicy, since: Instant, limit: number): Promise<readonly TicketHead[]>;
}

// -------------------------------------------------------------------------------- words of an article

export type ArticleSection =
  'problem' | 'conditions' | 'cause' | 'solution' | 'examples' | 'recommendations' | 'resources';

export interface ArticleContext {
  readonly ref: TicketRef;
  readonly cycle: number;
  readonly title: string;
  readonly ticketLink: string;
  readonly problem: string;
  readonly cause: string;
  readonly solution: string;
  readonly recommendations: string;
  readonly productVersion: string;
  readonly resources: readonly string[];
  /** When the solution applies, in the agent's words; '' leaves what the problem and the cause say. */
  readonly conditions: string;
}

export interface ArticleTexts {
  /** Throws AppError template-failed. */
  article(
    language: Language,
    context: ArticleContext,
  ): { readonly title: string; readonly markdown: string };
  /** One list item for the section of examples. */
  example(language: Language, context: ArticleContext): string;
  /** The heading of a section in an article of this language. */
  heading(language: Language, section: ArticleSection): string;
  /** What stands under that heading for this ticket; '' when the ticket has nothing to say there. */
  section(language: Language, section: ArticleSection, context: ArticleContext): string;
  /** The words that only an article (or example) made from this ticket and cycle holds. */
  marker(ref: TicketRef, cycle: number): string;
}
