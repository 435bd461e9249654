/** Horizontal bars, the longest as wide as the room: each row opens its tickets. */
import type { ReportRow } from '../../../../core/admin/report-state.ts';
import type { FilteredScope } from '../scope.ts';
import type { OpenFigure } from '../wanted-figure.ts';

interface BarRow extends ReportRow {
  readonly note?: string;
  /** What the bar shows, and how that is written, where it is not the count of its tickets. */
  readonly size?: number;
  readonly text?: string;
}

interface BarListProps extends Pick<FilteredScope, 'say' | 'format'> {
  readonly rows: readonly BarRow[];
  readonly open: OpenFigure;
  /** Meaning of the bars' colour; nothing is told by colour alone. */
  readonly tone?: 'main' | 'bad' | 'good' | 'wait';
  /** Room for long texts at the end. */
  readonly wide?: boolean;
}

export function BarList({ rows, open, say, format, tone = 'main', wide = false }: BarListProps) {
  const sizeOf = ({ size, count }: BarRow): number => size ?? count;
  const most = Math.max(1, ...rows.map(sizeOf));
  return (
    <ul class={`bars ${tone}${wide ? ' wide' : ''}`}>
      {rows.map((row) => {
        const { label, count, figure, note } = row;
        const text = row.text ?? format.number(count);
        return (
          <li key={figure}>
            <button
              type="button"
              disabled={count === 0}
              aria-expanded={open.shown === figure}
              onClick={() => open.toggle({ figure, label })}
            >
              <span class="bar-label">{label}</span>
              <Bar share={sizeOf(row) / most} />
              <span class="bar-count">{text}</span>
              {count > 0 && <span class="unseen">{say('open')}</span>}
              {note !== undefined && <span class="bar-note">{note}</span>}
            </button>
          </li>
        );
      })}
    </ul>
  );
}

function Bar({ share }: { readonly share: number }) {
  return (
    <svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
      <rect class="bar-room" width="100" height="10" rx="1.2" />
      <rect class="bar-fill" width={share * 100} height="10" rx="1.2" />
    </svg>
  );
}
