/** What REDIS_URL says: one server, the server that Sentinel names, or a cluster. Reads no environment and connects nowhere. */

export interface RedisHost {
  readonly host: string;
  readonly port: number;
}

interface Access {
  readonly hosts: readonly RedisHost[];
  readonly tls: boolean;
  readonly username: string;
  readonly password: string;
}

export type RedisAddress =
  | { readonly kind: 'single'; readonly url: string }
  | (Access & {
      readonly kind: 'sentinel';
      readonly master: string;
      readonly db: number;
      /** Of the sentinels themselves; '' for none. */
      readonly sentinelUsername: string;
      readonly sentinelPassword: string;
    })
  | (Access & { readonly kind: 'cluster' });

/** What is wrong with it, by the name of the form it tries to have. */
export type RedisAddressProblem = 'not-redis' | 'not-sentinels' | 'not-cluster';

const SENTINEL_PORT = 26_379;
const REDIS_PORT = 6379;
/** A list of hosts with commas is no URL, so that these two are taken apart by hand. */
const MANY =
  /^(rediss?)\+(sentinel|cluster):\/\/(?:([^@/]*)@)?([^@/?#]*)(\/[^?#]*)?(?:\?([^#]*))?$/;
const HOST = /^(?:\[([\da-f:.]+)\]|([\w-]+(?:\.[\w-]+)*))(?::(\d{1,5}))?$/i;

/**
 * `redis://…`, `redis+sentinel://user:password@host:26379,host:26379/master` with `?sentinelPassword=…`, or
 * `redis+cluster://user:password@host:6379,host:6379`; `rediss` for TLS. Passwords are percent-encoded.
 */
export function parseRedisAddress(value: string): RedisAddress | RedisAddressProblem {
  if (!/^rediss?\+(?:sentinel|cluster):/.test(value)) return single(value);
  const problem = /^rediss?\+sentinel:/.test(value) ? 'not-sentinels' : 'not-cluster';
  try {
    return many(value) ?? problem;
  } catch {
    // A percent sign that encodes nothing.
    return problem;
  }
}

function many(value: string): RedisAddress | null {
  const [, scheme, form, user = '', list = '', path = '', query = ''] = MANY.exec(value) ?? [];
  const sentinel = form === 'sentinel';
  const hosts = readHosts(list, sentinel ? SENTINEL_PORT : REDIS_PORT);
  if (scheme === undefined || hosts === null) return null;
  const access: Access = { hosts, tls: scheme === 'rediss', ...readUser(user) };
  return sentinel ? ofSentinels(access, path, query) : ofCluster(access, path, query);
}

function single(url: string): RedisAddress | RedisAddressProblem {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  return parsed && /^rediss?:$/.test(parsed.protocol) && parsed.hostname !== ''
    ? { kind: 'single', url }
    : 'not-redis';
}

function ofSentinels(access: Access, path: string, query: string) {
  const [, master, db = '0'] = /^\/([\w.-]+)(?:\/(\d{1,4}))?$/.exec(path) ?? [];
  const asked = new URLSearchParams(query);
  const known = [...asked.keys()].every((key) => /^sentinel(?:Username|Password)$/.test(key));
  if (master === undefined || !known) return null;
  return {
    ...access,
    kind: 'sentinel',
    master,
    db: Number(db),
    sentinelUsername: asked.get('sentinelUsername') ?? '',
    sentinelPassword: asked.get('sentinelPassword') ?? '',
  } as const;
}

function ofCluster(access: Access, path: string, query: string) {
  // A cluster has no numbered databases.
  return (path === '' || path === '/') && query === ''
    ? ({ ...access, kind: 'cluster' } as const)
    : null;
}

function readHosts(list: string, usualPort: number): readonly RedisHost[] | null {
  const hosts = list.split(',').flatMap((text) => readHost(text.trim(), usualPort) ?? []);
  return hosts.length === list.split(',').length ? hosts : null;
}

function readHost(text: string, usualPort: number): RedisHost | null {
  const [whole, six, name, port] = HOST.exec(text) ?? [];
  if (whole === undefined) return null;
  const number = Number(port ?? usualPort);
  return number >= 1 && number <= 65_535 ? { host: six ?? name ?? '', port: number } : null;
}

function readUser(text: string): Pick<Access, 'username' | 'password'> {
  const at = text.indexOf(':');
  const [username, password] = at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
  return { username: decodeURIComponent(username), password: decodeURIComponent(password) };
}
