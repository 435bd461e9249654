import type { Activity, Binding } from './records.ts';

/** Activities by id and by each CRM object they are bound to. */
export class ActivityStore {
  readonly #byId = new Map<number, Activity>();
  readonly #byOwner = new Map<string, Set<Activity>>();

  add(activity: Activity): void {
    this.#byId.set(activity.id, activity);
    for (const binding of activity.bindings) this.#owner(binding).add(activity);
  }

  get(id: number): Activity | undefined {
    return this.#byId.get(id);
  }

  delete(activity: Activity): void {
    this.#byId.delete(activity.id);
    for (const binding of activity.bindings) this.#owner(binding).delete(activity);
  }

  of(owner: Binding): Activity[] {
    return [...(this.#byOwner.get(ownerKey(owner)) ?? [])];
  }

  all(): Iterable<Activity> {
    return this.#byId.values();
  }

  #owner(owner: Binding): Set<Activity> {
    const key = ownerKey(owner);
    const known = this.#byOwner.get(key);
    if (known) return known;
    const fresh = new Set<Activity>();
    this.#byOwner.set(key, fresh);
    return fresh;
  }
}

export function ownerKey(owner: Binding): string {
  return `${owner.ownerTypeId}:${owner.ownerId}`;
}
