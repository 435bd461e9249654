import { randomBytes } from 'node:crypto';
import { AppControls } from './apps/app-controls.ts';
import type { AppControl } from './apps/app-control.ts';
import { appTargets } from './apps/app-events.ts';
import { tenantOf } from './apps/app-host.ts';
import type { AppHost } from './apps/app-host.ts';
import { isActive } from './apps/app-records.ts';
import { runAppRobots } from './apps/app-robots.ts';
import { createClock } from './clock.ts';
import type { SandboxClock } from './clock.ts';
import { SandboxControl } from './control.ts';
import { DEFAULT_DOUBTS } from './doubts.ts';
import type { Doubts } from './doubts.ts';
import { EventQueue } from './events/event-queue.ts';
import type { Subscription } from './events/event-queue.ts';
import { createFaults } from './faults.ts';
import type { Faults } from './faults.ts';
import { answerPortal } from './http/answer-portal.ts';
import type { Front } from './http/messages.ts';
import { FormPoster } from './http/post-form.ts';
import { PortalDoor } from './http/portal-door.ts';
import { LeakyBucket } from './limits/leaky-bucket.ts';
import { OperatingMeter } from './limits/operating.ts';
import type { OperatingLimit } from './limits/operating.ts';
import { createRandom } from './random.ts';
import { startOauthServer } from './oauth/oauth-server.ts';
import type { OauthServer } from './oauth/oauth-tenants.ts';
import { ALL_SCOPES } from './rest/registry.ts';
import type { RestServer } from './rest/rest-server.ts';
import { seedEmpty, seedSupport } from './seed/support.ts';
import { Portal } from './state/portal.ts';
import type { RobotRule } from './state/portal.ts';
import { createStats } from './stats.ts';
import type { Stats } from './stats.ts';
import { ChangeStream } from './ui/change-stream.ts';

export interface SandboxOptions {
  /** 0 or absent: a free one. */
  readonly port?: number;
  readonly host?: '127.0.0.1';
  readonly seed?: 'support' | 'empty';
  /** Start instant of the portal's clock, epoch ms; absent: real time. */
  readonly now?: number;
  readonly doubts?: Partial<Doubts>;
  /** Request rate and resource limit as on the platform, or off. */
  readonly limits?: 'platform' | 'off';
  /** The bucket of requests: its size and how fast it drains, in real time; absent: that of common plans. */
  readonly rate?: { readonly size: number; readonly perSecond: number };
  /** What a method may use of the portal's time, and in which; absent: 480 s in ten minutes. */
  readonly operating?: OperatingLimit;
  readonly randomSeed?: number;
  /** Scopes of the webhook; absent: all that are needed. */
  readonly scopes?: readonly string[];
  readonly robots?: readonly RobotRule[];
  /** Secret of the incoming webhook and token of the outgoing one; absent: made up. */
  readonly secret?: string;
  readonly eventToken?: string;
  readonly memberId?: string;
  /** Auth server shared with another portal; absent: one of its own, closed with the portal. */
  readonly oauth?: OauthServer;
  /** Port of its own auth server; 0 or absent: a free one. */
  readonly oauthPort?: number;
  /** What stands before the portal, and before its own auth server; absent: nothing. */
  readonly front?: Front;
  readonly oauthFront?: Front;
}

export interface Sandbox {
  /** Present address, `http://127.0.0.1:port`: another one after rename(). */
  readonly url: string;
  readonly webhookUrl: string;
  readonly eventToken: string;
  readonly memberId: string;
  readonly oauth: OauthServer;
  /** `http://127.0.0.1:port` of the auth server. */
  readonly oauthUrl: string;
  /** Applications: adding, installing, opening, and their troubles. */
  readonly apps: AppControl;
  /** The portal moves to another host; the old one answers 302 to everything. Returns the new address. */
  rename(): Promise<string>;
  readonly clock: SandboxClock;
  readonly doubts: Doubts;
  readonly faults: Faults;
  readonly stats: Stats & { reset(): void };
  readonly control: SandboxControl;
  /** Adds an outgoing webhook; returns a function that removes it. */
  subscribe(subscription: Subscription): () => void;
  onClockMoved(callback: (now: number) => void): () => void;
  close(): Promise<void>;
}

interface Inside {
  readonly portal: Portal;
  readonly control: SandboxControl;
  readonly stats: Stats & { reset(): void };
  readonly faults: Faults;
}

function build(options: SandboxOptions): Inside {
  const portal = new Portal(createClock(options.now), { ...DEFAULT_DOUBTS, ...options.doubts });
  const control = new SandboxControl(portal);
  if (options.seed === 'empty') seedEmpty(portal);
  else seedSupport(portal, control);
  portal.robots.push(...(options.robots ?? []));
  return { portal, control, stats: createStats(), faults: createFaults() };
}

function restOf(inside: Inside, options: SandboxOptions, apps: AppHost): RestServer {
  const { portal, stats, faults } = inside;
  return {
    env: {
      portal,
      stats,
      faults,
      get url() {
        return apps.url();
      },
      scopes: new Set(options.scopes ?? ALL_SCOPES),
      operating: new OperatingMeter(options.operating),
      limited: (options.limits ?? 'platform') === 'platform',
    },
    bucket: new LeakyBucket(options.rate?.size, options.rate?.perSecond),
    secret: options.secret ?? randomBytes(8).toString('hex'),
    apps,
    meters: new Map(),
    operatingLimit: options.operating,
  };
}

function hostOf(
  inside: Inside,
  options: SandboxOptions,
  oauth: OauthServer,
  door: PortalDoor,
): AppHost {
  const host: AppHost = {
    portal: inside.portal,
    oauth,
    memberId: options.memberId ?? randomBytes(16).toString('hex'),
    poster: new FormPoster(),
    url: () => door.url,
  };
  oauth.tenants.set(host.memberId, tenantOf(host));
  return host;
}

function queueOf(inside: Inside, options: SandboxOptions, host: AppHost): EventQueue {
  const { portal, faults, stats } = inside;
  const queue = new EventQueue({
    portal,
    faults,
    stats,
    random: createRandom(options.randomSeed ?? 1),
    poster: host.poster,
    memberId: host.memberId,
    url: () => host.url(),
    appTargets: (event) => appTargets(host, event),
  });
  portal.onEvent((event) => {
    for (const app of portal.apps.all().filter(isActive)) {
      if ((event.onlyApp ?? app.clientId) === app.clientId)
        app.offline.record(event, portal.second());
    }
  });
  portal.onStage((ticket, actor) => {
    runAppRobots(host, ticket, actor, (target, onStatus) => queue.send(target, onStatus));
  });
  return queue;
}

/** A Bitrix24 portal in this process, listening on loopback only. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const inside = build(options);
  const { portal, control, stats, faults } = inside;
  const { clock, doubts } = portal;
  const stream = new ChangeStream(portal);
  const { port = 0, host: name = '127.0.0.1', front, oauthPort = 0, oauthFront } = options;
  const door = await PortalDoor.open(port, name, front);
  const oauth = options.oauth ?? (await startOauthServer({ port: oauthPort, front: oauthFront }));
  const host = hostOf(inside, options, oauth, door);
  const rest = restOf(inside, options, host);
  const queue = queueOf(inside, options, host);
  const apps = new AppControls(host);
  door.onRequest((request, response) =>
    answerPortal({ rest, stream, control, apps, request, response }),
  );
  return {
    get url() {
      return door.url;
    },
    get webhookUrl() {
      return `${door.url}/rest/1/${rest.secret}/`;
    },
    eventToken: options.eventToken ?? randomBytes(16).toString('hex'),
    memberId: host.memberId,
    oauth,
    oauthUrl: oauth.url,
    apps,
    rename: () => door.rename(),
    clock,
    doubts,
    faults,
    stats,
    control,
    subscribe: (subscription) => queue.subscribe(subscription),
    onClockMoved: (callback) => clock.onMoved(callback),
    async close() {
      queue.close();
      stream.close();
      host.poster.close();
      oauth.tenants.delete(host.memberId);
      if (!options.oauth) await oauth.close();
      await door.close();
    },
  };
}
