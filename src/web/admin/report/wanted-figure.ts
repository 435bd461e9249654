/** A figure somebody wants to see the tickets of, and what opens them. */
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

export const keyOf = ({ figure, from, to, agent }: WantedFigure): string =>
  [figure, from, to, agent].filter((part) => part !== undefined).join(' ');
