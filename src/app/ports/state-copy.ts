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
  /** Format of what stands there, see STATE_FORMAT. */
  format(): Promise<number>;
  /** `broken-off`: a restore into it did not end; what stands there is of no use. */
  standing(): Promise<'empty' | 'filled' | 'broken-off'>;
  /** Others that are connected: a service, or another command. False too where the store does not tell. */
  inUse(): Promise<boolean>;
  /**
   * Forgets everything, jobs too: they are made anew from what is kept. Until `finish` the store says of itself that it is not whole,
   * and no service starts on it.
   */
  begin(): Promise<void>;
  /** @throws AppError store-unavailable when the store cannot read a value: it may be of a newer version */
  put(keys: readonly KeptKey[]): Promise<void>;
  finish(): Promise<void>;
  close(): Promise<void>;
}
