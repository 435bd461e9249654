/** Addresses of knowledge-base articles in what people write. Pure: whether the article exists is asked elsewhere. */

const ADDRESS = /https?:\/\/[^\s<>"')\]]+/giu;
/** Knowledge Base 2.0, and the older one made of site pages. */
const ARTICLE_PATH = /^https?:\/\/[^/]+\/(?:note\/document\/(\d{1,15})|knowledge\/|kb\/)/iu;

export function addressesIn(text: string): readonly string[] {
  return [...text.matchAll(ADDRESS)].map(([address]) => address.replace(/[.,;:!?]+$/u, ''));
}

/** The id of the Knowledge Base 2.0 article an address leads to; null for any other. */
export function articleIdOf(address: string): number | null {
  const id = ARTICLE_PATH.exec(address)?.[1];
  return id === undefined ? null : Number(id);
}

export function isArticleAddress(address: string): boolean {
  return ARTICLE_PATH.test(address);
}

export type LinkKind = 'article' | 'https' | 'http' | 'none';

/**
 * The best link to an article that a decision names: in its note any https address counts, among the resources only one
 * that leads into a knowledge base.
 */
export function decisionLink(
  note: string,
  resources: readonly string[],
): { readonly kind: LinkKind; readonly address: string } {
  const inNote = addressesIn(note);
  const article = [...inNote, ...resources.flatMap(addressesIn)].find(isArticleAddress);
  if (article !== undefined) return { kind: 'article', address: article };
  const secure = inNote.find((address) => /^https:/iu.test(address));
  if (secure !== undefined) return { kind: 'https', address: secure };
  const [plain] = inNote;
  return plain === undefined ? { kind: 'none', address: '' } : { kind: 'http', address: plain };
}
