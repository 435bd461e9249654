/** An HTML letter as DOM nodes: structure and links only, so that nothing in a letter can act on the page. */
import { link } from './bb-code.js';
import { h } from './dom.js';

const KEPT = new Set(
  'p br strong b em i u s ul ol li blockquote h1 h2 h3 table tbody thead tr td th hr'.split(' '),
);
const DROPPED = new Set('script style head title iframe object template svg img'.split(' '));

/** Renders the letter as a fragment; unknown elements give way to their contents. */
export function renderHtml(html) {
  const letter = new DOMParser().parseFromString(bare(String(html ?? '')), 'text/html');
  const root = document.createDocumentFragment();
  copyInto(root, letter.body);
  return root;
}

const HIDDEN = /<(style|script|head|svg)\b[\s\S]*?<\/\1\s*>/gi;
const TAG = /<([a-z][a-z0-9]*)((?:[^<>"']|"[^"]*"|'[^']*')*)>/gi;
const HREF = /\shref\s*=\s*("[^"]*"|'[^']*')/i;

/**
 * Without styles, scripts and attributes: the page's policy would complain of each inline style already while reading.
 * This is for quiet only; what is safe is decided by copying.
 */
function bare(html) {
  return html.replace(HIDDEN, '').replace(TAG, (_, name, attributes) => {
    const href = name.toLowerCase() === 'a' ? HREF.exec(attributes) : null;
    return href === null ? `<${name}>` : `<${name} href=${href[1]}>`;
  });
}

function copyInto(target, source) {
  for (const child of source.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) target.append(child.textContent);
    else if (child.nodeType === Node.ELEMENT_NODE) copyElement(target, child);
  }
}

function copyElement(target, element) {
  const name = element.localName;
  if (DROPPED.has(name)) return;
  const copy = shellOf(name, element);
  if (copy === null) {
    copyInto(target, element);
    return;
  }
  copyInto(copy, element);
  target.append(copy);
}

function shellOf(name, element) {
  if (name === 'a') return link(element.getAttribute('href'));
  if (name === 'div') return h('div');
  return KEPT.has(name) ? h(name) : null;
}
