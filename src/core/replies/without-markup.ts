/** HTML and BB-code to plain text, as far as reading needs it. */

const LINE_BREAKING_TAG = /^\/?(?:br|p|div|tr|li|ul|ol|table|h[1-6])\b/iu;
const HIDDEN_TAG = /^\/?(?:style|script|head|blockquote)\b/iu;
const QUOTE_TAG = /^blockquote\b/iu;
/** Stands for a quote left out, as plain mails mark theirs: what follows below it is the client's again. */
const QUOTE_MARK = '\n> \n';
const TAG = /<(\/?[a-z][^<>]{0,2000})>/giu;
const LOOKS_LIKE_HTML = /<(?:br|p|div|html|body|span|table|blockquote)\b[^<>]{0,2000}>/iu;
const BB_TAG =
  /\[\/?(?:b|i|u|s|url|user|chat|img|color|size|font|p|br|quote|list|code)(?:=[^\]\n]{0,500})?\]/giu;
const ENTITIES: Readonly<Record<string, string>> = {
  '&nbsp;': ' ',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&amp;': '&',
};

function tagToText(tag: string): string {
  if (QUOTE_TAG.test(tag)) return QUOTE_MARK;
  return LINE_BREAKING_TAG.test(tag) ? '\n' : ' ';
}

/** Hidden elements (quoted talk among them) fall away; one that is never closed is read, lest words get lost. */
function withoutTags(html: string): string {
  let plain = '';
  let depth = 0;
  let from = 0;
  let hiddenFrom = 0;
  for (const match of html.matchAll(TAG)) {
    const tag = match[1] ?? '';
    const end = match.index + match[0].length;
    if (depth === 0) {
      plain += html.slice(from, match.index) + tagToText(tag);
      hiddenFrom = end;
    }
    if (HIDDEN_TAG.test(tag)) depth = tag.startsWith('/') ? Math.max(0, depth - 1) : depth + 1;
    from = end;
  }
  return plain + html.slice(depth === 0 ? from : hiddenFrom).replaceAll(TAG, ' ');
}

/** Plain text of what may be HTML, BB-code or plain already. */
export function withoutMarkup(text: string): string {
  const plain = text.replaceAll(BB_TAG, '');
  if (!LOOKS_LIKE_HTML.test(plain)) return plain;
  return withoutTags(plain).replaceAll(
    /&(?:nbsp|lt|gt|quot|#39|amp);/gu,
    (entity) => ENTITIES[entity] ?? ' ',
  );
}
