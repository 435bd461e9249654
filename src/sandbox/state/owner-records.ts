/** A list of records grouped by their owner's key, so that one ticket's records are found without a scan. */
export class OwnerRecords<T> {
  readonly #all: T[] = [];
  readonly #byOwner = new Map<string, T[]>();
  readonly #keyOf: (record: T) => string;

  constructor(keyOf: (record: T) => string) {
    this.#keyOf = keyOf;
  }

  add(record: T): void {
    this.#all.push(record);
    const key = this.#keyOf(record);
    const group = this.#byOwner.get(key);
    if (group) group.push(record);
    else this.#byOwner.set(key, [record]);
  }

  of(key: string): readonly T[] {
    return this.#byOwner.get(key) ?? [];
  }

  all(): readonly T[] {
    return this.#all;
  }

  /** Drops the records that match. */
  remove(matches: (record: T) => boolean): void {
    const kept = this.#all.filter((record) => !matches(record));
    if (kept.length === this.#all.length) return;
    this.#all.length = 0;
    this.#byOwner.clear();
    for (const record of kept) this.add(record);
  }
}
