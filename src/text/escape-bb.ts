/** Makes a portal-side value safe to stand in a message: no markup, one line, bounded length. */

const MAX_LENGTH = 120;

/**
 * BB code has no escape character, so square brackets become their full-width twins: no parser takes them for a tag.
 * Line breaks, control and direction-changing characters become spaces, so that a title cannot fake a further line.
 */
export function escapeBb(value: string | number, maxLength = MAX_LENGTH): string {
  const oneLine = String(value)
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .replaceAll('[', '\uff3b')
    .replaceAll(']', '\uff3d')
    .trim();
  const letters = Array.from(oneLine);
  return letters.length <= maxLength ? oneLine : `${letters.slice(0, maxLength - 1).join('')}…`;
}

/** As `escapeBb`, but line breaks stay (no more than one empty line between two): for words that are quoted whole. */
export function escapeBbLines(text: string, maxLength: number): string {
  const lines = text
    .split(/\r\n?|[\n\u2028\u2029]/u)
    .map((line) => escapeBb(line, maxLength).replace(/^>>/u, '> >'));
  const whole = lines
    .join('\n')
    .replaceAll(/\n{3,}/gu, '\n\n')
    .trim();
  const letters = Array.from(whole);
  return letters.length <= maxLength ? whole : `${letters.slice(0, maxLength - 1).join('')}…`;
}

/** An address that may stand inside `[url=…]`; '' when it is not one, and the template then leaves the link out. */
export function safeLink(link: string | number): string {
  return /^https?:\/\/[^\s[\]"'<>]+$/.test(String(link)) ? String(link) : '';
}
