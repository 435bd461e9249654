/** An HTML letter as DOM nodes: structure and links only, so that nothing in a letter can act on the page. */
import { link } from './bb-code.js';
import { h } from './dom.js';

const KEPT = new Set(
  'p br strong b em i u s ul ol li blockquote h1 h2 h3 table tbody thead tr td th hr'.split(' '),
);
const DROPPED = new Set('script style head title iframe object template svg img'.split(' '));

/** Renders the letter as a fragment; unknown elements give way to their contents. */
export function renderHtml(html) {
  const letter = new DOMParser().parseFromString(String(html ?? ''), 'text/html');
  const root = document.createDocumentFragment();
  copyInto(root, letter.body);
  return root;
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
