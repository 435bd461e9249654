/** An article as sections under Markdown headings of level 2: what is changed in one leaves every other letter as it was. */

export interface Section {
  /** Words of the heading; '' for what stands before the first one. */
  readonly heading: string;
  /** The lines of the section, its heading among them. */
  readonly lines: readonly string[];
}

const HEADING = /^##\s+(.+?)\s*#*\s*$/u;
const sameHeading = (a: string, b: string): boolean =>
  a.trim().toLowerCase() === b.trim().toLowerCase();

export function readSections(markdown: string): readonly Section[] {
  const sections: { heading: string; lines: string[] }[] = [{ heading: '', lines: [] }];
  let fenced = false;
  for (const line of markdown.split('\n')) {
    if (/^\s*(```|~~~)/.test(line)) fenced = !fenced;
    const heading = fenced ? null : HEADING.exec(line);
    if (heading) sections.push({ heading: heading[1] ?? '', lines: [line] });
    else sections.at(-1)?.lines.push(line);
  }
  return sections;
}

const textOf = (sections: readonly Section[]): string =>
  sections.flatMap(({ lines }) => lines).join('\n');

/** The section's text without its heading; null when there is no such section. */
export function sectionText(markdown: string, heading: string): string | null {
  const found = readSections(markdown).find((one) => sameHeading(one.heading, heading));
  return found ? found.lines.slice(1).join('\n').trim() : null;
}

/** Adds a paragraph or list item at the section's end; a section that is missing is made at the article's end. */
export function appendToSection(markdown: string, heading: string, text: string): string {
  const sections = readSections(markdown);
  const at = sections.findIndex((one) => sameHeading(one.heading, heading));
  if (at < 0) return `${markdown.trimEnd()}\n\n## ${heading}\n\n${text}\n`.replace(/^\n+/, '');
  return textOf(
    sections.map((section, index) => {
      if (index !== at) return section;
      const { body, rest } = trimEnd(section.lines);
      // A list goes on; under anything else an empty line begins one.
      const gap = /^\s*[-*]\s/.test(lastItemStart(body)) && /^[-*]\s/.test(text) ? [] : [''];
      const after = rest.length > 0 || index === sections.length - 1 ? rest : [''];
      return { ...section, lines: [...body, ...gap, ...text.split('\n'), ...after] };
    }),
  );
}

/** Replaces what stands under the heading; null when there is no such section. */
export function replaceSection(markdown: string, heading: string, text: string): string | null {
  const sections = readSections(markdown);
  const at = sections.findIndex((one) => sameHeading(one.heading, heading));
  if (at < 0) return null;
  return textOf(
    sections.map((section, index) => {
      if (index !== at) return section;
      const [head = ''] = section.lines;
      const last = index === sections.length - 1;
      return { ...section, lines: [head, '', ...text.trim().split('\n'), ...(last ? [] : [''])] };
    }),
  );
}

function trimEnd(lines: readonly string[]): { body: readonly string[]; rest: readonly string[] } {
  let end = lines.length;
  while (end > 1 && (lines[end - 1] ?? '').trim() === '') end -= 1;
  return { body: lines.slice(0, end), rest: lines.slice(end) };
}

/** The line that begins the last list item: its further lines are indented. */
function lastItemStart(lines: readonly string[]): string {
  return lines.findLast((line) => line.trim() !== '' && !/^\s{2,}/.test(line)) ?? '';
}
