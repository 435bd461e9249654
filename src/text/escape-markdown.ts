/** Makes what somebody typed safe to stand in Markdown: its words come out as they are, none of them is markup. */
import { markdownLines, plainLines } from './document-lines.ts';

function shorten(text: string, maxLength: number): string {
  const letters = Array.from(text);
  return letters.length <= maxLength ? text : `${letters.slice(0, maxLength - 1).join('')}…`;
}

/** Lines stay lines; longer texts end with an ellipsis. */
export function escapeMarkdown(text: string, maxLength: number): string {
  return markdownLines(shorten(plainLines(text), maxLength));
}

/** As `escapeMarkdown`, on one line. */
export function escapeMarkdownLine(text: string, maxLength: number): string {
  return markdownLines(shorten(plainLines(text).replaceAll(/\s+/gu, ' '), maxLength));
}
