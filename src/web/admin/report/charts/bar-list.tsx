/** Horizontal bars, the longest as wide as the room: each row opens its tickets. */
import type { ReportRow } from '../../../../core/admin/report-state.ts';
import type { FilteredScope } from '../scope.ts';
import type { OpenFigure } from '../use-figure.tsx';

interface BarListProps extends Pick<FilteredScope, 'say' | 'format'> {
  readonly rows: readonly (ReportRow & { readonly note?: string })[];
  readonly open: OpenFigure;
  /** Meaning of the bars' colour; nothing is told by colour alone. */
  readonly tone?: 'main' | 'bad' | 'good' | 'wait';
}

export function BarList({ rows, open, say, format, tone = 'main' }: BarListProps) {
  const most = Math.max(1, ...rows.map(({ count }) => count));
  return (
    <ul class={`bars ${tone}`}>
      {rows.map(({ label, count, figure, note }) => (
        <li key={figure}>
          <button
            type="button"
            disabled={count === 0}
            aria-expanded={open.shown === figure}
            aria-label={say('figure', { label, count })}
            onClick={() => open.toggle({ figure, label })}
          >
            <span class="bar-label">{label}</span>
            <svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
              <rect class="bar-room" width="100" height="10" rx="1.2" />
              <rect class="bar-fill" width={(count / most) * 100} height="10" rx="1.2" />
            </svg>
            <span class="bar-count">{format.number(count)}</span>
            {note !== undefined && <span class="bar-note">{note}</span>}
          </button>
        </li>
      ))}
    </ul>
  );
}
