/** How mail programs show the message that is answered, above or below the client's own words. */
export interface QuotedMessage {
  readonly plain: string;
  readonly html: string;
}

export interface QuoteStyle {
  readonly name: string;
  /** Quote marks or mail headers tell the quote apart even from somebody who does not know what was sent. */
  readonly isMarked: boolean;
  readonly reply: (own: string, quoted: QuotedMessage) => string;
}

const WIDTH = 72;

/** As mail programs break long lines. */
export function wrapped(text: string): string {
  return text.replaceAll(new RegExp(`(?=.{${WIDTH}})(.{1,${WIDTH}}) `, 'gu'), '$1\n');
}

const marked = (text: string): string =>
  wrapped(text)
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n');
const paragraph = (text: string): string => text.replaceAll('\n', '<br>');

const GMAIL_RU = 'вт, 17 нояб. 2026 г. в 10:15, Служба поддержки <support@example.com>:';
const GMAIL_EN = 'On Tue, Nov 17, 2026 at 10:15 AM Support <support@example.com> wrote:';
const YANDEX = '17.11.2026, 10:15, "Служба поддержки" <support@example.com>:';
const MAIL_RU = 'Вторник, 17 ноября 2026, 10:15 +03:00 от Служба поддержки <support@example.com>:';
const OUTLOOK_RU =
  'От: Служба поддержки <support@example.com>\nОтправлено: 17 ноября 2026 г. 10:15\nКому: Анна <anna@example.org>\nТема: Обращение № 759: проверьте, пожалуйста, решение';
const OUTLOOK_EN =
  'From: Support <support@example.com>\nSent: Tuesday, November 17, 2026 10:15 AM\nTo: Ann <ann@example.org>\nSubject: Ticket No. 759: please check the solution';
const OUTLOOK_OLD = '-----Original Message-----';
const RULE = '_'.repeat(32);

const escaped = (text: string): string => text.replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const bodyOf = (html: string): string => html.replace(/^[\s\S]*<body[^>]*>|<\/body>[\s\S]*$/gu, '');

function markedStyle(name: string, header: string): readonly QuoteStyle[] {
  const quote = (html: string) =>
    `<div>${escaped(header)}</div><blockquote type="cite">${bodyOf(html)}</blockquote>`;
  return [
    {
      name: `${name}, top`,
      isMarked: true,
      reply: (own, { plain }) => `${own}\n\n${header}\n${marked(plain)}`,
    },
    {
      name: `${name}, bottom`,
      isMarked: true,
      reply: (own, { plain }) => `${header}\n${marked(plain)}\n\n${own}`,
    },
    {
      name: `${name}, HTML top`,
      isMarked: true,
      reply: (own, { html }) => `<div dir="ltr">${paragraph(own)}</div><br>${quote(html)}`,
    },
    {
      name: `${name}, HTML bottom`,
      isMarked: true,
      reply: (own, { html }) => `${quote(html)}<div><br></div><div>${paragraph(own)}</div>`,
    },
    {
      name: `${name}, marks lost, top`,
      isMarked: true,
      reply: (own, { plain }) => `${own}\n\n${header}\n\n${wrapped(plain)}`,
    },
    {
      name: `${name}, marks lost, bottom`,
      isMarked: false,
      reply: (own, { plain }) => `${header}\n\n${wrapped(plain)}\n\n${own}`,
    },
  ];
}

function outlookStyle(name: string, header: string): readonly QuoteStyle[] {
  const block = `<div style="border-top:solid 1pt"><p class="MsoNormal">${header
    .split('\n')
    .map((line) => `<b>${escaped(line).replace(':', ':</b>')}`)
    .join('<br>')}</p></div>`;
  return [
    {
      name: `${name}, top`,
      isMarked: true,
      reply: (own, { plain }) => `${own}\n\n${RULE}\n${header}\n\n${plain}`,
    },
    {
      name: `${name}, bottom`,
      isMarked: false,
      reply: (own, { plain }) => `${RULE}\n${header}\n\n${plain}\n\n${own}`,
    },
    {
      name: `${name}, HTML top`,
      isMarked: true,
      reply: (own, { html }) =>
        `<html><body><p class="MsoNormal">${paragraph(own)}</p>${block}${bodyOf(html)}</body></html>`,
    },
    {
      name: `${name}, HTML bottom`,
      isMarked: false,
      reply: (own, { html }) =>
        `<html><body>${block}${bodyOf(html)}<p class="MsoNormal">${paragraph(own)}</p></body></html>`,
    },
  ];
}

export const QUOTE_STYLES: readonly QuoteStyle[] = [
  ...markedStyle('Gmail', GMAIL_RU),
  ...markedStyle('Gmail in English', GMAIL_EN),
  ...markedStyle('Yandex', YANDEX),
  ...markedStyle('Mail.ru', MAIL_RU),
  ...outlookStyle('Outlook', OUTLOOK_RU),
  ...outlookStyle('Outlook in English', OUTLOOK_EN),
  ...outlookStyle('Outlook of old', `${OUTLOOK_OLD}\n${OUTLOOK_EN}`),
  {
    name: 'copied below by hand',
    isMarked: false,
    reply: (own, { plain }) => `${own}\n\n${plain}`,
  },
  {
    name: 'copied above by hand, broken',
    isMarked: false,
    reply: (own, { plain }) => `${wrapped(plain)}\n\n${own}`,
  },
];
