/** The round trip: one service field of one ticket is changed and put back, and its event must come to us. */
import type { ClosingPolicy } from '../core/policy.ts';
import { refKey } from '../core/ticket.ts';
import type { Finding } from './doctor-findings.ts';
import { finding } from './doctor-findings.ts';
import type { EventCounters } from './ports/rings.ts';
import type { Clock } from './ports/runtime.ts';
import type { PortalProbe } from './ports/setup.ts';

const EVENT_POLL_MS = 250;

interface EventDeps {
  readonly portalId: string;
  readonly probe: PortalProbe;
  readonly eventCounters: EventCounters;
  readonly clock: Clock;
}

interface EventOptions {
  readonly eventUrl: string;
  readonly write: boolean;
  readonly waitMs: number;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Nudges one ticket of the pipeline and waits until the event route has counted its event; null without a ticket. */
async function roundTrip(
  policy: ClosingPolicy,
  deps: EventDeps,
  options: EventOptions,
): Promise<Finding | null> {
  const { waitMs } = options;
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
export async function checkEvents(
  policies: readonly ClosingPolicy[],
  deps: EventDeps,
  options: EventOptions,
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
