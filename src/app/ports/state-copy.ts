/** Everything remembered, as a file and back. Implemented by redis/. */

/** One key with what it holds, in the store's own form. */
export interface KeptKey {
  readonly key: string;
  /** Milliseconds it still lives; 0: for ever. */
  readonly livesMs: number;
  readonly value: Buffer;
}

export interface StateCopy {
  /** Keys of one portal are read at one moment, so that they fit each other. Leaves out what ends within the hour. */
  keys(): AsyncIterable<KeptKey>;
  isEmpty(): Promise<boolean>;
  /** Forgets everything, jobs too: they are made anew from what is kept. */
  clear(): Promise<void>;
  /** @throws AppError store-unavailable when the store cannot read a value: it may be of a newer version */
  put(keys: readonly KeptKey[]): Promise<void>;
  close(): Promise<void>;
}
