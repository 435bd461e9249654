/** What the sections of the audit's page are made of: cards, bars with words beside them, tables. */
import type { Speak } from '../../app/audit-words.ts';
import type { Language } from '../../app/ports/texts.ts';
import type { TicketRef } from '../../core/ticket.ts';
import { html } from '../../html.ts';
import type { Html, HtmlPart } from '../../html.ts';
import { bar, swatch } from './audit-charts.ts';
import type { Part, Shade } from './audit-charts.ts';

export interface PageView {
  readonly speak: Speak;
  readonly language: Language;
  readonly link: (ref: TicketRef) => string;
}

export interface Cell {
  readonly text: HtmlPart;
  readonly kind?: 'n' | 'some' | 'when';
}

export const n = (count: number): Cell => ({ text: count, kind: 'n' });
/** A number that is bad news as soon as there is one. */
export const bad = (count: number): Cell => ({ text: count, kind: count > 0 ? 'some' : 'n' });

interface Table {
  readonly title: string;
  /** Column titles; those of numbers stand to the right. */
  readonly head: readonly Cell[];
  readonly rows: readonly (readonly Cell[])[];
  /** Rows of words: on a phone each cell takes a line. */
  readonly words?: boolean;
}

const classOf = ({ kind }: Cell): string => (kind === 'some' ? 'n some' : (kind ?? ''));

export function table({ title, head, rows, words = false }: Table): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${title}">
    <table class="${words ? 'list' : ''}">
      <thead>
        <tr>
          ${head.map((cell) => html`<th scope="col" class="${classOf(cell)}">${cell.text}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(([first, ...rest]) => {
          const name = html`<th scope="row">${first?.text ?? ''}</th>`;
          const cells = rest.map(
            (cell, index) =>
              html`<td class="${classOf(cell)}" data-label="${head[index + 1]?.text ?? ''}">
                ${cell.text}
              </td>`,
          );
          return html`<tr>
            ${name}${cells}
          </tr>`;
        })}
      </tbody>
    </table>
  </div>`;
}

interface BarRow {
  readonly name: string;
  readonly parts: readonly Part[];
  /** What is written at the end of the bar. */
  readonly count: string | number;
}

/** The table behind says the same to those who do not see the picture. */
export function bars(rows: readonly BarRow[], total: number): Html {
  return html`<div class="rows" aria-hidden="true">
    ${rows.map(
      ({ name, parts, count }) => html`<span>${name}</span> ${bar(parts, total)}<b>${count}</b>`,
    )}
  </div>`;
}

type KeyItem = readonly [shade: Shade, words: string];

export const shadeWords =
  (speak: Speak) =>
  (shade: 'fails' | 'passes' | 'unclear' | 'ungated'): KeyItem => [shade, speak(`audit.${shade}`)];

/** What the colours of a picture mean. */
export function key(items: readonly KeyItem[]): Html {
  return html`<ul class="key" aria-hidden="true">
    ${items.map(([shade, words]) => html`<li>${swatch(shade)}${words}</li>`)}
  </ul>`;
}

export function section(title: string, content: HtmlPart, long = false): Html {
  return html`<section class="card ${long ? 'long' : ''}">
    <h2>${title}</h2>
    ${content}
  </section>`;
}

export const heads =
  (speak: Speak) =>
  (...keys: readonly string[]): readonly Cell[] =>
    keys.map((key, index) => ({
      text: speak(`audit.${key}`),
      ...(index === 0 ? {} : { kind: 'n' as const }),
    }));
