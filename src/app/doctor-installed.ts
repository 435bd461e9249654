/** The doctor's checks of an installed app: its key, its payment, what of it is bound on the portal, its scopes. */
import type { Instant } from '../core/ticket.ts';
import type { Finding } from './doctor-findings.ts';
import { finding } from './doctor-findings.ts';
import type { AppProbe } from './ports/doctor.ts';
import type { PortalProbe } from './ports/setup.ts';

type Findings = Promise<readonly Finding[]>;

const DAY_MS = 86_400_000;
/** A refresh token lives 180 days (PORTAL 1.2); told a month before, a quiet portal can still be opened in time. */
const OLD_MS = 150 * DAY_MS;
const LOCAL = 'L';

/** Whose key the app works with, and how long it still does. */
export async function checkGrant(app: AppProbe, now: Instant): Findings {
  const [record, pair] = await Promise.all([app.record(), app.pair()]);
  if (record === null || pair === null) return [finding('grant', 'none')];
  const days = Math.floor((now - pair.expiresAt) / DAY_MS);
  if (now - pair.expiresAt > OLD_MS) return [finding('grant', 'old', { days })];
  if (pair.owner === 'system') return [finding('grant', 'ok')];
  const user = pair.userId;
  // A local app cannot be handed to a system user (trap 19): nothing to mend, but worth knowing.
  return [finding('grant', record.status === LOCAL ? 'installer' : 'no-system-user', { user })];
}

/** The platform's own word on payment and on the end of the installation (traps 27, 44). */
export async function checkPayment(app: AppProbe): Findings {
  const { installed, paymentExpired } = await app.standing();
  const found: Finding[] = [];
  if (paymentExpired) found.push(finding('payment', 'expired'));
  if (!installed) found.push(finding('payment', 'unfinished'));
  return found.length > 0 ? found : [finding('payment', 'ok')];
}

/** Handlers of events and tabs: not bound, or bound to an address that is no longer ours. */
export async function checkHandlers(app: AppProbe): Findings {
  const { events, placements } = await app.bindings();
  const missing = [...events.missing, ...placements.missing];
  const elsewhere = [...events.elsewhere, ...placements.elsewhere];
  const found: Finding[] = [];
  if (missing.length > 0) found.push(finding('handlers', 'missing', { what: missing.join(', ') }));
  if (elsewhere.length > 0) {
    found.push(finding('handlers', 'elsewhere', { what: elsewhere.join(', ') }));
  }
  return found.length > 0 ? found : [finding('handlers', 'ok')];
}

/** Scopes as the portal tells them now, against the app's manifest. */
export async function checkAppScopes(app: AppProbe, probe: PortalProbe): Findings {
  const granted = new Set(await probe.scopes());
  const missing = (scopes: readonly string[]) => scopes.filter((scope) => !granted.has(scope));
  const lacking = missing(app.scopes.required);
  const optional = missing(app.scopes.optional);
  const found: Finding[] = [];
  if (lacking.length > 0) {
    found.push(finding('scopes', 'missing-required', { scopes: lacking.join(', ') }));
  }
  if (optional.length > 0) {
    found.push(finding('scopes', 'missing-optional', { scopes: optional.join(', ') }));
  }
  return found.length > 0 ? found : [finding('scopes', 'ok')];
}
