import { createHash } from 'node:crypto';

/** As the portal emits it. */
interface Emitted {
  readonly code: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly actor: { readonly userId: number; readonly robot: boolean };
}

/** One changed object: the newest state of it, not a history. */
export interface OfflineRecord {
  readonly id: number;
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
  userId: number;
  readonly messageId: string;
  at: number;
  /** Reserved by this reading; null: free. */
  processId: string | null;
  error: boolean;
}

/** What event.offline.clear names; both lists may come at once (C24). */
export interface ClearWish {
  readonly processId: string;
  readonly ids: readonly number[] | null;
  readonly messageIds: readonly string[] | null;
}

/** Offline events of one application: it comes for them itself. */
export class OfflineQueue {
  readonly bound = new Set<string>();
  #records: OfflineRecord[] = [];
  #nextId = 1;

  /** A repeat renews the record of the same object, unless that one is reserved. */
  record({ code, data, actor }: Emitted, at: number): void {
    if (!this.bound.has(code)) return;
    const messageId = createHash('md5')
      .update(`${code}${JSON.stringify(data)}`)
      .digest('hex');
    const free = this.#records.find((one) => one.messageId === messageId && one.processId === null);
    if (free) {
      free.at = at;
      free.userId = actor.robot ? 0 : actor.userId;
      return;
    }
    const fresh = { id: this.#nextId, event: code, data, messageId, at, error: false };
    this.#records.push({ ...fresh, userId: actor.robot ? 0 : actor.userId, processId: null });
    this.#nextId += 1;
  }

  all(): readonly OfflineRecord[] {
    return this.#records;
  }

  free(error: boolean): readonly OfflineRecord[] {
    return this.#records.filter((one) => one.processId === null && one.error === error);
  }

  drop(gone: readonly OfflineRecord[]): void {
    this.#records = this.#records.filter((one) => !gone.includes(one));
  }

  /** An empty process id names everything that is not reserved, as on the platform. */
  clear(wish: ClearWish, wins: 'id' | 'message_id'): void {
    const mine = this.#records.filter((one) => (one.processId ?? '') === wish.processId);
    const byId = (one: OfflineRecord): boolean => wish.ids?.includes(one.id) ?? true;
    const byMessage = (one: OfflineRecord): boolean =>
      wish.messageIds?.includes(one.messageId) ?? true;
    const both = wish.ids !== null && wish.messageIds !== null;
    const fits = (one: OfflineRecord): boolean =>
      both ? (wins === 'id' ? byId(one) : byMessage(one)) : byId(one) && byMessage(one);
    this.drop(mine.filter(fits));
  }
}
