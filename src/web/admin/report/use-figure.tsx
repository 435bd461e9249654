/** Which figure of a section shows its tickets; they open right below it. */
import { useState } from 'preact/hooks';
import { FigureList } from './figure-list.tsx';
import type { FilteredScope } from './scope.ts';
import type { OpenFigure, WantedFigure } from './wanted-figure.ts';
import { keyOf } from './wanted-figure.ts';

/** @returns what opens a figure, and the list where it belongs */
export function useFigure(scope: FilteredScope) {
  const [wanted, want] = useState<WantedFigure | null>(null);
  const key = wanted === null ? '' : keyOf(wanted);
  const open: OpenFigure = {
    shown: key,
    toggle: (next) => want(keyOf(next) === key ? null : next),
  };
  const list = wanted && (
    <FigureList
      // Another figure, or another time: another list.
      key={`${key} ${JSON.stringify(scope.filter)}`}
      {...scope}
      wanted={wanted}
      close={() => want(null)}
    />
  );
  return { open, list };
}
