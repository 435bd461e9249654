/** Names of keys. Everything of one portal shares a hash tag, so that one script may touch it on a cluster. */
export interface Keys {
  portal(portalId: string, name: string): string;
  /** Keys that belong to no portal. */
  app(name: string): string;
}

/** `cg:{<portalId>}:<name>`; another prefix keeps test suites apart. Throws on a portal id that would break the hash tag. */
export function createKeys(prefix = 'cg'): Keys {
  return {
    portal(portalId, name) {
      if (!/^[^{}\s]{1,128}$/.test(portalId)) throw new TypeError('not a portal id');
      return `${prefix}:{${portalId}}:${name}`;
    },
    app: (name) => `${prefix}:{app}:${name}`,
  };
}
