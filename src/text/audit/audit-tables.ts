/** Sections of the audit's page: each a picture, and behind it the table with every number. */
import type { PastAudit } from '../../app/audit-past.ts';
import { personName, unknownOf } from '../../app/audit-words.ts';
import type { CriterionRow } from '../../core/audit/fold-audit.ts';
import { html } from '../../html.ts';
import type { Html } from '../../html.ts';
import { dayColumns, totalOf } from './audit-charts.ts';
import { bad, bars, heads, key, n, section, shadeWords, table } from './audit-parts.ts';
import type { PageView } from './audit-parts.ts';

export function criteriaSection({ sums }: PastAudit, { speak }: PageView): Html {
  const title = speak('audit.by-criterion');
  const name = (row: CriterionRow): string => speak(`criterion.${row.id}`);
  const seen = sums.criteria.filter((row) => row.noField < sums.judged);
  const worst = seen.toSorted((a, b) => b.unmet + b.warned - a.unmet - a.warned);
  return section(title, [
    key([
      ['fails', speak('audit.col.unmet')],
      ['warned', speak('audit.col.warned')],
    ]),
    bars(
      worst
        .filter((row) => row.unmet + row.warned > 0)
        .map((row) => ({
          name: name(row),
          parts: [
            { shade: 'fails', count: row.unmet },
            { shade: 'warned', count: row.warned },
          ],
          count: row.unmet + row.warned,
        })),
      sums.judged,
    ),
    table({
      title,
      head: heads(speak)(
        'col.criterion',
        'col.unmet',
        'col.warned',
        'col.excused',
        'col.met',
        'col.unknown',
        'col.not-applicable',
      ),
      rows: sums.criteria.map((row) => [
        { text: `${speak(`clause.${row.clause}`)} · ${name(row)}` },
        row.noField > 0 && row.noField === sums.judged
          ? { text: speak('audit.no-field'), kind: 'n' }
          : bad(row.unmet),
        n(row.warned),
        n(row.excused),
        n(row.met),
        n(unknownOf(row)),
        n(row.notApplicable),
      ]),
    }),
  ]);
}

export function peopleSection(audit: PastAudit, { speak }: PageView): Html {
  const title = speak('audit.by-person');
  const { people } = audit.sums;
  const judgedOf = (of: 'moved' | 'assigned') => (row: (typeof people)[number]) =>
    row[of].passes + row[of].fails + row[of].unclear;
  const movers = people.filter((row) => judgedOf('moved')(row) > 0);
  const most = Math.max(1, ...movers.map(judgedOf('moved')));
  return section(title, [
    key((['fails', 'passes', 'unclear'] as const).map(shadeWords(speak))),
    bars(
      movers.map((row) => ({
        name: personName(row.userId, audit, speak),
        parts: [
          { shade: 'fails', count: row.moved.fails },
          { shade: 'passes', count: row.moved.passes },
          { shade: 'unclear', count: row.moved.unclear },
        ],
        count: `${row.moved.fails} / ${judgedOf('moved')(row)}`,
      })),
      most,
    ),
    table({
      title,
      head: heads(speak)(
        'col.person',
        'col.moved',
        'col.moved-fails',
        'ungated',
        'col.assigned',
        'col.assigned-fails',
      ),
      rows: people.map((row) => [
        { text: personName(row.userId, audit, speak) },
        n(judgedOf('moved')(row)),
        bad(row.moved.fails),
        n(row.moved.ungated),
        n(judgedOf('assigned')(row)),
        bad(row.assigned.fails),
      ]),
    }),
  ]);
}

export function daysSection({ sums }: PastAudit, { speak, language }: PageView): Html {
  const title = speak('audit.by-day');
  const format = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' });
  const dateOf = (date: string): string => format.format(Date.parse(`${date}T00:00:00Z`));
  const [first] = sums.days;
  const last = sums.days.at(-1);
  return section(
    title,
    [
      key((['fails', 'passes', 'unclear', 'ungated'] as const).map(shadeWords(speak))),
      html`<p class="soft">
          ${speak('audit.most-a-day', { count: Math.max(0, ...sums.days.map(totalOf)) })}
        </p>
        <div class="days" aria-hidden="true">${dayColumns(sums.days)}</div>
        <p class="ends" aria-hidden="true">
          <span>${first ? dateOf(first.date) : ''}</span
          ><span>${last ? dateOf(last.date) : ''}</span>
        </p>`,
      html`<details>
        <summary>${speak('audit.table')}</summary>
        ${table({
          title,
          head: heads(speak)('col.date', 'fails', 'passes', 'unclear', 'ungated'),
          rows: sums.days
            .filter((day) => totalOf(day) > 0)
            .map((day) => [
              { text: dateOf(day.date) },
              bad(day.fails),
              n(day.passes),
              n(day.unclear),
              n(day.ungated),
            ]),
        })}
      </details>`,
    ],
    true,
  );
}
