/**
 * The words of one portal, kept up with what its administrators save: asked for before each piece of work, so that the next
 * message of every process is made of them. What was given out goes on with the newest words by itself.
 */
import type { TemplateStore, TextSet, TextSets } from './ports/own-templates.ts';

export interface FollowedTexts extends TextSet {
  /** One small read; all of the portal's texts only when one was saved meanwhile. Throws store-unavailable. */
  refresh(): Promise<void>;
}

export function followTexts(portalId: string, store: TemplateStore, sets: TextSets): FollowedTexts {
  let current = sets.shared;
  let known = '';
  const part = <K extends keyof TextSet>(name: K): TextSet[K] =>
    following(sets.shared[name], () => current[name]);
  return {
    texts: part('texts'),
    clientTexts: part('clientTexts'),
    documentation: part('documentation'),
    articleTexts: part('articleTexts'),
    replyRules: part('replyRules'),
    async refresh() {
      const revision = await store.revision(portalId);
      if (revision === known) return;
      const own = await store.read(portalId);
      current = sets.withOwn(portalId, own);
      known = own.revision;
    },
  };
}

/** Stands for whatever is current when it is used. */
function following<T extends object>(first: T, now: () => T): T {
  return new Proxy(first, { get: (_first, key) => Reflect.get(now(), key) });
}
