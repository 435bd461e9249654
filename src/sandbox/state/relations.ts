/** Which entity types may have items of which other types as parents: a setting an administrator makes. */
export class RelationBook {
  readonly #parents = new Map<number, Set<number>>();

  /** Items of `child` get the field `parentId{parent}`. */
  link(child: number, parent: number): void {
    const parents = this.#parents.get(child) ?? new Set<number>();
    this.#parents.set(child, parents.add(parent));
  }

  unlink(child: number, parent: number): void {
    this.#parents.get(child)?.delete(parent);
  }

  parentsOf(child: number): number[] {
    return [...(this.#parents.get(child) ?? [])].sort((a, b) => a - b);
  }

  childrenOf(parent: number): number[] {
    const children = [...this.#parents].filter(([, parents]) => parents.has(parent));
    return children.map(([child]) => child).sort((a, b) => a - b);
  }

  /** The parent's type when the field exists on items of `child`; else undefined. */
  parentTypeOf(child: number, field: string): number | undefined {
    const parent = Number(/^parentId(\d+)$/.exec(field)?.[1] ?? 0);
    return this.#parents.get(child)?.has(parent) ? parent : undefined;
  }
}
