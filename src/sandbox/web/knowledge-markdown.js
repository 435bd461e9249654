/** The little Markdown that articles use, as DOM nodes: headings, lists, paragraphs, bold, code, links. Nothing becomes HTML. */
import { h } from './dom.js';

const INLINE =
  /\\([\\`*_{}[\]()#+\-.!<>|~])|\*\*([^*]+)\*\*|`([^`]+)`|\[([^\]]+)\]\((https?:\/\/[^\s)]+)\)|(https?:\/\/[^\s<>()[\]]+)/g;

/** Blocks of the text, in order. */
export function renderMarkdown(markdown) {
  const nodes = [];
  for (const block of markdown.replaceAll('\r\n', '\n').split(/\n{2,}/)) {
    for (const part of split(block.split('\n'))) nodes.push(renderBlock(part));
  }
  return nodes.filter((node) => node !== null);
}

const kindOf = (line) => {
  if (/^#{1,6}\s/.test(line)) return 'heading';
  if (/^\s*[-*]\s/.test(line)) return 'bullets';
  if (/^\s*\d+[.)]\s/.test(line)) return 'numbers';
  return /^-{3,}$/.test(line.trim()) ? 'rule' : 'text';
};

/** Lines of one kind stay together; a text line under a list item belongs to it. */
function split(lines) {
  const parts = [];
  for (const line of lines.filter((one) => one.trim() !== '')) {
    const kind = kindOf(line);
    const last = parts[parts.length - 1];
    const goesOn = last?.kind === kind && kind !== 'heading' && kind !== 'rule';
    if (goesOn) last.lines.push(line);
    else if (kind === 'text' && (last?.kind === 'bullets' || last?.kind === 'numbers')) {
      last.lines[last.lines.length - 1] += `\n${line.trim()}`;
    } else parts.push({ kind, lines: [line] });
  }
  return parts;
}

function renderBlock({ kind, lines }) {
  if (kind === 'heading') {
    const [mark] = lines[0].split(' ');
    // The page's own headings are h1 and h2.
    return h(`h${Math.min(6, mark.length + 1)}`, null, ...inline(lines[0].slice(mark.length + 1)));
  }
  if (kind === 'rule') return h('hr', null);
  if (kind === 'text') return h('p', null, ...joined(lines));
  const items = lines.map((line) =>
    h('li', null, ...joined(line.replace(/^\s*([-*]|\d+[.)])\s+/, '').split('\n'))),
  );
  return h(kind === 'bullets' ? 'ul' : 'ol', null, ...items);
}

/** A backslash at the line's end is a line break. */
const unbroken = (line) => line.replace(/\\$/, '');

function joined(lines) {
  return lines.flatMap((line, index) =>
    index === 0 ? inline(unbroken(line)) : [h('br', null), ...inline(unbroken(line))],
  );
}

function inline(text) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    nodes.push(text.slice(from, match.index));
    nodes.push(inlineNode(match));
    from = match.index + match[0].length;
  }
  nodes.push(text.slice(from));
  return nodes.filter((node) => node !== '');
}

function inlineNode([, plain, bold, code, label, href, bare]) {
  if (plain !== undefined) return plain;
  if (bold !== undefined) return h('strong', null, bold);
  if (code !== undefined) return h('code', null, code);
  return h('a', { href: href ?? bare, rel: 'noreferrer' }, label ?? bare);
}
