/** What the app asks of a portal, as app-manifest.json lists it: the one list for installer, documentation and tests. */
import type { Nested, RegistrationPart, RegistrationPlan } from './ports/registration.ts';
import type { Language } from './ports/texts.ts';

type Words = Readonly<Record<Language, string>>;

interface Listed {
  /** Scope without which it cannot be registered; '' for none. */
  readonly scope: string;
  /** Without it the gate does not work: the installation says so and does not end. */
  readonly required: boolean;
}

export interface AppManifest {
  readonly version: string;
  readonly name: Words;
  /** Paths under PUBLIC_URL. */
  readonly pages: { readonly main: string; readonly install: string; readonly events: string };
  readonly scopes: readonly {
    readonly scope: string;
    readonly required: boolean;
    readonly reason: Words;
  }[];
  readonly events: readonly (Listed & { readonly event: string })[];
  readonly placements: readonly (Listed & {
    /** `{entityTypeId}` stands for each smart process that has a policy. */
    readonly placement: string;
    readonly handler: string;
    readonly title: Words;
  })[];
  readonly robots: readonly (Listed & {
    readonly code: string;
    readonly handler: string;
    readonly waits: boolean;
    readonly name: Words;
    readonly description: Words;
    readonly properties: Readonly<Record<string, Nested>>;
    readonly returns: Readonly<Record<string, Nested>>;
  })[];
  readonly triggers: readonly (Listed & { readonly code: string; readonly name: Words })[];
  /** Labels that the app's records put onto the board. */
  readonly badges: readonly (Listed & {
    readonly code: string;
    readonly type: string;
    readonly title: Words;
    readonly value: Words;
  })[];
  /** Changes with the file's content, so that portals registered by an older one are registered again. */
  readonly digest: string;
}

export interface PlanFor {
  readonly publicUrl: string;
  /** Scopes the portal granted; an empty list means that it did not say: everything is tried. */
  readonly scopes: readonly string[];
  /** Ticket types with a policy. */
  readonly entityTypeIds: readonly number[];
  readonly language: Language;
}

const DEAL = 2;
const PER_TYPE = '{entityTypeId}';

/** The manifest made ready for one portal. */
export function registrationPlan(manifest: AppManifest, portal: PlanFor): RegistrationPlan {
  const { publicUrl, language } = portal;
  const granted = <T extends Listed>(items: readonly T[]): readonly T[] =>
    items.filter(({ scope }) => isGranted(scope, portal.scopes));
  const types = [...new Set(portal.entityTypeIds)].filter((type) => type !== DEAL);
  return {
    events: granted(manifest.events).map(({ event }) => ({
      event,
      handler: `${publicUrl}${manifest.pages.events}`,
    })),
    placements: granted(manifest.placements).flatMap(({ placement, handler, title }) => {
      const bound = { handler: `${publicUrl}${handler}`, title: title[language], titles: title };
      return placement.includes(PER_TYPE)
        ? types.map((type) => ({ placement: placement.replace(PER_TYPE, String(type)), ...bound }))
        : [{ placement, ...bound }];
    }),
    robots: granted(manifest.robots).map(({ handler, ...robot }) => ({
      ...robot,
      handler: `${publicUrl}${handler}`,
    })),
    triggers: granted(manifest.triggers).map(({ code, name }) => ({ code, name: name[language] })),
    badges: granted(manifest.badges).map(({ code, type, title, value }) => ({
      code,
      type,
      title,
      value,
    })),
  };
}

/** Changes when the portal has to be registered anew. */
export function registrationMark(manifest: AppManifest, portal: PlanFor): string {
  const types = [...new Set(portal.entityTypeIds)].toSorted((a, b) => a - b);
  const scopes = portal.scopes.toSorted();
  return [
    manifest.digest,
    portal.publicUrl,
    types.join(','),
    scopes.join(','),
    portal.language,
  ].join(' ');
}

/** Codes of this part without which the gate does not work. */
export function requiredOf(manifest: AppManifest, part: RegistrationPart): ReadonlySet<string> {
  const named: readonly (Listed & { readonly what: string })[] = [
    ...(part === 'events' ? manifest.events.map((e) => ({ ...e, what: e.event })) : []),
    ...(part === 'placements' ? manifest.placements.map((p) => ({ ...p, what: p.placement })) : []),
    ...(part === 'robots' ? manifest.robots.map((r) => ({ ...r, what: r.code })) : []),
    ...(part === 'triggers' ? manifest.triggers.map((t) => ({ ...t, what: t.code })) : []),
    ...(part === 'badges' ? manifest.badges.map((b) => ({ ...b, what: b.code })) : []),
  ];
  return new Set(named.filter(({ required }) => required).map(({ what }) => what));
}

/** Required scopes that the portal did not grant. */
export function missingScopes(
  manifest: AppManifest,
  granted: readonly string[],
): readonly string[] {
  return manifest.scopes
    .filter(({ scope, required }) => required && !isGranted(scope, granted))
    .map(({ scope }) => scope);
}

function isGranted(scope: string, granted: readonly string[]): boolean {
  return scope === '' || granted.length === 0 || granted.includes(scope);
}
