/** Records and tokens of installed portals. One hash per portal; secrets in it are sealed for that portal and field. */
import type { Redis } from './redis-client.ts';
import type {
  PortalChange,
  PortalRecord,
  PortalRegistry,
  PortalState,
  TokenOwner,
  TokenPair,
} from '../app/ports/portals.ts';
import type { Clock, Log } from '../app/ports/runtime.ts';
import { AppError } from '../errors.ts';
import { forgetPortalKeys, forgetPeopleOf } from './forget-portal.ts';
import type { Keys } from './keys.ts';
import { replicated } from './replicated.ts';
import type { SecretBox } from './secret-box.ts';
import { storeCall } from './store-call.ts';

export interface PortalRegistryOptions {
  readonly redis: Redis;
  readonly keys: Keys;
  readonly box: SecretBox;
  readonly clock: Clock;
  readonly log: Log;
}

const STATES: readonly PortalState[] = ['installing', 'active', 'needs-reconnecting', 'unpaid'];
const SEALED_FIELDS = ['applicationToken', 'tokens:installer', 'tokens:system'] as const;
type SealedField = (typeof SEALED_FIELDS)[number];

/** KEYS record · ARGV field value… — writes only where the portal is known: what was erased stays erased. */
const CHANGE = `
if redis.call('HEXISTS', KEYS[1], 'origin') == 0 then return 0 end
redis.call('HSET', KEYS[1], unpack(ARGV))
return 1`;

/** KEYS record · ARGV to updatedAt from… */
const MOVE_STATE = `
local state = redis.call('HGET', KEYS[1], 'state')
for i = 3, #ARGV do
  if state == ARGV[i] then
    redis.call('HSET', KEYS[1], 'state', ARGV[1], 'updatedAt', ARGV[2])
    return 1
  end
end
return 0`;

/** KEYS record · ARGV field old new — a value written meanwhile is left alone. */
const REPLACE = `
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1`;

export function createPortalRegistry(options: PortalRegistryOptions): PortalRegistry {
  return new RedisPortalRegistry(options);
}

class RedisPortalRegistry implements PortalRegistry {
  readonly #options: PortalRegistryOptions;

  constructor(options: PortalRegistryOptions) {
    this.#options = options;
  }

  async find(portalId: string): Promise<PortalRecord | null> {
    const fields = await storeCall(() => this.#redis.hgetall(this.#key(portalId)));
    return this.#read(portalId, fields);
  }

  async states(): Promise<ReadonlyMap<string, PortalState>> {
    const found = await storeCall(() => this.#redis.hgetall(this.#states));
    return new Map(
      Object.entries(found).map(([portalId, state]) => [portalId, stateOf(state)] as const),
    );
  }

  async save({ portalId, ...record }: PortalRecord): Promise<void> {
    const { installedAt, updatedAt, ...change } = record;
    await storeCall(async () => {
      await this.#redis.hset(this.#key(portalId), {
        ...this.#fields(portalId, change),
        installedAt,
        updatedAt,
      });
      await this.#redis.hset(this.#states, portalId, record.state);
      await replicated(this.#redis, this.#key(portalId));
      // Settings of an earlier installation are served again at once.
      const policies = await this.#redis.exists(this.#options.keys.portal(portalId, 'policies'));
      if (policies === 1) await this.#redis.sadd(this.#options.keys.app('portals'), portalId);
    });
  }

  async change(portalId: string, change: PortalChange): Promise<boolean> {
    const fields = {
      ...this.#fields(portalId, change),
      updatedAt: String(this.#options.clock.now()),
    };
    const known = await this.#write(portalId, fields);
    if (known && change.state !== undefined) {
      await storeCall(() => this.#redis.hset(this.#states, portalId, change.state ?? ''));
    }
    return known;
  }

  async moveState(
    portalId: string,
    from: readonly PortalState[],
    to: PortalState,
  ): Promise<boolean> {
    const now = String(this.#options.clock.now());
    return storeCall(async () => {
      const key = this.#key(portalId);
      const moved = Number(await this.#redis.eval(MOVE_STATE, 1, key, to, now, ...from)) === 1;
      // Also when nothing moved: a process that died between the two writes is made good.
      const state = moved ? to : await this.#redis.hget(key, 'state');
      if (state !== null) await this.#redis.hset(this.#states, portalId, state);
      return moved;
    });
  }

  async tokens(portalId: string, owner: TokenOwner): Promise<TokenPair | null> {
    const field = `tokens:${owner}` as const;
    const sealed = await storeCall(() => this.#redis.hget(this.#key(portalId), field));
    if (sealed !== null && !this.#options.box.knows(sealed)) throw sealedElsewhere();
    const text = sealed === null ? null : this.#open(portalId, field, sealed);
    return text === null ? null : readPair(text, owner);
  }

  saveTokens(portalId: string, pair: TokenPair): Promise<boolean> {
    const { owner, ...kept } = pair;
    const field = `tokens:${owner}` as const;
    return this.#write(portalId, { [field]: this.#seal(portalId, field, JSON.stringify(kept)) });
  }

  async dropTokens(portalId: string, owner: TokenOwner): Promise<void> {
    await storeCall(() => this.#redis.hdel(this.#key(portalId), `tokens:${owner}`));
  }

  async erase(portalId: string, { clean }: { readonly clean: boolean }): Promise<void> {
    const { keys } = this.#options;
    await storeCall(async () => {
      // Tokens first: whatever else goes wrong, nothing can be done on the portal any more.
      await this.#redis.hset(this.#erased, portalId, clean ? 'all' : 'people');
      await this.#redis.del(this.#key(portalId));
      await this.#redis.hdel(this.#states, portalId);
      await this.#redis.srem(keys.app('portals'), portalId);
    });
    await this.#forget(portalId, clean);
  }

  async eraseRest({ last }: { readonly last: boolean }): Promise<void> {
    const erased = await storeCall(() => this.#redis.hgetall(this.#erased));
    for (const [portalId, what] of Object.entries(erased)) {
      const back = await storeCall(() => this.#redis.exists(this.#key(portalId)));
      if (back === 0) await this.#forget(portalId, what === 'all');
      if (last || back === 1) await storeCall(() => this.#redis.hdel(this.#erased, portalId));
    }
  }

  async #forget(portalId: string, clean: boolean): Promise<void> {
    const forget = clean ? forgetPortalKeys : forgetPeopleOf;
    await forget(this.#redis, this.#options.keys, portalId);
  }

  async reseal(): Promise<number> {
    let resealed = 0;
    for (const portalId of (await this.states()).keys()) {
      const key = this.#key(portalId);
      for (const field of SEALED_FIELDS) {
        const sealed = await storeCall(() => this.#redis.hget(key, field));
        if (sealed === null || this.#options.box.isCurrent(sealed)) continue;
        const text = this.#open(portalId, field, sealed);
        if (text === null) continue;
        const anew = this.#seal(portalId, field, text);
        resealed += Number(
          await storeCall(() => this.#redis.eval(REPLACE, 1, key, field, sealed, anew)),
        );
      }
    }
    return resealed;
  }

  get #redis(): Redis {
    return this.#options.redis;
  }

  get #states(): string {
    return this.#options.keys.app('portal-states');
  }

  /** Portals erased lately, and how thoroughly. */
  get #erased(): string {
    return this.#options.keys.app('portals-erased');
  }

  #key(portalId: string): string {
    return this.#options.keys.portal(portalId, 'portal');
  }

  async #write(portalId: string, fields: Readonly<Record<string, string>>): Promise<boolean> {
    const values = Object.entries(fields).flat();
    return storeCall(async () => {
      const key = this.#key(portalId);
      const known = Number(await this.#redis.eval(CHANGE, 1, key, ...values)) === 1;
      // A refresh token used up cannot be had again.
      await replicated(this.#redis, key);
      return known;
    });
  }

  #fields(portalId: string, change: PortalChange): Record<string, string> {
    const { applicationToken, scopes, ...plain } = change;
    const fields: Record<string, string> = {};
    for (const [name, value] of Object.entries(plain)) fields[name] = String(value);
    if (scopes !== undefined) fields['scopes'] = scopes.join(' ');
    if (applicationToken !== undefined) {
      fields['applicationToken'] = this.#seal(portalId, 'applicationToken', applicationToken);
    }
    return fields;
  }

  #seal(portalId: string, purpose: SealedField, text: string): string {
    return this.#options.box.seal(text, { portalId, purpose });
  }

  #open(portalId: string, purpose: SealedField, sealed: string): string | null {
    const text = this.#options.box.open(sealed, { portalId, purpose });
    if (text === null) {
      this.#options.log.error(
        { portalId, purpose },
        'A stored secret cannot be opened: put the secret that sealed it into APP_SECRETS_OLD, or open the app on the portal',
      );
    }
    return text;
  }

  #read(portalId: string, fields: Readonly<Record<string, string>>): PortalRecord | null {
    const { origin, oauthEndpoint } = fields;
    if (origin === undefined || oauthEndpoint === undefined) return null;
    const text = (name: string): string => fields[name] ?? '';
    const number = (name: string): number => Number(fields[name] ?? 0);
    return {
      portalId,
      origin,
      oauthEndpoint,
      applicationToken: this.#open(portalId, 'applicationToken', text('applicationToken')) ?? '',
      scopes: text('scopes')
        .split(' ')
        .filter((scope) => scope !== ''),
      status: text('status'),
      version: text('version'),
      language: text('language') === 'ru' ? 'ru' : 'en',
      installerId: number('installerId'),
      state: stateOf(fields['state']),
      registered: text('registered'),
      installedAt: number('installedAt'),
      updatedAt: number('updatedAt'),
    };
  }
}

/** No verdict on the portal: while a secret is changed, another process can open what this one cannot. */
const sealedElsewhere = (): AppError =>
  new AppError(
    'config-invalid',
    'The tokens of a portal are sealed with a secret that is not named here: put it into APP_SECRETS_OLD, or, where it is lost, open the app on the portal',
    { detail: 'APP_SECRET' },
  );

function stateOf(state: string | undefined): PortalState {
  return STATES.find((known) => known === state) ?? 'needs-reconnecting';
}

function readPair(text: string, owner: TokenOwner): TokenPair | null {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null) return null;
  const read = (name: string): unknown => Reflect.get(value, name);
  return {
    owner,
    accessToken: String(read('accessToken')),
    refreshToken: String(read('refreshToken')),
    expiresAt: Number(read('expiresAt')),
    userId: Number(read('userId')),
  };
}
