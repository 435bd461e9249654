/** Whether a call from outside is one of a portal that installed the app: by member id, then by the portal's own token. */
import type { PortalRegistry, PortalState } from './ports/portals.ts';

export interface KnownPortals {
  /** State of the portal whose token it is; null for a stranger. @throws AppError store-unavailable */
  recognise(portalId: string, applicationToken: string): Promise<PortalState | null>;
  forget(portalId: string): void;
}

export interface KnownPortalsOptions {
  readonly registry: Pick<PortalRegistry, 'find'>;
  /** Compares secrets in constant time; false for an empty one. */
  readonly sameSecret: (given: string, stored: string) => boolean;
  /** Milliseconds that only ever grow. */
  readonly now: () => number;
}

interface Seen {
  readonly token: string;
  readonly state: PortalState;
  readonly at: number;
}

/** A flood of events reads the store once; another process's change is seen after this time. */
const GOOD_MS = 15_000;
/** A token that does not fit may be a new one: read again, but not for each of a stranger's tries. */
const LOOK_AGAIN_MS = 1000;
const MOST = 5000;

export function createKnownPortals(options: KnownPortalsOptions): KnownPortals {
  const { registry, sameSecret, now } = options;
  const seen = new Map<string, Seen | { readonly token: null; readonly at: number }>();

  async function look(portalId: string): Promise<Seen | null> {
    const record = await registry.find(portalId);
    const at = now();
    const found = record && { token: record.applicationToken, state: record.state, at };
    seen.delete(portalId);
    seen.set(portalId, found ?? { token: null, at });
    if (seen.size > MOST) seen.delete(seen.keys().next().value ?? '');
    return found;
  }
  return {
    async recognise(portalId, applicationToken) {
      const last = seen.get(portalId);
      const age = last === undefined ? Number.POSITIVE_INFINITY : now() - last.at;
      const fits = (known: Seen): boolean => sameSecret(applicationToken, known.token);
      if (last !== undefined && last.token !== null && age < GOOD_MS && fits(last))
        return last.state;
      if (age < LOOK_AGAIN_MS) return null;
      const found = await look(portalId);
      return found !== null && fits(found) ? found.state : null;
    },
    forget: (portalId) => void seen.delete(portalId),
  };
}
