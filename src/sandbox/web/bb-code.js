/** The subset of BB code that portal texts use, turned into DOM nodes; whatever is not known stays plain text. */
import { h } from './dom.js';

const TOKEN =
  /\[(\/?)(b|i|u|s|url|user|list|quote|code|p|color|size|icon)(?:=([^\]]*))?\]|\[br\]|\[\*\]|<br\s*\/?>|#BR#|\r?\n|https?:\/\/[^\s[\]<>"«»]+/gi;
const TAGS = {
  b: 'strong',
  i: 'em',
  u: 'u',
  s: 's',
  user: 'strong',
  quote: 'blockquote',
  code: 'code',
  list: 'span',
};

/** Renders a text with BB code as a fragment. Unclosed tags are closed at the end, stray closing tags are dropped. */
export function renderBb(text) {
  const root = document.createDocumentFragment();
  const open = [{ name: '', node: root }];
  const top = () => open[open.length - 1].node;
  let from = 0;
  for (const match of String(text ?? '').matchAll(TOKEN)) {
    top().append(String(text).slice(from, match.index));
    from = match.index + match[0].length;
    placeToken(match, open, top, String(text).slice(from));
  }
  top().append(String(text ?? '').slice(from));
  return root;
}

function placeToken(match, open, top, rest) {
  const [whole, slash, rawName, argument] = match;
  if (rawName === undefined) {
    placeSimple(whole, open, top);
    return;
  }
  const name = rawName.toLowerCase();
  if (slash === '/') {
    closeTag(name, open);
    return;
  }
  const node = name === 'url' ? link(argument ?? rest.split('[')[0]) : h(TAGS[name] ?? 'span');
  top().append(node);
  open.push({ name, node });
}

function placeSimple(whole, open, top) {
  if (whole === '[*]') {
    top().append('• ');
  } else if (/^https?:/i.test(whole)) {
    top().append(open.some((level) => level.name === 'url') ? whole : bareLink(whole));
  } else {
    top().append(h('br'));
  }
}

function bareLink(whole) {
  const address = whole.replace(/[.,;:!?)]+$/, '');
  const fragment = document.createDocumentFragment();
  const node = link(address);
  node.append(address);
  fragment.append(node, whole.slice(address.length));
  return fragment;
}

function closeTag(name, open) {
  const index = open.map((level) => level.name).lastIndexOf(name);
  if (index > 0) open.length = index;
}

/** A link, if the address is http(s) or a path of this portal; otherwise a span, so that no script address gets in. */
export function link(address) {
  const target = safeUrl(address);
  if (target === null) return h('span');
  const same = target.origin === window.location.origin;
  if (same) return h('a', { href: target.pathname + target.search + target.hash });
  return h('a', { href: target.href, target: '_blank', rel: 'noopener noreferrer' });
}

function safeUrl(address) {
  try {
    const target = new URL(String(address ?? '').trim(), window.location.origin);
    return target.protocol === 'http:' || target.protocol === 'https:' ? target : null;
  } catch {
    return null;
  }
}

/** The same text without any markup, for live regions. */
export function plainBb(text) {
  return renderBb(text).textContent;
}
