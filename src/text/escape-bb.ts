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

/** An address that may stand inside `[url=…]`; '' when it is not one, and the template then leaves the link out. */
export function safeLink(link: string | number): string {
  return /^https?:\/\/[^\s[\]"'<>]+$/.test(String(link)) ? String(link) : '';
}
