/**
 * Stored documents that name their shape by a number. Keys that were only added have a default in their schema; a shape that an
 * older reader would misread gets the next number, and a step here from the one before. See docs/adr/0018.
 */
export type StoredDocument = Readonly<Record<string, unknown>>;

/** From one shape to the next; pure. */
export type MigrationStep = (document: StoredDocument) => StoredDocument;

export interface Shape {
  /** The member that names the number. */
  readonly mark: string;
  /** What this version writes. */
  readonly current: number;
  /** Number → step to the next one; one for each number before the current. */
  readonly steps: Readonly<Record<number, MigrationStep>>;
}

export type Migrated =
  | { readonly kind: 'current'; readonly document: StoredDocument }
  /** A newer version wrote it: it is neither read nor written over. */
  | { readonly kind: 'newer' }
  | { readonly kind: 'unknown' };

export function migrate(value: unknown, { mark, current, steps }: Shape): Migrated {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { kind: 'unknown' };
  let document: StoredDocument = { ...value };
  let from = document[mark];
  if (typeof from !== 'number' || !Number.isInteger(from)) return { kind: 'unknown' };
  if (from > current) return { kind: 'newer' };
  for (; from < current; from += 1) {
    const step = steps[from];
    if (step === undefined) return { kind: 'unknown' };
    document = { ...step(document), [mark]: from + 1 };
  }
  return { kind: 'current', document };
}
