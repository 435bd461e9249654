/** Parts of one whole: a bar in pieces, and under it each piece in words with its number and share. */
import type { ReportRow } from '../../../../core/admin/report-state.ts';
import type { FilteredScope } from '../scope.ts';
import type { OpenFigure } from '../wanted-figure.ts';

interface ShareBarProps extends Pick<FilteredScope, 'say' | 'format'> {
  readonly rows: readonly ReportRow[];
  readonly open: OpenFigure;
}

const WIDTH = 1000;
const GAP = 4;

export function ShareBar({ rows, open, say, format }: ShareBarProps) {
  const total = rows.reduce((sum, { count }) => sum + count, 0);
  let at = 0;
  const pieces = rows.map(({ count }) => {
    const from = at;
    at += total === 0 ? 0 : (count / total) * WIDTH;
    return { from, width: Math.max(0, at - from - GAP) };
  });
  return (
    <div class="share">
      <svg viewBox={`0 0 ${WIDTH} 20`} preserveAspectRatio="none" aria-hidden="true">
        {pieces.map(({ from, width }, n) => (
          <rect key={rows[n]?.figure} class={`piece p${n}`} x={from} width={width} height="20" />
        ))}
      </svg>
      <ul>
        {rows.map(({ label, count, figure }, n) => (
          <li key={figure}>
            <button
              type="button"
              disabled={count === 0}
              aria-expanded={open.shown === figure}
              onClick={() => open.toggle({ figure, label })}
            >
              <svg class="swatch" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
                <rect class={`piece p${n}`} width="12" height="12" rx="3" />
              </svg>
              <span class="bar-label">{label}</span>
              <span class="bar-count">{format.number(count)}</span>
              <span class="soft">{format.share(total === 0 ? 0 : count / total)}</span>
              {count > 0 && <span class="unseen">{say('open')}</span>}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
