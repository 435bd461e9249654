import { CLIENT_PAGE_STYLE } from './client-page-style.ts';
import type { Words } from './client-page-words.ts';
import { Html, html } from '../html.ts';

/** One piece, because the policy names it by its digest: not a blank may be added. */
const STYLE = new Html(`<style>${CLIENT_PAGE_STYLE}</style>`);

export interface Layout {
  readonly words: Words;
  readonly heading: string;
  readonly failed: boolean;
  /** Not while the page keeps words of the client: following the link would lose them. */
  readonly switchable: boolean;
  readonly body: Html;
}

/** The document around a page. */
export function layout({ words, heading, failed, switchable, body }: Layout): string {
  const other = words.language === 'ru' ? 'en' : 'ru';
  const title = failed ? `${words.say('page.error.title')}: ${heading}` : heading;
  const page = html`<html lang="${words.language}">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="robots" content="noindex, nofollow" />
      <title>${title}</title>
      ${STYLE}
    </head>
    <body>
      <main>
        <h1>${heading}</h1>
        ${body}
        ${
          switchable
            ? html`<nav>
                <a href="?lang=${other}" lang="${other}" hreflang="${other}"
                  >${words.say('page.other-language')}</a
                >
              </nav>`
            : null
        }
      </main>
    </body>
  </html>`;
  return `<!doctype html>\n${page.text}\n`;
}
