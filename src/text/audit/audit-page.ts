/** The audit as a page of its own: no script, nothing from elsewhere; opens from a file, prints, fits a phone. */
import type { PastAudit } from '../../app/audit-past.ts';
import { headlineOf, notesOf, periodOf, pipelineLine, reachOf } from '../../app/audit-words.ts';
import type { Speak } from '../../app/audit-words.ts';
import type { Language } from '../../app/ports/texts.ts';
import type { TicketRef } from '../../core/ticket.ts';
import { Html, html } from '../../html.ts';
import { sayByName } from '../catalog.ts';
import { bar, swatch } from './audit-charts.ts';
import { failedSection, ungatedSection } from './audit-lists.ts';
import { AUDIT_STYLE } from './audit-style.ts';
import { criteriaSection, daysSection, peopleSection } from './audit-tables.ts';

const SHADES = ['fails', 'passes', 'unclear', 'ungated'] as const;

/** @param view.link address of a ticket's card */
export function renderAuditPage(
  audit: PastAudit,
  { language, link }: { readonly language: Language; readonly link: (ref: TicketRef) => string },
): string {
  const speak: Speak = (key, params = {}) => sayByName(language, key, params);
  const view = { speak, language, link };
  const title = `${speak('audit.title')}: ${periodOf(audit, language)}`;
  const sections =
    audit.sums.judged === 0
      ? [ungatedSection(audit, view)]
      : [
          criteriaSection(audit, view),
          peopleSection(audit, view),
          daysSection(audit, view),
          failedSection(audit, view),
          ungatedSection(audit, view),
        ];
  const page = html`<html lang="${language}">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="robots" content="noindex" />
      <meta
        http-equiv="Content-Security-Policy"
        content="default-src 'none'; style-src 'unsafe-inline'"
      />
      <title>${title}</title>
      <style>
        ${new Html(AUDIT_STYLE)}
      </style>
    </head>
    <body>
      <main>${header(audit, view)} ${sections} ${footer(audit, view)}</main>
    </body>
  </html>`;
  return `<!doctype html>\n${page.text}\n`;
}

interface View {
  readonly speak: Speak;
  readonly language: Language;
}

function header(audit: PastAudit, { speak, language }: View): Html {
  const { sums } = audit;
  const total = sums.judged + sums.ungated;
  const parts = SHADES.map((shade) => ({ shade, count: sums[shade] }));
  const reach = reachOf(audit, speak);
  return html`<header>
    <p class="soft">${speak('audit.title')}: ${periodOf(audit, language)}</p>
    <h1>${headlineOf(audit, speak)}</h1>
    ${reach === '' ? null : html`<p>${reach}</p>`}
    ${audit.pipelines.map((pipeline) => html`<p class="soft">${pipelineLine(pipeline, speak)}</p>`)}
    <div class="whole">${bar(parts, total)}</div>
    <ul class="key">
      ${parts.map(
        ({ shade, count }) =>
          html`<li>${swatch(shade)}<strong>${count}</strong> ${speak(`audit.${shade}`)}</li>`,
      )}
    </ul>
  </header>`;
}

function footer(audit: PastAudit, { speak, language }: View): Html {
  const { timeZone, until } = audit;
  const format = new Intl.DateTimeFormat(language, {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone,
  });
  return html`<section class="card">
      <h2>${speak('audit.unknown')}</h2>
      <ul class="notes">
        ${notesOf(audit, speak).map((note) => html`<li>${note}</li>`)}
      </ul>
    </section>
    <p class="soft">${speak('audit.made', { at: format.format(until) })}</p>`;
}
