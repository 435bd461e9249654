/** The documents of pages inside the portal: a skeleton, the first state as data, and nothing of the request in them. */
import type { Response } from 'express';
import type { Language } from '../app/ports/texts.ts';
import { Html, html } from '../html.ts';
import type { PageStyle } from './frame-assets.ts';

export interface FramePage {
  readonly language: Language;
  readonly title: string;
  /** The first words seen, before the script has run. */
  readonly loading: string;
  readonly script: string;
  readonly style: PageStyle;
  /** Read once by the script, then removed. */
  readonly state: object;
}

/** A page and the one source of its style. */
export interface FrameDocument {
  readonly text: string;
  readonly styleSource: string;
}

export function framePage(from: FramePage): FrameDocument {
  const { language, title, loading, script, style, state } = from;
  // `<` alone could end the block; the two line separators are no JSON trouble, but the parser of some tools is older.
  const json = JSON.stringify(state).replaceAll('<', '\\u003c');
  const page = html`<html lang="${language}">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>${title}</title>
      ${style.tag}
      ${script === '' ? null : html`<script type="module" src="/assets/${script}"></script>`}
    </head>
    <body>
      <main id="app" aria-busy="true">
        <p class="soft">${loading}</p>
        <div class="skeleton" aria-hidden="true"><i></i><i></i><i></i><i></i><i></i></div>
      </main>
      <script type="application/json" id="state">
        ${new Html(json)}
      </script>
    </body>
  </html>`;
  return { text: `<!doctype html>\n${page.text}\n`, styleSource: style.source };
}

/** A page without anything of anybody: for visitors who are not in a frame, and for refusals. */
export function frameNotice(language: Language, title: string, text: string): FrameDocument {
  const page = html`<html lang="${language}">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="robots" content="noindex, nofollow" />
      <title>${title}</title>
    </head>
    <body>
      <main>
        <h1>${title}</h1>
        <p>${text}</p>
      </main>
    </body>
  </html>`;
  return { text: `<!doctype html>\n${page.text}\n`, styleSource: "'none'" };
}

/** @param ancestor verified origin of the portal; null: nobody may frame it */
export function sendFrame(
  res: Response,
  status: number,
  { text, styleSource }: FrameDocument,
  ancestor: string | null,
): void {
  sendInFrame(res, status, { text, policy: policyFor(ancestor, styleSource) });
}

/** @param page `policy` alone decides who may frame it */
export function sendInFrame(
  res: Response,
  status: number,
  { text, policy }: { readonly text: string; readonly policy: string },
): void {
  // One directive decides about framing; a second, older header would contradict it in some browsers.
  res.removeHeader('X-Frame-Options');
  res
    .status(status)
    .set({
      'Content-Type': 'text/html; charset=utf-8',
      'Cache-Control': 'no-store',
      'Referrer-Policy': 'no-referrer',
      'X-Robots-Tag': 'noindex, nofollow',
      'Content-Security-Policy': policy,
    })
    .send(text);
}

function policyFor(ancestor: string | null, styleSource: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src ${styleSource}`,
    "connect-src 'self'",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${ancestor ?? "'none'"}`,
  ].join('; ');
}
