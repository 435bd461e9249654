/** The installer's HTML. It names no token of the portal; its own token runs the steps of this installation alone. */
import type { InstallStep } from '../app/install-portal.ts';
import type { Language } from '../app/ports/texts.ts';
import { escapeHtml } from '../html.ts';

export interface InstallView {
  readonly language: Language;
  readonly words: (key: string) => string;
}

const STYLE = `
:root{color-scheme:light dark;--ink:#1f2a37;--soft:#52606d;--page:#fff;--line:#d5dbe1;--good:#1a7f37;--bad:#b42318;--act:#0b66c3}
@media(prefers-color-scheme:dark){:root{--ink:#e6eaef;--soft:#a9b4c0;--page:#1b222b;--line:#3b4754;--good:#4fc26b;--bad:#ff8f85;--act:#6cb4ff}}
body{margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--page)}
main{max-width:640px;margin:0 auto}h1{font-size:22px;margin:0 0 8px}p{margin:0 0 16px;color:var(--soft)}
ol{list-style:none;margin:0;padding:0}li{padding:12px 0;border-top:1px solid var(--line)}
li b{font-weight:600}.state{color:var(--soft)}.done .state{color:var(--good)}.failed .state{color:var(--bad)}
.lines,.advice{margin:4px 0 0;color:var(--soft)}.failed .advice{color:var(--ink)}
button{margin-top:16px;font:inherit;padding:10px 18px;border:2px solid var(--act);border-radius:8px;background:none;color:var(--act);cursor:pointer}
button:focus-visible{outline:3px solid var(--act);outline-offset:2px}[hidden]{display:none}`;

function page({ language, words }: InstallView, body: string): string {
  return `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escapeHtml(words('install.title'))}</title><style>${STYLE}</style></head><body><main>${body}</main></body></html>`;
}

export function installPage(
  view: InstallView & { readonly steps: readonly InstallStep[]; readonly token: string },
): string {
  const { words, steps, token } = view;
  const text = (key: string): string => escapeHtml(words(key));
  const items = steps.map(
    (step) =>
      `<li data-step="${step}"><b>${text(`install.step.${step}`)}</b> <span class="state">${text('install.waits')}</span><p class="lines"></p><p class="advice"></p></li>`,
  );
  const state = { token, runs: words('install.runs'), done: words('install.done') };
  const told = { ...state, failed: words('install.failed'), away: words('install.refused.away') };
  const json = JSON.stringify(told).replaceAll('<', String.raw`\u003c`);
  return page(
    view,
    `<h1>${text('install.title')}</h1><p>${text('install.intro')}</p><ol aria-live="polite">${items.join('')}</ol><button type="button" id="again" hidden>${text('install.again')}</button><script type="application/json" id="state">${json}</script><script src="install/runner.js"></script>`,
  );
}

/** Why there is no installation to run, and what to do about it. */
export function installNotice(view: InstallView & { readonly name: string }): string {
  const { words, name } = view;
  const why = escapeHtml(words(`install.refused.${name}`));
  return page(view, `<h1>${escapeHtml(words('install.title'))}</h1><p role="alert">${why}</p>`);
}

export function neutralPage(words: (key: string) => string): string {
  const view = { language: 'en', words } as const;
  const text = escapeHtml(words('install.neutral'));
  return page(view, `<h1>${escapeHtml(words('install.title'))}</h1><p>${text}</p>`);
}
