/** What the self-check asks about an installed app. Part of the composition root. */
import { wantedPlan } from './app/install-portal.ts';
import type { InstallDeps } from './app/install-portal.ts';
import type { AppProbe } from './app/ports/doctor.ts';

const NOTHING = { missing: [], elsewhere: [] };

export function composeAppProbe(portalId: string, install: InstallDeps): AppProbe {
  const { registry, manifest, registrarOf } = install;
  const named = (required: boolean): readonly string[] =>
    manifest.scopes.filter((one) => one.required === required).map(({ scope }) => scope);
  return {
    scopes: { required: named(true), optional: named(false) },
    record: () => registry.find(portalId),
    async pair() {
      const found =
        (await registry.tokens(portalId, 'system')) ??
        (await registry.tokens(portalId, 'installer'));
      // What it is asked for has no need of the tokens themselves.
      return found && { owner: found.owner, expiresAt: found.expiresAt, userId: found.userId };
    },
    standing: async () => (await registrarOf(portalId)).standing(),
    async bindings() {
      const plan = await wantedPlan(portalId, install);
      if (plan === null) return { events: NOTHING, placements: NOTHING };
      const registrar = await registrarOf(portalId);
      return {
        events: await registrar.compare('events', plan),
        placements: await registrar.compare('placements', plan),
      };
    },
  };
}
