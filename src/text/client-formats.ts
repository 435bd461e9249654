/** The three forms of a client message: what each makes of words, values, links and paragraphs. */
import type { Language } from '../app/ports/texts.ts';
import { escapeHtml } from '../html.ts';

/** A filled template, taken apart: `value` came from the ticket, everything else from the template. */
export type MessagePart =
  | { readonly kind: 'words'; readonly text: string }
  | { readonly kind: 'value'; readonly text: string }
  | { readonly kind: 'link'; readonly label: string; readonly address: string };

export type MessageFormatName = 'plain' | 'html' | 'bb';
export const MESSAGE_FORMATS: readonly MessageFormatName[] = ['plain', 'html', 'bb'];

export interface MessageFormat {
  words(text: string): string;
  value(text: string): string;
  /** `address` has passed safeLink. */
  link(label: string, address: string): string;
  document(paragraphs: readonly string[], subject: string, language: Language): string;
}

function htmlLines(text: string): string {
  return escapeHtml(text).replaceAll('\n', '<br>\n');
}

/** BB code has no escape character, so brackets become their full-width twins; `>>` at a line's start is a chat's quote. */
function bbValue(text: string): string {
  return text
    .replaceAll('[', '\uff3b')
    .replaceAll(']', '\uff3d')
    .replaceAll(/^(\s*)>>/gmu, '$1> >');
}

const joinText = (paragraphs: readonly string[]): string => paragraphs.join('\n\n');
const asWritten = (text: string): string => text;

const BODY_STYLE = 'font-family:Arial,Helvetica,sans-serif;font-size:16px;line-height:1.5';

const FORMATS: Readonly<Record<MessageFormatName, MessageFormat>> = {
  plain: {
    words: asWritten,
    value: asWritten,
    link: (label, address) => (label === '' ? address : `${label}: ${address}`),
    document: joinText,
  },
  html: {
    words: htmlLines,
    value: htmlLines,
    link: (label, address) =>
      `<a href="${escapeHtml(address)}">${escapeHtml(label === '' ? address : label)}</a>`,
    document: (paragraphs, subject, language) =>
      [
        `<!DOCTYPE html>`,
        `<html lang="${language}">`,
        `<head><meta charset="utf-8"><title>${escapeHtml(subject)}</title></head>`,
        `<body style="${BODY_STYLE}">`,
        ...paragraphs.map((paragraph) => `<p>${paragraph}</p>`),
        `</body>`,
        `</html>`,
      ].join('\n'),
  },
  bb: {
    words: asWritten,
    value: bbValue,
    // The address stands between the tags: a messenger behind the channel that drops the tags still shows it.
    link: (label, address) =>
      label === '' ? `[url]${address}[/url]` : `${label}: [url]${address}[/url]`,
    document: joinText,
  },
};

export function messageFormat(name: MessageFormatName): MessageFormat {
  return FORMATS[name];
}
