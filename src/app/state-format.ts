/**
 * How the state as a whole is laid out. A release that changes what the one before would misread first learns to read it, and
 * writes it from the next release on: two neighbours can always run side by side. See docs/UPGRADING.md.
 */
export interface StateFormat {
  /** The newest that this version reads. */
  readonly reads: number;
  /** What it writes; never above `reads`. */
  readonly writes: number;
}

export const STATE_FORMAT: StateFormat = { reads: 1, writes: 1 };
