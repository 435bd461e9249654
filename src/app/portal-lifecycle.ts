/** Events about the app itself (PORTAL 1.5). Tokens of events are looked at here once and never kept in a queue or used for work. */
import { checkPayment, installPortal, takeSystemUser, uninstallPortal } from './install-portal.ts';
import type { InstallDeps } from './install-portal.ts';
import type { FirstContact, PortalRecord } from './ports/portals.ts';

export const LIFECYCLE_EVENTS = [
  'ONAPPINSTALL',
  'ONAPPUPDATE',
  'ONAPPUSERREADY',
  'ONAPPPAYMENT',
  'ONAPPUNINSTALL',
] as const;
export type LifecycleCode = (typeof LIFECYCLE_EVENTS)[number];

export interface LifecycleEvent {
  readonly code: LifecycleCode;
  readonly portalId: string;
  /** '' where the event carries none. */
  readonly applicationToken: string;
  /** The installer's auth; null where the event carries no working one. */
  readonly contact: FirstContact | null;
  /** The system user's auth (ONAPPUSERREADY only). */
  readonly systemUser: FirstContact | null;
  /** '' when the event does not say. */
  readonly version: string;
  readonly clean: boolean;
}

/** `refused`: neither the portal's own token nor an auth that the platform confirms. */
export type LifecycleAnswer = 'done' | 'refused';

/** @throws AppError when the platform or the store is away */
export async function portalLifecycle(
  event: LifecycleEvent,
  deps: InstallDeps,
): Promise<LifecycleAnswer> {
  const portal = await deps.registry.find(event.portalId);
  const known = portal !== null && deps.sameSecret(event.applicationToken, portal.applicationToken);
  switch (event.code) {
    case 'ONAPPPAYMENT':
      // It comes without a token: a hint to ask, nothing more.
      if (portal === null) return 'refused';
      await checkPayment(event.portalId, deps);
      return 'done';
    case 'ONAPPUNINSTALL':
      if (!known) return 'refused';
      await uninstallPortal(event.portalId, event.clean, deps);
      return 'done';
    case 'ONAPPUSERREADY':
      return systemUserReady(event, known, deps);
    case 'ONAPPINSTALL':
    case 'ONAPPUPDATE':
      return installed(event, known ? portal : null, deps);
  }
}

/** A known portal whose key works needs no new one; any other comes as on its first day, also with a new application token. */
async function installed(
  { portalId, version, contact }: LifecycleEvent,
  known: PortalRecord | null,
  deps: InstallDeps,
): Promise<LifecycleAnswer> {
  if (known !== null && (known.state === 'active' || known.state === 'installing')) {
    // Bindings may have gone with the old version (PORTAL trap 28).
    const change = { registered: '', ...(version === '' ? {} : { version }) };
    await deps.registry.change(portalId, change);
    return 'done';
  }
  if (contact === null) return 'refused';
  const answer = await installPortal(contact, 'server', deps);
  return answer.ok ? 'done' : 'refused';
}

async function systemUserReady(
  { contact, systemUser }: LifecycleEvent,
  known: boolean,
  deps: InstallDeps,
): Promise<LifecycleAnswer> {
  if (systemUser === null) return 'refused';
  if (!known) {
    // It may come before ONAPPINSTALL: then the installer's auth beside it is the first contact.
    if (contact === null || !(await installPortal(contact, 'server', deps)).ok) return 'refused';
  }
  return (await takeSystemUser(systemUser, deps)) ? 'done' : 'refused';
}
