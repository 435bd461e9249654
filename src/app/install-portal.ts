/**
 * A portal's way in and out (PORTAL 1.4 to 1.6): first contact, registration step by step, lifecycle events, uninstallation. What a
 * request says about itself is checked by asking; only a known portal's own token is believed.
 */
import type { AppManifest, PlanFor } from './manifest.ts';
import { missingScopes, registrationMark, registrationPlan, requiredOf } from './manifest.ts';
import type {
  ContactRefusal,
  FirstContact,
  PortalRecord,
  PortalRegistry,
  PortalVerifier,
  VerifiedPortal,
} from './ports/portals.ts';
import { REGISTRATION_PARTS } from './ports/registration.ts';
import type {
  AppRegistrar,
  RegistrationPart,
  RegistrationPlan,
  RegistrationProblem,
  RegistrationResult,
} from './ports/registration.ts';
import type { Clock, Log } from './ports/runtime.ts';
import type { PolicyStore } from './ports/state.ts';
import type { ClosingPolicy } from '../core/policy.ts';
import { AppError } from '../errors.ts';

export interface InstallDeps {
  readonly registry: PortalRegistry;
  readonly verifier: PortalVerifier;
  readonly policies: Pick<PolicyStore, 'list'>;
  readonly manifest: AppManifest;
  readonly publicUrl: () => string;
  readonly registrarOf: (portalId: string) => Promise<AppRegistrar>;
  /** Everything this process keeps about a connected portal is dropped: its key or address has changed. */
  readonly disconnect: (portalId: string) => void;
  /** Compares secrets in constant time; false for an empty one. */
  readonly sameSecret: (given: string, stored: string) => boolean;
  readonly clock: Clock;
  readonly log: Log;
}

export type InstallRefusal = ContactRefusal | 'not-admin';

export type InstallAnswer =
  | { readonly ok: true; readonly portal: PortalRecord }
  | { readonly ok: false; readonly refused: InstallRefusal };

/**
 * `page`: the installer is open, steps follow and the portal is served when they are done. `server`: the portal
 * installs by itself, `opened`: an administrator opened the app of a portal that is not served; both are registered
 * by the upkeep.
 */
export type InstallForm = 'page' | 'server' | 'opened';

/** First contact, reinstallation, or healing of a dead grant. @throws AppError when the platform is away */
export async function installPortal(
  contact: FirstContact,
  form: InstallForm,
  deps: InstallDeps,
): Promise<InstallAnswer> {
  const { registry, log, clock } = deps;
  const { portalId } = contact;
  const again = form === 'page' ? await knownAdmin(contact, deps) : null;
  if (again !== null) return { ok: true, portal: again };
  const answer = await deps.verifier.verify(contact);
  if (!answer.ok || !answer.verified.admin) {
    const refused = answer.ok ? 'not-admin' : answer.refused;
    log.warn({ portalId, refused, form }, 'A portal was not connected');
    return { ok: false, refused };
  }
  const known = await registry.find(portalId);
  const now = clock.now();
  const portal: PortalRecord = {
    ...recordOf(contact, answer.verified),
    state: form === 'page' && known?.state !== 'active' ? 'installing' : 'active',
    registered: '',
    installedAt: known?.installedAt ?? now,
    updatedAt: now,
  };
  await registry.save(portal);
  await registry.saveTokens(portalId, { ...answer.verified.pair, owner: 'installer' });
  deps.disconnect(portalId);
  log.info({ portalId, form, state: portal.state }, 'A portal was connected');
  return { ok: true, portal };
}

/**
 * The app was opened: a portal that is not served (dead grant, lost record) is connected anew when it is an administrator who
 * opened it. Whoever else did costs one question at most. @throws AppError when the platform is away
 */
export async function healPortal(contact: FirstContact, deps: InstallDeps): Promise<void> {
  const portal = await deps.registry.find(contact.portalId);
  // Without its token the portal's key was sealed with a secret that is lost: it works for nobody.
  const readable = portal !== null && portal.applicationToken !== '';
  if (readable && (portal.state === 'active' || portal.state === 'installing')) return;
  if (portal !== null) {
    const user = await deps.verifier.identify(portal, contact.accessToken);
    if (user?.admin !== true) return;
  }
  await installPortal(contact, 'opened', deps);
}

/** The page opened again on a portal whose key works: no new grant is taken, a refresh too many is one too many. */
async function knownAdmin(
  { portalId, applicationToken, accessToken }: FirstContact,
  { registry, verifier, sameSecret }: InstallDeps,
): Promise<PortalRecord | null> {
  const portal = await registry.find(portalId);
  if (portal === null || !sameSecret(applicationToken, portal.applicationToken)) return null;
  if (portal.state !== 'active' && portal.state !== 'installing') return null;
  const user = await verifier.identify(portal, accessToken);
  if (user?.admin !== true) return null;
  await registry.change(portalId, { registered: '' });
  return portal;
}

function recordOf(contact: FirstContact, verified: VerifiedPortal) {
  const { portalId, applicationToken, version, language } = contact;
  const { origin, oauthEndpoint, scopes, status, pair } = verified;
  const said = { portalId, applicationToken, version, language };
  return { ...said, origin, oauthEndpoint, scopes, status, installerId: pair.userId };
}

/** The system user's pair (ONAPPUSERREADY): kept beside the installer's and preferred from then on. */
export async function takeSystemUser(
  contact: FirstContact,
  { registry, verifier, disconnect, log }: InstallDeps,
): Promise<boolean> {
  const { portalId } = contact;
  const answer = await verifier.verify(contact);
  if (!answer.ok) {
    log.warn({ portalId, refused: answer.refused }, 'A system user was not accepted');
    return false;
  }
  const saved = await registry.saveTokens(portalId, { ...answer.verified.pair, owner: 'system' });
  disconnect(portalId);
  return saved;
}

export const INSTALL_STEPS = ['scopes', ...REGISTRATION_PARTS, 'finish'] as const;
export type InstallStep = (typeof INSTALL_STEPS)[number];

export interface StepAnswer {
  readonly ok: boolean;
  readonly added: number;
  /** What stands between the portal and a working gate (`ok` false), or what will be missed. */
  readonly problems: readonly RegistrationProblem[];
}

/** One step of the installation; safe to repeat. null for a portal that is not known. @throws AppError for outages */
export async function runInstallStep(
  portalId: string,
  step: InstallStep,
  deps: InstallDeps,
): Promise<StepAnswer | null> {
  const portal = await deps.registry.find(portalId);
  if (portal === null) return null;
  const plan = await planFor(portal, deps);
  if (step === 'scopes') {
    const missing = missingScopes(deps.manifest, portal.scopes);
    const problems = missing.map((what) => ({ what, code: 'scope' }));
    return { ok: missing.length === 0, added: 0, problems };
  }
  if (step === 'finish') {
    const registered = registrationMark(deps.manifest, plan);
    await deps.registry.change(portalId, { state: 'active', registered });
    return { ok: true, added: 0, problems: [] };
  }
  return carryOut(portal, step, plan, deps);
}

async function carryOut(
  { portalId, installerId }: PortalRecord,
  part: RegistrationPart,
  plan: PlanFor,
  deps: InstallDeps,
): Promise<StepAnswer> {
  const registrar = await deps.registrarOf(portalId);
  const required = requiredOf(deps.manifest, part);
  let result: RegistrationResult;
  try {
    result = await registrar.carryOut(part, registrationPlan(deps.manifest, plan), installerId);
  } catch (error) {
    // A part the portal does not offer (plan, box edition, scope) is a problem of that part, not of the installation.
    if (!(error instanceof AppError) || error.retry !== 'never') throw error;
    if (error.code === 'portal-denied' && isLost(error)) throw error;
    const problems = [{ what: part, code: error.detail }];
    return { ok: required.size === 0, added: 0, problems };
  }
  const { added, problems } = result;
  return { ok: !problems.some(({ what }) => required.has(what)), added, problems };
}

/** The key itself is lost, which no step can do without. */
function isLost({ detail }: AppError): boolean {
  return ['needs-reconnecting', 'unpaid', 'not-installed'].includes(detail);
}

async function planFor(portal: PortalRecord, deps: InstallDeps): Promise<PlanFor> {
  const policies = await deps.policies.list(portal.portalId).catch(readable);
  return {
    publicUrl: deps.publicUrl(),
    scopes: portal.scopes,
    language: portal.language,
    entityTypeIds: policies.map(({ pipeline }) => pipeline.entityTypeId),
  };
}

/** What should stand on the portal now; null for one that is not known. */
export async function wantedPlan(
  portalId: string,
  deps: InstallDeps,
): Promise<RegistrationPlan | null> {
  const portal = await deps.registry.find(portalId);
  return portal === null ? null : registrationPlan(deps.manifest, await planFor(portal, deps));
}

/** Settings that cannot be read are told elsewhere; the app's own page must be reachable to mend them. */
function readable(error: unknown): readonly ClosingPolicy[] {
  if (error instanceof AppError && error.code === 'policy-invalid') return [];
  throw error;
}

/** Registers what is not registered as the manifest says now. Called on a schedule and after a lifecycle event. */
export async function keepRegistered(portalId: string, deps: InstallDeps): Promise<void> {
  const portal = await deps.registry.find(portalId);
  if (portal?.state !== 'active') return;
  const plan = await planFor(portal, deps);
  const mark = registrationMark(deps.manifest, plan);
  if (portal.registered === mark) return;
  for (const part of REGISTRATION_PARTS) {
    const { added, problems } = await carryOut(portal, part, plan, deps);
    if (added > 0 || problems.length > 0) {
      deps.log.info({ portalId, part, added, problems }, 'A portal was registered');
    }
  }
  await deps.registry.change(portalId, { registered: mark });
}

/** Asks the portal whether the app may be used there: the platform's own word on payment (PORTAL 1.5, trap 44). */
export async function checkPayment(portalId: string, deps: InstallDeps): Promise<void> {
  const { registry, log } = deps;
  const portal = await registry.find(portalId);
  if (portal === null || portal.state === 'needs-reconnecting') return;
  // Open for the question alone; a refused key closes it again.
  await registry.moveState(portalId, ['unpaid'], 'active');
  deps.disconnect(portalId);
  const standing = await (await deps.registrarOf(portalId)).standing();
  if (standing.paymentExpired && (await registry.moveState(portalId, ['active'], 'unpaid'))) {
    log.warn(
      { portalId },
      'The paid period of a portal is over: it is not served until it is paid',
    );
    return;
  }
  if (standing.status !== '') await registry.change(portalId, { status: standing.status });
}

/** Handlers stop, tokens and what is about people goes; with `clean` settings and journal too. The CRM keeps its data. */
export async function uninstallPortal(
  portalId: string,
  clean: boolean,
  { registry, disconnect, log }: InstallDeps,
): Promise<void> {
  disconnect(portalId);
  await registry.erase(portalId, { clean });
  log.info({ portalId, clean }, 'The app was removed from a portal and its data erased');
}
