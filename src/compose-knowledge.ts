/** The composition of the knowledge-base use cases. Part of the composition root. */
import type { KnowledgeDeps } from './app/knowledge/knowledge-deps.ts';
import { cachedSolved } from './app/knowledge/solved-cache.ts';
import type { Foundation } from './compose-store.ts';
import { bundledSearchRules } from './text/search-words.ts';

export function composeKnowledge({ gate, portal, lock, texts }: Foundation): KnowledgeDeps {
  return {
    ...gate,
    knowledge: portal.knowledge,
    solved: cachedSolved(portal.solved, gate.clock),
    articleTexts: texts.articleTexts,
    searchRules: bundledSearchRules(),
    writer: portal.writer,
    lock,
  };
}
