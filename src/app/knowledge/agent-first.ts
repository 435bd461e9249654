/** The knowledge base in the agent's own name where the portal lets the agent in (PORTAL 8.1), else in the app's. */
import type { KnowledgeBase, Unavailable } from '../ports/knowledge.ts';

export interface AgentFirst {
  readonly base: KnowledgeBase;
  /** Whether the last thing written was written in the app's name. */
  byApp(): boolean;
}

/** @param own the agent's own hand; undefined: there is none, everything is the app's */
export function agentFirst(own: KnowledgeBase | undefined, app: KnowledgeBase): AgentFirst {
  if (own === undefined) return { base: app, byApp: () => true };
  let wroteAsApp = false;
  const first = async <Answer extends { readonly kind: string }>(
    ask: (base: KnowledgeBase) => Promise<Answer | Unavailable>,
  ): Promise<Answer | Unavailable> => {
    const answer = await ask(own);
    return answer.kind === 'unavailable' ? ask(app) : answer;
  };
  const write = async <Answer extends { readonly kind: string }>(
    ask: (base: KnowledgeBase) => Promise<Answer | Unavailable>,
  ): Promise<Answer | Unavailable> => {
    const answer = await ask(own);
    wroteAsApp = answer.kind === 'unavailable';
    return wroteAsApp ? ask(app) : answer;
  };
  return {
    byApp: () => wroteAsApp,
    base: {
      available: () => first((base) => base.available()),
      search: (query, limit) => first((base) => base.search(query, limit)),
      read: (id) => first((base) => base.read(id)),
      // An article the agent may not see is one all the same: a second one would not be wanted.
      findMarked: async (marker, title) =>
        (await own.findMarked(marker, title)) ?? app.findMarked(marker, title),
      create: (article) => write((base) => base.create(article)),
      update: (update) => write((base) => base.update(update)),
      async checkLink(address) {
        const state = await own.checkLink(address);
        return state.kind === 'unchecked' ? app.checkLink(address) : state;
      },
    },
  };
}
