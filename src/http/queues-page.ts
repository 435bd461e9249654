/** What waits, runs and failed: a page for whoever runs the service, without a script and without anything that could be pressed. */
import { createHash } from 'node:crypto';
import type { Response } from 'express';
import type { Language } from '../app/ports/texts.ts';
import { Html, html } from '../html.ts';
import type { Say } from './client-page-words.ts';

export interface ShownJob {
  readonly name: string;
  readonly portalId: string;
  readonly at: number;
  readonly attempts: number;
  readonly code: string;
}

export interface ShownQueue {
  readonly name: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly oldest: ShownJob | null;
  readonly soon: readonly ShownJob[];
  readonly failed: readonly ShownJob[];
}

export interface QueuesView {
  readonly queues: readonly ShownQueue[];
  readonly now: number;
  readonly language: Language;
  readonly say: Say;
}

const STATES = ['waiting', 'active', 'delayed', 'failed'] as const;

const STYLE = `
:root{color-scheme:light dark;--paper:#f4f6f8;--card:#fff;--ink:#1c2126;--soft:#56606b;--edge:#d5dae0;--bad:#b3261e;--link:#0b57a4}
@media (prefers-color-scheme:dark){:root{--paper:#14171a;--card:#1d2125;--ink:#e8ebee;--soft:#a9b2bc;--edge:#3a424a;--bad:#ffb4ab;--link:#8fc0f5}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.45 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:72rem;margin:0 auto;padding:1rem}
h1{font-size:1.4rem;margin:.25rem 0}
h2{font-size:1.1rem;margin:0}
h3{font-size:1rem;margin:1rem 0 .25rem}
.soft{color:var(--soft);margin:.25rem 0}
a{color:var(--link);display:inline-block;min-height:44px;padding:.6rem 0}
.queues{display:grid;gap:1rem;grid-template-columns:repeat(auto-fit,minmax(min(20rem,100%),1fr));align-items:start}
section{background:var(--card);border:1px solid var(--edge);border-radius:.75rem;padding:1rem;min-width:0}
dl{display:grid;grid-template-columns:repeat(4,1fr);gap:.5rem;margin:.75rem 0}
@media (max-width:30rem){dl{grid-template-columns:repeat(2,1fr)}}
dt{color:var(--soft);font-size:.8125rem}
dd{margin:0;font-size:1.25rem;font-variant-numeric:tabular-nums}
.bad{color:var(--bad);font-weight:600}
ul{list-style:none;margin:0;padding:0}
li{padding:.4rem 0;border-top:1px solid var(--edge);overflow-wrap:anywhere}
code{font:.9375rem/1.4 ui-monospace,Menlo,Consolas,monospace}
`;
const DIGEST = createHash('sha256').update(STYLE).digest('base64');

export const QUEUES_PAGE_HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': [
    "default-src 'none'",
    `style-src 'sha256-${DIGEST}'`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; '),
};

export function sendQueues(res: Response, view: QueuesView): void {
  res.set(QUEUES_PAGE_HEADERS).send(queuesPage(view));
}

function queuesPage(view: QueuesView): string {
  const { language, now, queues } = view;
  const word = (key: string): string => view.say(language, `page.queues.${key}`);
  const time = new Intl.DateTimeFormat(language === 'ru' ? 'ru' : 'en-GB', {
    dateStyle: 'medium',
    timeStyle: 'medium',
    timeZone: 'UTC',
  }).format(now);
  const page = html`<html lang="${language}">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="robots" content="noindex, nofollow" />
      <title>${word('heading')}</title>
      ${new Html(`<style>${STYLE}</style>`)}
    </head>
    <body>
      <main>
        <h1>${word('heading')}</h1>
        <p class="soft">${time} UTC</p>
        <p class="soft"><a href="">${word('again')}</a></p>
        <div class="queues">${queues.map((queue) => queueSection(queue, view))}</div>
      </main>
    </body>
  </html>`;
  return `<!doctype html>\n${page.text}\n`;
}

function queueSection(queue: ShownQueue, view: QueuesView): Html {
  const { language, now, say } = view;
  const word = (key: string): string => say(language, `page.queues.${key}`);
  const { oldest } = queue;
  return html`<section aria-labelledby="${queue.name}">
    <h2 id="${queue.name}">${word(`name.${queue.name}`)}</h2>
    <p class="soft"><code>${queue.name}</code></p>
    <dl>
      ${STATES.map((state) => {
        const count = queue.counts[state] ?? 0;
        const mark = state === 'failed' && count > 0 ? 'bad' : '';
        return html`<div>
          <dt>${word(state)}</dt>
          <dd class="${mark}">${new Intl.NumberFormat(language).format(count)}</dd>
        </div>`;
      })}
    </dl>
    ${
      oldest === null
        ? html`<p class="soft">${word('none-waits')}</p>`
        : html`<p>${word('oldest')}: ${jobText(oldest)}, ${lasted(now - oldest.at, language)}</p>`
    }
    ${jobList(word('soon'), queue.soon, (job) => html`${word('due')} ${lasted(job.at - now, language)}`)}
    ${jobList(word('failed-list'), queue.failed, (job) => failedText(job, view))}
  </section>`;
}

function jobList(heading: string, jobs: readonly ShownJob[], about: (job: ShownJob) => Html): Html {
  if (jobs.length === 0) return html``;
  return html`<h3>${heading}</h3>
    <ul>
      ${jobs.map((job) => html`<li>${jobText(job)}, ${about(job)}</li>`)}
    </ul>`;
}

function jobText({ name, portalId }: ShownJob): Html {
  return html`<code>${name}</code>${portalId === '' ? null : html` <code>${portalId}</code>`}`;
}

function failedText({ attempts, code, at }: ShownJob, { language, now, say }: QueuesView): Html {
  const params = { attempts, ago: lasted(now - at, language) };
  return html`<span class="bad">${code}</span>, ${say(language, 'page.queues.failed-at', params)}`;
}

/** `4 s`, `12 min`, `3 h`, `2 days`: as near as somebody who looks needs it. */
function lasted(ms: number, language: Language): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const steps = [
    { unit: 'day', of: 86_400 },
    { unit: 'hour', of: 3600 },
    { unit: 'minute', of: 60 },
    { unit: 'second', of: 1 },
  ] as const;
  const { unit, of } = steps.find((step) => seconds >= 2 * step.of) ?? { unit: 'second', of: 1 };
  const style = { style: 'unit', unit, unitDisplay: 'short' } as const;
  return new Intl.NumberFormat(language, style).format(Math.floor(seconds / of));
}
