/** What a press on a placeholder puts into the text, and where a line and column are in it. */
import type { TemplatePlaceholder } from '../../../core/admin/templates-state.ts';

/**
 * What may be empty comes within its condition, a list with what its items must show, a client's link with words.
 * @param linkWords of the link, for messages to clients
 */
export function insertion(
  { name, mayBeEmpty, items }: TemplatePlaceholder,
  linkWords: string,
  isClient: boolean,
): string {
  const tag = `{{${name}}}`;
  if (items !== null) {
    const inside = items.filter(({ required, items: deeper }) => required && deeper === null);
    const shown = inside.length > 0 ? inside : items.slice(0, 1);
    const line = shown.map((item) => `{{${item.name}}}`).join(' ');
    return `{{#each ${name}}}\n${line}\n{{/each}}`;
  }
  const words = isClient && name === 'link' ? `[${linkWords}](${tag})` : tag;
  return mayBeEmpty ? `{{#if ${name}}}${words}{{/if}}` : words;
}

/** Index of a place counted from 1; the end of the text where it has no such place. */
export function offsetOf(text: string, line: number, column: number): number {
  const before = text.split('\n').slice(0, line - 1);
  const start = before.reduce((sum, one) => sum + one.length + 1, 0);
  return Math.min(text.length, start + column - 1);
}
