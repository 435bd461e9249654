/** Typed text made safe for plain text and for Markdown: its words come out as they are, and none of them is markup. */

const LINE = /\r\n?|[\n\u2028\u2029]/u;
/** Control and direction-changing characters. */
const INVISIBLE = /[\p{Cc}\p{Cf}]+/gu;

function cleanLines(text: string): readonly string[] {
  return text
    .split(LINE)
    .map((line) => line.replaceAll(INVISIBLE, ' ').trim())
    .join('\n')
    .replaceAll(/\n{3,}/gu, '\n\n')
    .trim()
    .split('\n');
}

/** Lines stay, invisible characters go. */
export function plainLines(text: string): string {
  return cleanLines(text).join('\n');
}

function escapeLine(line: string): string {
  return line
    .replaceAll(/[\\`*_{}[\]<>#|~&!$]/gu, String.raw`\$&`)
    .replace(/^([-+=])/u, String.raw`\$1`)
    .replace(/^(\d{1,9})([.)])/u, String.raw`$1\$2`);
}

/** Lines stay lines: one that is followed by another ends with a hard break. */
export function markdownLines(text: string): string {
  const lines = cleanLines(text).map(escapeLine);
  return lines
    .map((line, index) => {
      const followed = line !== '' && (lines[index + 1] ?? '') !== '';
      return followed ? `${line}\\` : line;
    })
    .join('\n');
}
