/** Names of the staff (user.get); needs the scope user_brief. */
import type { PortalClient } from './portal-client.ts';
import { rowsOf, textOf } from './read-value.ts';

/** Names change rarely; a scope granted meanwhile is noticed as soon. */
const FRESH_MS = 60 * 60_000;

export function staffNameCall(userId: number) {
  return { method: 'user.get', params: { ID: userId } } as const;
}

export class StaffNames {
  readonly #client: PortalClient;
  readonly #names = new Map<number, { readonly name: string; readonly readAt: number }>();

  constructor(client: PortalClient) {
    this.#client = client;
  }

  /** '' for a user who is gone, and without the scope. */
  async of(userId: number): Promise<string> {
    const known = this.#names.get(userId);
    if (known && Date.now() - known.readAt < FRESH_MS) return known.name;
    if (userId <= 0) return '';
    const options = { priority: 'live', write: false } as const;
    const { method, params } = staffNameCall(userId);
    const answer = await this.#client.call(method, params, options);
    const rows = answer.ok ? rowsOf(answer.value) : [];
    const row = rows.find((one) => textOf(one['ID']) === String(userId));
    const name = row ? `${textOf(row['NAME'])} ${textOf(row['LAST_NAME'])}`.trim() : '';
    this.#names.set(userId, { name, readAt: Date.now() });
    return name;
  }
}
