import { completeActivity, restoreActivity } from '../state/activities.ts';
import type {
  AppBindings,
  AppCard,
  AppControl,
  AppCredentials,
  Delivered,
  FramePost,
  OpenRequest,
  PressOutcome,
  RobotRun,
} from './app-control.ts';
import type { AppHost } from './app-host.ts';
import { beginInstall, completeInstall, payForApp, removeApp, updateApp } from './app-lifecycle.ts';
import type { NextVersion } from './app-lifecycle.ts';
import type {
  AppStatus,
  AttachedTrigger,
  PlacedRobot,
  SandboxApp,
  StoredRun,
  TriggerSignal,
} from './app-records.ts';
import { isLate } from './app-robots.ts';
import { framePost, openApp } from './frame-post.ts';
import { pressButton } from './press-button.ts';

/** AppControl over one portal. Unknown client ids throw RangeError. */
export class AppControls implements AppControl {
  readonly #host: AppHost;

  constructor(host: AppHost) {
    this.#host = host;
  }

  #app(clientId: string): SandboxApp {
    return this.#host.portal.apps.get(clientId);
  }

  register(card: AppCard): AppCredentials {
    const { clientId, clientSecret } = this.#host.portal.apps.add(card);
    this.#host.portal.changed();
    return { clientId, clientSecret };
  }

  openInstaller(clientId: string, userId = 1): FramePost {
    const app = this.#app(clientId);
    beginInstall(this.#host, app, userId);
    const placement = 'DEFAULT';
    return framePost(this.#host, app, app.installUrl ?? app.handlerUrl, { userId, placement });
  }

  async finishInstall(clientId: string): Promise<readonly Delivered[]> {
    return completeInstall(this.#host, this.#app(clientId));
  }

  async install(clientId: string, userId = 1): Promise<readonly Delivered[]> {
    const app = this.#app(clientId);
    beginInstall(this.#host, app, userId);
    return completeInstall(this.#host, app);
  }

  open(clientId: string, request: OpenRequest = {}): FramePost {
    return openApp(this.#host, this.#app(clientId), request);
  }

  async update(clientId: string, next: NextVersion): Promise<readonly Delivered[]> {
    return updateApp(this.#host, this.#app(clientId), next);
  }

  async pay(
    clientId: string,
    payment: { readonly status: AppStatus; readonly expired: boolean },
  ): Promise<readonly Delivered[]> {
    return payForApp(this.#host, this.#app(clientId), payment);
  }

  async uninstall(clientId: string, clean = false): Promise<readonly Delivered[]> {
    return removeApp(this.#host, this.#app(clientId), clean);
  }

  expireTokens(clientId: string, userId?: number): void {
    const { oauth, memberId, portal } = this.#host;
    const now = portal.clock.now();
    for (const pair of oauth.tokens.of(memberId, this.#app(clientId).clientId, userId)) {
      pair.accessEndsAt = Math.min(pair.accessEndsAt, now);
    }
  }

  revoke(clientId: string, userId?: number): void {
    const { oauth, memberId } = this.#host;
    for (const pair of oauth.tokens.of(memberId, this.#app(clientId).clientId, userId)) {
      pair.revoked = true;
    }
  }

  secrets(clientId: string): readonly string[] {
    const app = this.#app(clientId);
    const pairs = this.#host.oauth.tokens.of(this.#host.memberId, clientId);
    return [
      app.clientSecret,
      app.applicationToken,
      ...app.pastTokens,
      ...pairs.flatMap((pair) => [pair.accessToken, pair.refreshToken]),
    ];
  }

  applicationToken(clientId: string): string {
    return this.#app(clientId).applicationToken;
  }

  authorizationCode(clientId: string, userId = 1): string {
    const { oauth, memberId, portal } = this.#host;
    const grant = { memberId, clientId: this.#app(clientId).clientId, userId };
    return oauth.tokens.code(grant, portal.clock.now());
  }

  isInstalled(clientId: string): boolean {
    return this.#app(clientId).stage === 'installed';
  }

  bindings(clientId: string): AppBindings {
    const app = this.#app(clientId);
    return {
      events: app.events.map(({ event, handler }) => ({ event, handler })),
      placements: app.placements.map(({ placement, handler }) => ({ placement, handler })),
      robots: [...app.robots.keys()],
      triggers: [...app.triggers.keys()],
    };
  }

  placeRobot(
    clientId: string,
    robot: Pick<PlacedRobot, 'code' | 'stageId'> & Partial<PlacedRobot>,
  ): () => void {
    const app = this.#app(clientId);
    if (!app.robots.has(robot.code)) throw new RangeError(`The app has no robot ${robot.code}`);
    const placed = { properties: {}, timeoutSeconds: 0, ...robot };
    app.placedRobots.push(placed);
    this.#host.portal.changed();
    return () => {
      app.placedRobots = app.placedRobots.filter((one) => one !== placed);
      this.#host.portal.changed();
    };
  }

  robotRuns(clientId: string): readonly RobotRun[] {
    return this.#app(clientId).runs.map((run) => ({
      code: run.code,
      ticket: run.ticket,
      eventToken: run.eventToken,
      delivered: run.delivered,
      state: this.#stateOf(run),
      returned: run.returned,
      log: run.log,
    }));
  }

  #stateOf(run: StoredRun): RobotRun['state'] {
    if (run.done) return 'done';
    return isLate(this.#host, run) ? 'timed-out' : 'waiting';
  }

  attachTrigger(
    clientId: string,
    trigger: Pick<AttachedTrigger, 'code' | 'stageId'> & Partial<AttachedTrigger>,
  ): void {
    const app = this.#app(clientId);
    if (!app.triggers.has(trigger.code)) throw new RangeError(`No trigger ${trigger.code}`);
    app.attachedTriggers.push({ allowBack: false, ...trigger });
    this.#host.portal.changed();
  }

  triggerSignals(clientId: string): readonly TriggerSignal[] {
    return this.#app(clientId).signals;
  }

  pressButton(activityId: number, key: string, userId = 2): PressOutcome {
    return pressButton(this.#host, activityId, key, userId);
  }

  completeActivity(activityId: number, completed = true, userId = 2): void {
    const { portal } = this.#host;
    const activity = portal.activities.get(activityId);
    if (!activity) throw new RangeError(`No activity ${activityId}`);
    const actor = { userId, robot: false };
    if (completed) completeActivity(portal, activity, actor);
    else restoreActivity(portal, activity, actor);
  }
}
