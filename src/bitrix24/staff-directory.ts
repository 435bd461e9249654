/** People of the portal by id and by name (user.get, user.search); needs one of the user scopes. */
import type { StaffMember } from '../app/ports/settings.ts';
import { readBatch } from './owner-groups.ts';
import type { PortalClient } from './portal-client.ts';
import { flagOf, integerOf, rowsOf, textOf } from './read-value.ts';
import type { Json } from './read-value.ts';
import { isUnavailable, valueOf } from './unwrap.ts';
import type { CommandResult } from './unwrap.ts';

const READ = { priority: 'live', write: false } as const;
/** Names change rarely, and a page asks again with every look at a policy. */
const FRESH_MS = 10 * 60_000;
const MOST = 20;

export class StaffDirectory {
  readonly #client: PortalClient;
  /** null: nobody by that id works here. */
  readonly #known = new Map<number, { readonly member: StaffMember | null; readonly at: number }>();

  constructor(client: PortalClient) {
    this.#client = client;
  }

  /** Those of them who work at the company, in one request; null without the scope. */
  async of(ids: readonly number[]): Promise<readonly StaffMember[] | null> {
    const wanted = [...new Set(ids)].filter((id) => !this.#isFresh(id));
    const commands = wanted.map((id) => ({
      key: `u${id}`,
      method: 'user.get',
      params: { ID: id },
    }));
    const answers = await readBatch(this.#client, commands, 'live');
    for (const id of wanted) {
      const answer = answers.get(`u${id}`);
      if (isClosed(answer)) return null;
      const rows = rowsOf(answer ? valueOf('user.get', answer) : []);
      const row = rows.find((one) => integerOf(one['ID']) === id);
      this.#known.set(id, { member: row ? memberOf(row) : null, at: Date.now() });
    }
    return [...new Set(ids)].flatMap((id) => this.#known.get(id)?.member ?? []);
  }

  /** Best first; null without the scope. */
  async find(words: string): Promise<readonly StaffMember[] | null> {
    const searched = await this.#client.call('user.search', { FILTER: { FIND: words } }, READ);
    if (!isMissing(searched)) {
      if (isClosed(searched)) return null;
      return membersIn(valueOf('user.search', searched)).slice(0, MOST);
    }
    const filter = { NAME_SEARCH: words };
    const listed = await this.#client.call('user.get', { FILTER: filter }, READ);
    if (isClosed(listed)) return null;
    return membersIn(valueOf('user.get', listed))
      .filter(({ name }) => fits(name, words))
      .slice(0, MOST);
  }

  #isFresh(id: number): boolean {
    const known = this.#known.get(id);
    return known !== undefined && Date.now() - known.at < FRESH_MS;
  }
}

const isMissing = (answer: CommandResult): boolean =>
  !answer.ok && answer.code === 'ERROR_METHOD_NOT_FOUND';

const isClosed = (answer: CommandResult | undefined): boolean =>
  answer?.ok === false && (isUnavailable(answer.code) || answer.code === 'ACCESS_DENIED');

function membersIn(value: unknown): readonly StaffMember[] {
  return rowsOf(value).flatMap((row) => memberOf(row) ?? []);
}

/** null for people who left the company, and for guests and mail users, who cannot open it. */
function memberOf(row: Json): StaffMember | null {
  const id = integerOf(row['ID']);
  const left = row['ACTIVE'] !== undefined && !flagOf(row['ACTIVE']);
  const guest = row['USER_TYPE'] !== undefined && textOf(row['USER_TYPE']) !== 'employee';
  if (id === null || left || guest) return null;
  return { id, name: `${textOf(row['NAME'])} ${textOf(row['LAST_NAME'])}`.trim() };
}

/** Every word begins a word of the name. */
function fits(name: string, words: string): boolean {
  const parts = name.toLowerCase().split(/\s+/);
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => parts.some((part) => part.startsWith(word)));
}
