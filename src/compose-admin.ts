/** The composition of the pages for administrators and leads. Part of the composition root. */
import type { AdminDeps } from './app/admin/admin-deps.ts';
import type { InstallDeps } from './app/install-portal.ts';
import type { PortalRegistry } from './app/ports/portals.ts';
import { composeAppProbe } from './compose-app-probe.ts';
import { portalTools } from './compose-tools.ts';
import type { ConnectedPortal, PortalPool } from './portal-pool.ts';
import { sayByName } from './text/catalog.ts';

export interface AdminParts {
  readonly pool: PortalPool;
  readonly registry: PortalRegistry;
  /** The store forgets everything at exit: the self-check says so. */
  readonly memoryOnly: boolean;
  readonly keepRegistered: (portalId: string) => Promise<void>;
  readonly install: InstallDeps;
}

/** Parts of a portal are made once per connection. */
export function adminDepsOf(parts: AdminParts): (portalId: string) => Promise<AdminDeps | null> {
  const { pool, registry } = parts;
  const made = new WeakMap<ConnectedPortal, AdminDeps>();
  return async (portalId) => {
    const [record, serves] = await Promise.all([registry.find(portalId), pool.serves(portalId)]);
    if (record === null || !serves) return null;
    const connected = await pool.connected(portalId);
    const known = made.get(connected);
    if (known) return known;
    const deps = adminDeps(connected, { ...parts, portalId, origin: record.origin });
    made.set(connected, deps);
    return deps;
  };
}

function adminDeps(
  { foundation, deps: client }: ConnectedPortal,
  {
    portalId,
    origin,
    memoryOnly,
    keepRegistered,
    install,
  }: AdminParts & { portalId: string; origin: string },
): AdminDeps {
  const tools = portalTools(foundation, { portalId, memoryOnly });
  return {
    portalId,
    origin,
    tools: { ...tools, lists: () => client, client: () => client },
    client,
    app: composeAppProbe(portalId, install),
    eventUrl: `${install.publicUrl()}${install.manifest.pages.events}`,
    say: sayByName,
    keepRegistered: () => keepRegistered(portalId),
  };
}
