import type { Portal } from '../state/portal.ts';

/** How long a new or changed document is not found yet, unless the switch says that the search is always fresh. */
const INDEX_LAG_MS = 60_000;
const SNIPPET = 120;

const wordsOf = (text: string): string[] =>
  text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Every word of the query must begin some word of the document: no word forms, no typos. */
export function searchNotes(portal: Portal, query: string): readonly Record<string, unknown>[] {
  const wanted = wordsOf(query);
  const until = portal.doubts.noteSearchFresh ? Infinity : portal.clock.now() - INDEX_LAG_MS;
  return [...portal.notes.values()]
    .filter((note) => !note.isArchived && !note.isTrashed && note.updatedAt <= until)
    .flatMap((note) => {
      const words = wordsOf(`${note.title} ${note.markdown}`);
      const hits = wanted.map((one) => words.filter((word) => word.startsWith(one)).length);
      if (wanted.length === 0 || hits.includes(0)) return [];
      const score = hits.reduce((sum, hit) => sum + hit, 0) / (hits.length + words.length);
      return [
        {
          documentId: note.id,
          collectionId: note.collectionId,
          title: note.title,
          score: Math.round(score * 1000) / 1000,
          snippet: snippetOf(note.markdown, wanted[0] ?? ''),
          sharedAccess: false,
        },
      ];
    })
    .toSorted((a, b) => b.score - a.score);
}

/** HTML, with the match in bold, as the platform shows it. */
function snippetOf(markdown: string, word: string): string {
  const at = Math.max(0, markdown.toLowerCase().indexOf(word));
  const from = Math.max(0, at - SNIPPET / 2);
  const text = (start: number, end: number): string => escapeHtml(markdown.slice(start, end));
  const end = at + word.length;
  return `...${text(from, at)}<b>${text(at, end)}</b>${text(end, end + SNIPPET)}...`;
}
