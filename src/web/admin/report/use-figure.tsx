/** Which figure of a section shows its tickets; they open right below it. */
import { useState } from 'preact/hooks';
import { FigureList } from './figure-list.tsx';
import type { FilteredScope } from './scope.ts';

export interface WantedFigure {
  readonly figure: string;
  /** What the list is headed with. */
  readonly label: string;
  /** Of these days alone; absent: of the report's. */
  readonly from?: string;
  readonly to?: string;
  /** Of this agent alone; absent: of the report's. */
  readonly agent?: number;
}

export interface OpenFigure {
  /** The figure whose tickets are shown; '' while none are. */
  readonly shown: string;
  toggle(wanted: WantedFigure): void;
}

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

export const keyOf = ({ figure, from, to, agent }: WantedFigure): string =>
  [figure, from, to, agent].filter((part) => part !== undefined).join(' ');
