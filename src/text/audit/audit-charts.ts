/** Pictures of the audit's page: plain rectangles in a box that stretches, so that words beside them keep their size. */
import { html } from '../../html.ts';
import type { Html } from '../../html.ts';
import type { DayRow } from '../../core/audit/fold-audit.ts';

/** A class of the page's style: says the colour. */
export type Shade = 'fails' | 'warned' | 'passes' | 'unclear' | 'ungated' | 'track';

export interface Part {
  readonly shade: Shade;
  readonly count: number;
}

const percent = (count: number, total: number): string =>
  total === 0 ? '0' : ((count / total) * 100).toFixed(3);

/** Parts of a whole side by side. Beside it stand the same numbers in words: the picture is decoration to a reader. */
export function bar(parts: readonly Part[], total: number): Html {
  let before = 0;
  const rects = parts
    .filter(({ count }) => count > 0)
    .map(({ shade, count }) => {
      const x = percent(before, total);
      before += count;
      return html`<rect class="${shade}" x="${x}" width="${percent(count, total)}" height="10" />`;
    });
  return html`<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
    <rect class="track" width="100" height="10" />
    ${rects}
  </svg>`;
}

export function swatch(shade: Shade): Html {
  return html`<svg viewBox="0 0 10 10" aria-hidden="true">
    <rect class="${shade}" width="10" height="10" rx="2" />
  </svg>`;
}

const COLUMN = 10;
const HEIGHT = 100;
const DAY_SHADES = ['fails', 'passes', 'unclear', 'ungated'] as const;

/** A column for each day, the failed closings at the bottom. */
export function dayColumns(days: readonly DayRow[]): Html {
  const most = Math.max(1, ...days.map(totalOf));
  const columns = days.flatMap((day, index) => {
    let top = HEIGHT;
    return DAY_SHADES.filter((shade) => day[shade] > 0).map((shade) => {
      const height = (day[shade] / most) * HEIGHT;
      top -= height;
      return html`<rect
        class="${shade}"
        x="${index * COLUMN + 1}"
        y="${top.toFixed(2)}"
        width="${COLUMN - 2}"
        height="${height.toFixed(2)}"
      />`;
    });
  });
  return html`<svg
    viewBox="0 0 ${days.length * COLUMN} ${HEIGHT}"
    preserveAspectRatio="none"
    aria-hidden="true"
  >
    <rect class="track" y="${HEIGHT - 0.5}" width="${days.length * COLUMN}" height="0.5" />
    ${columns}
  </svg>`;
}

export function totalOf(day: DayRow): number {
  return day.fails + day.passes + day.unclear + day.ungated;
}
