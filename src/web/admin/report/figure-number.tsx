/** A number that opens its tickets; nothing to open is plain text. */
import type { FilteredScope } from './scope.ts';
import type { OpenFigure, WantedFigure } from './wanted-figure.ts';
import { keyOf } from './wanted-figure.ts';

interface FigureNumberProps extends Pick<FilteredScope, 'say' | 'format'> {
  readonly count: number;
  readonly wanted: WantedFigure;
  readonly open: OpenFigure;
  /** Stands in its place: a share, a time. */
  readonly text?: string;
}

export function FigureNumber({ count, wanted, open, text, say, format }: FigureNumberProps) {
  const shown = text ?? format.number(count);
  if (count === 0) return <>{shown}</>;
  return (
    <button
      type="button"
      class="figure"
      aria-expanded={open.shown === keyOf(wanted)}
      aria-label={say('figure', { label: wanted.label, count: shown })}
      onClick={() => open.toggle(wanted)}
    >
      {shown}
    </button>
  );
}
