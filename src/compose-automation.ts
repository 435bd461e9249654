/** The composition of robots, triggers and cards of installed portals. Part of the composition root. */
import { fireTriggers } from './app/automation/fire-triggers.ts';
import { acceptRobotCall, forgetLateCalls, robotsCalled } from './app/automation/robots-called.ts';
import type { GateDeps } from './app/gate-deps.ts';
import type { TriggerSignals } from './app/ports/triggers.ts';
import { composeCards, composeCardSide } from './compose-cards.ts';
import type { Cards } from './compose-cards.ts';
import type { AppOptions, InstalledParts } from './compose-installs.ts';
import type { Store } from './compose-store.ts';
import { forEachPortal } from './for-each-portal.ts';
import type { RobotRouteOptions } from './http/robot-route.ts';
import type { PortalPool } from './portal-pool.ts';
import type { AutomationKind, ClientJobs } from './queue/client-jobs.ts';
import { createRobotCalls } from './redis/robot-calls.ts';
import { createSecretBox } from './redis/secret-box.ts';
import { createTriggerBox } from './redis/trigger-box.ts';
import { sayByName } from './text/catalog.ts';

export interface Automation {
  readonly robots: RobotRouteOptions;
  readonly pressed: Cards['pressed'];
  readonly onAutomation: (kind: AutomationKind, portalId: string) => Promise<void>;
  /** Finds what lost its job. */
  schedule(): void;
}

export interface AutomationOptions {
  readonly store: Store;
  readonly pool: PortalPool;
  readonly jobs: ClientJobs;
  readonly installed: InstalledParts;
  readonly app: AppOptions;
  readonly secret: string;
}

const LOOK_MS = 60_000;

export function composeAutomation(options: AutomationOptions): Automation {
  const { store, pool, jobs, installed } = options;
  const { clock, log, lock } = store;
  const { calls, box } = boxesOf(options);
  const cards = composeCards({ store, pool, jobs });
  const wake = (portalId: string, inMs: number): Promise<void> =>
    jobs.wakeAutomation('robots', portalId, inMs);

  async function answerRobots(portalId: string): Promise<void> {
    if (!(await pool.serves(portalId))) {
      await forgetLateCalls(portalId, { calls, clock, log });
      return;
    }
    const { deps: client, portal } = await pool.connected(portalId);
    const language = (await installed.registry.find(portalId))?.language ?? 'en';
    const words = { plain: sayByName, language };
    await robotsCalled(portalId, { client, calls, answers: portal.robots, wake, ...words });
  }
  async function fire(portalId: string): Promise<void> {
    // Served again, it hears of what is still news.
    if (!(await pool.serves(portalId))) return;
    const { portal } = await pool.connected(portalId);
    await fireTriggers(portalId, { box, caller: portal.triggers, lock, clock, log });
  }
  const work = { robots: answerRobots, triggers: fire, cards: cards.tend };
  return {
    robots: {
      accept: (portalId, call) => acceptRobotCall(portalId, call, { calls, wake, clock, log }),
    },
    pressed: cards.pressed,
    onAutomation: (kind, portalId) => work[kind](portalId),
    schedule() {
      cards.schedule();
      const look = (kind: AutomationKind, portals: () => Promise<readonly string[]>) =>
        jobs.every(kind, LOOK_MS, async () =>
          forEachPortal(await portals(), (id) => jobs.wakeAutomation(kind, id), log),
        );
      look('robots', () => calls.portals());
      look('triggers', () => box.portals());
    },
  };
}

function boxesOf({ store, app, secret }: AutomationOptions) {
  const { connections, keys, log } = store;
  const redis = connections.producer;
  const sealing = createSecretBox([secret, ...(app.oldSecrets ?? [])]);
  return {
    calls: createRobotCalls({ redis, keys, box: sealing, log }),
    box: createTriggerBox(redis, keys),
  };
}

/** What the use cases of installed portals tell their facts to. */
export function composeSignals(
  store: Store,
  jobs: Pick<ClientJobs, 'wakeAutomation'>,
): Required<Pick<GateDeps, 'triggers' | 'cards'>> {
  return { triggers: triggerSignals(store, jobs), cards: composeCardSide(store, jobs) };
}

function triggerSignals(
  { connections, keys, clock, log }: Store,
  jobs: Pick<ClientJobs, 'wakeAutomation'>,
): TriggerSignals {
  const box = createTriggerBox(connections.producer, keys);
  return {
    async tell(portalId, signals) {
      if (signals.length === 0) return;
      await box.add(portalId, signals, clock.now());
      await jobs.wakeAutomation('triggers', portalId).catch(() => {
        log.warn(
          { portalId },
          'Signals of triggers stand, but their job could not be queued; the schedule will',
        );
      });
    },
  };
}
