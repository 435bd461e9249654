/** The audited closings one by one: those that would not have passed, and those nothing is asked of. */
import type { PastAudit } from '../../app/audit-past.ts';
import { briefly, personName } from '../../app/audit-words.ts';
import type { PastClosing } from '../../core/audit/past-closing.ts';
import type { Instant } from '../../core/ticket.ts';
import { html } from '../../html.ts';
import type { Html } from '../../html.ts';
import { section, table } from './audit-parts.ts';
import type { Cell, PageView } from './audit-parts.ts';

/** So many tickets are listed one by one; the document of `--json` has all. */
const MAX_LISTED = 300;

function ticketRows(
  closings: readonly PastClosing[],
  audit: PastAudit,
  { view, last }: { readonly view: PageView; readonly last: (one: PastClosing) => string },
): readonly (readonly Cell[])[] {
  const format = new Intl.DateTimeFormat(view.language, {
    dateStyle: 'short',
    timeStyle: 'short',
    timeZone: audit.timeZone,
  });
  const when = (at: Instant): Cell => ({ text: format.format(at), kind: 'when' });
  return closings
    .slice(0, MAX_LISTED)
    .map((one) => [
      { text: html`<a href="${view.link(one.ref)}">№ ${one.ref.id}</a> ${one.title}` },
      when(one.closedAt),
      { text: personName(one.moverId, audit, view.speak) },
      { text: personName(one.assigneeId, audit, view.speak) },
      { text: last(one) },
    ]);
}

function ticketList(
  key: 'failed-list' | 'ungated-list',
  closings: readonly PastClosing[],
  audit: PastAudit,
  view: PageView,
): Html | null {
  const { speak } = view;
  if (closings.length === 0) return null;
  const failed = key === 'failed-list';
  const head = ['ticket', 'closed', 'mover', 'assignee', failed ? 'missing' : 'why'];
  const last = (one: PastClosing): string =>
    failed ? briefly(one.gaps, speak) : speak(`audit.ungated.${one.ungatedWhy}`);
  const title = speak(`audit.${key}`);
  const more = closings.length - MAX_LISTED;
  return section(
    title,
    [
      table({
        title,
        head: head.map((name) => ({ text: speak(`audit.col.${name}`) })),
        rows: ticketRows(closings, audit, { view, last }),
        words: true,
      }),
      more > 0 ? html`<p class="soft">${speak('audit.more', { count: more })}</p>` : null,
    ],
    true,
  );
}

export function failedSection(audit: PastAudit, view: PageView): Html | null {
  const failed = audit.closings.filter(({ verdict }) => verdict === 'fails');
  return ticketList('failed-list', failed, audit, view);
}

export function ungatedSection(audit: PastAudit, view: PageView): Html | null {
  const ungated = audit.closings.filter(({ verdict }) => verdict === 'ungated');
  return ticketList('ungated-list', ungated, audit, view);
}
