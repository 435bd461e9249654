/** Looks the installation over: findings as data, each check on its own, none hiding another. */
import type { ClosingPolicy } from '../core/policy.ts';
import { refKey } from '../core/ticket.ts';
import { AppError } from '../errors.ts';
import {
  checkCalendar,
  checkClock,
  checkFields,
  checkOutbox,
  checkRedis,
  checkRights,
  checkScopes,
  checkStages,
  checkToken,
  checkWebhook,
} from './doctor-checks.ts';
import type { DoctorCheck, Finding } from './doctor-findings.ts';
import { finding } from './doctor-findings.ts';
import type { Outbox } from './ports/client.ts';
import type { EventCounters } from './ports/rings.ts';
import type { Clock } from './ports/runtime.ts';
import type { PortalProbe } from './ports/setup.ts';
import type { PolicyStore } from './ports/state.ts';
import type { CalendarProbe, StoreProbe } from './ports/tools.ts';

/** One check may take this long; the round trip of an event has its own time. */
const CHECK_MS = 15_000;
const EVENT_WAIT_MS = 20_000;
const EVENT_POLL_MS = 250;

export interface DoctorDeps {
  readonly portalId: string;
  readonly probe: PortalProbe;
  readonly policies: PolicyStore;
  readonly storeProbe: StoreProbe;
  readonly eventCounters: EventCounters;
  readonly clock: Clock;
  readonly calendar: CalendarProbe;
  readonly outbox: Pick<Outbox, 'standing'>;
}

export interface DoctorOptions {
  readonly eventTokenCount: number;
  /** Where the portal should send events, for the remedy's text. */
  readonly eventUrl: string;
  /** false: nothing is written to the portal, so delivery is not tried. */
  readonly write: boolean;
  /** The sandbox portal, whose clock visitors move. */
  readonly demo: boolean;
  readonly checkMs?: number;
  readonly eventWaitMs?: number;
}

/** `portal-denied insufficient_scope`: codes only, never the other side's text. */
function detailOf(error: unknown): string {
  if (!(error instanceof AppError)) return 'unexpected';
  return error.detail ? `${error.code} ${error.detail}` : error.code;
}

async function withinTime<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new AppError('portal-unreachable', 'Try again later.', { detail: 'timeout' }));
    }, ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

type FailingCheck = Exclude<DoctorCheck, 'token'>;

/** Runs one check; whatever goes wrong in it becomes its own finding. */
async function attempt(
  check: FailingCheck,
  work: () => Promise<readonly Finding[]>,
  ms: number,
): Promise<readonly Finding[]> {
  try {
    return await withinTime(work(), ms);
  } catch (error) {
    return [finding(check, 'failed', { detail: detailOf(error) })];
  }
}

interface PoliciesRead {
  readonly policies: readonly ClosingPolicy[];
  readonly findings: readonly Finding[];
}

async function readPolicies(deps: DoctorDeps, ms: number): Promise<PoliciesRead> {
  try {
    const policies = await withinTime(deps.policies.list(deps.portalId), ms);
    return {
      policies,
      findings: [
        policies.length > 0
          ? finding('policies', 'ok', { count: policies.length })
          : finding('policies', 'none'),
      ],
    };
  } catch (error) {
    const invalid = error instanceof AppError && error.code === 'policy-invalid';
    return {
      policies: [],
      findings: [
        invalid
          ? finding('policies', 'invalid')
          : finding('policies', 'failed', { detail: detailOf(error) }),
      ],
    };
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Nudges one ticket of the pipeline and waits until the event route has counted its event; null without a ticket. */
async function roundTrip(
  policy: ClosingPolicy,
  deps: DoctorDeps,
  options: DoctorOptions,
): Promise<Finding | null> {
  const waitMs = options.eventWaitMs ?? EVENT_WAIT_MS;
  const before = await deps.eventCounters.read(deps.portalId);
  const ref = await deps.probe.nudge(policy);
  if (!ref) return null;
  const ticket = refKey(ref);
  const startedAt = deps.clock.now();
  const seconds = () => Math.round((deps.clock.now() - startedAt) / 1000);
  let latest = before;
  while (deps.clock.now() - startedAt < waitMs) {
    latest = await deps.eventCounters.read(deps.portalId);
    // The last event alone is remembered; a busy portal may cover ours up between two looks.
    if (latest.accepted > before.accepted && latest.lastKey === ticket) {
      return finding('events', 'ok', { ticket, seconds: seconds() });
    }
    await pause(EVENT_POLL_MS);
  }
  if (latest.accepted > before.accepted) return finding('events', 'ok-other', { ticket });
  return finding('events', 'silent', {
    ticket,
    seconds: seconds(),
    url: options.eventUrl,
    refused: latest.refused - before.refused,
  });
}

/** One round trip per entity type: deals and smart processes have events of their own. */
async function checkEvents(
  policies: readonly ClosingPolicy[],
  deps: DoctorDeps,
  options: DoctorOptions,
): Promise<readonly Finding[]> {
  if (!options.write) return [finding('events', 'skipped')];
  if (policies.length === 0) return [finding('events', 'no-policy')];
  const found: Finding[] = [];
  const tried = new Set<number>();
  for (const policy of policies) {
    const { entityTypeId } = policy.pipeline;
    if (tried.has(entityTypeId)) continue;
    const result = await roundTrip(policy, deps, options);
    if (!result) continue;
    tried.add(entityTypeId);
    found.push(result);
  }
  return found.length > 0 ? found : [finding('events', 'no-ticket')];
}

/** Runs every check and returns all findings in a fixed order; never throws for what a check meets. */
export async function diagnose(
  deps: DoctorDeps,
  options: DoctorOptions,
): Promise<readonly Finding[]> {
  const { probe } = deps;
  const ms = options.checkMs ?? CHECK_MS;
  const { policies, findings } = await readPolicies(deps, ms);
  const each = (
    check: FailingCheck,
    work: (policy: ClosingPolicy) => Promise<readonly Finding[]>,
  ): Promise<readonly Finding[]>[] =>
    policies.map((policy) => attempt(check, () => work(policy), ms));
  const read = await Promise.all([
    attempt('webhook', () => checkWebhook(probe), ms),
    Promise.resolve(checkToken(options.eventTokenCount)),
    attempt('scopes', () => checkScopes(probe, policies), ms),
    attempt('rights', () => checkRights(probe, policies), ms),
    attempt('redis', () => checkRedis(deps.storeProbe), ms),
    Promise.resolve(findings),
    ...each('fields', (policy) => checkFields(probe, policy)),
    ...each('stages', (policy) => checkStages(probe, policy)),
    ...each('calendar', (policy) => checkCalendar(deps.calendar, policy, deps.clock)),
    attempt('outbox', () => checkOutbox(deps.outbox, deps.portalId, deps.clock), ms),
    attempt('clock', () => checkClock(probe, deps.clock, options.demo), ms),
  ]);
  const eventMs = ms + (options.eventWaitMs ?? EVENT_WAIT_MS) * (policies.length + 1);
  const events = await attempt('events', () => checkEvents(policies, deps, options), eventMs);
  return [...read.flat(), ...events];
}
