import { randomBytes } from 'node:crypto';
import { buildPhpQuery } from '../rest/php-query.ts';
import type { Actor } from '../state/portal.ts';
import type { Ticket } from '../state/records.ts';
import { addLogMessage } from '../state/timeline.ts';
import { textOf } from '../text-of.ts';
import type { EventTarget } from './app-events.ts';
import { authBlock } from './app-host.ts';
import type { AppHost } from './app-host.ts';
import { isActive } from './app-records.ts';
import type { AppRobot, PlacedRobot, SandboxApp, StoredRun } from './app-records.ts';

type Send = (target: EventTarget, onStatus: (status: number) => void) => void;

/**
 * Runs the robots applications have on the stage a ticket has just reached, one after the other: one that waits holds up
 * those behind it until it is answered or its time is up. Calls go through the queue.
 */
export function runAppRobots(host: AppHost, ticket: Ticket, actor: Actor, send: Send): void {
  const reached = ticket.stageId;
  const steps = host.portal.apps
    .all()
    .filter(isActive)
    .flatMap((app) =>
      app.placedRobots
        .filter((placed) => placed.stageId === reached)
        .map((placed) => ({ app, placed })),
    );
  const goOn = (): void => {
    const step = steps.shift();
    // Moved on, the ticket has other robots to run.
    if (!step || ticket.stageId !== reached) return;
    const robot = step.app.robots.get(step.placed.code);
    // A robot the app has deleted stays in the designer, greyed, and does nothing.
    const run = robot && startRun(host, { ...step, robot, ticket, actor }, send);
    if (run?.waits) holdUp(host, run, goOn);
    else goOn();
  };
  goOn();
}

/** What follows a step that waits. */
const behind = new WeakMap<StoredRun, () => void>();

function holdUp({ portal }: AppHost, run: StoredRun, goOn: () => void): void {
  const { endsAt } = run;
  let timer: NodeJS.Timeout | undefined;
  let stop = (): void => undefined;
  const release = (): void => {
    stop();
    clearTimeout(timer);
    behind.delete(run);
    goOn();
  };
  behind.set(run, release);
  if (endsAt === null) return;
  const left = endsAt - portal.clock.now();
  if (left < MAX_TIMER_MS) timer = setTimeout(release, left).unref();
  stop = portal.clock.onMoved((now) => {
    if (now >= endsAt) release();
  });
}

/** Longer waits end when the clock is pushed. */
const MAX_TIMER_MS = 2 ** 31 - 1;

interface Start {
  readonly app: SandboxApp;
  readonly robot: AppRobot;
  readonly placed: PlacedRobot;
  readonly ticket: Ticket;
  readonly actor: Actor;
}

function startRun(host: AppHost, start: Start, send: Send): StoredRun {
  const { app, robot, placed, ticket } = start;
  const run: StoredRun = {
    code: robot.code,
    ticket: { entityTypeId: ticket.entityTypeId, id: ticket.id },
    eventToken: `${randomBytes(13).toString('hex')}|A${randomBytes(4).readUInt16BE()}|${randomBytes(32).toString('hex')}`,
    endsAt:
      placed.timeoutSeconds > 0 ? host.portal.clock.now() + placed.timeoutSeconds * 1000 : null,
    waits: doesWait(host, robot),
    delivered: 0,
    done: !doesWait(host, robot),
    returned: null,
    log: [],
  };
  app.runs.push(run);
  const target = {
    url: textOf(robot.fields['HANDLER']),
    body: () => robotBody(host, start, run),
  };
  send(target, (status) => {
    run.delivered = status;
  });
  return run;
}

/** C25: without USE_SUBSCRIPTION the step waits, or does not. */
function doesWait(host: AppHost, robot: AppRobot): boolean {
  const given = textOf(robot.fields['USE_SUBSCRIPTION']);
  return given === '' ? host.portal.doubts.robotWaitsByDefault : given === 'Y';
}

function documentOf(ticket: Ticket): { type: string[]; id: string[] } {
  const [name, kind] =
    ticket.entityTypeId === 2
      ? ['CCrmDocumentDeal', 'DEAL']
      : ['Bitrix\\Crm\\Integration\\BizProc\\Document\\Dynamic', `DYNAMIC_${ticket.entityTypeId}`];
  return { type: ['crm', name, kind], id: ['crm', name, `${kind}_${ticket.id}`] };
}

/** The body as the product source sends it; no page of the docs lists it whole. */
function robotBody(host: AppHost, start: Start, run: StoredRun): string {
  const { app, robot, placed, ticket, actor } = start;
  const document = documentOf(ticket);
  const userId = Number(robot.fields['AUTH_USER_ID'] ?? 0) || actor.userId || app.installerId;
  return buildPhpQuery({
    event_token: run.eventToken,
    workflow_id: run.eventToken.split('|')[0],
    code: robot.code,
    document_id: document.id,
    document_type: document.type,
    properties: { ...defaultsOf(robot), ...placed.properties },
    use_subscription: run.waits ? 'Y' : 'N',
    timeout_duration: placed.timeoutSeconds,
    ts: Math.floor(host.portal.clock.now() / 1000),
    auth: authBlock(host, {
      app,
      userId,
      depth: host.portal.doubts.robotRefreshToken ? 'full' : 'access',
    }),
  });
}

function defaultsOf(robot: AppRobot): Record<string, unknown> {
  const properties = entriesOf(robot.fields['PROPERTIES']);
  return Object.fromEntries(
    properties.map(([name, spec]) => [name, Object.fromEntries(entriesOf(spec))['Default'] ?? '']),
  );
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

export interface RobotAnswer {
  readonly values: Readonly<Record<string, unknown>>;
  readonly log: string;
}

/**
 * bizproc.event.send. False: no such token. True: accepted, which says nothing of a step that is done or timed out.
 * Keys match RETURN_PROPERTIES in any letter case; others are dropped.
 */
export function answerRobot(host: AppHost, eventToken: string, answer: RobotAnswer): boolean {
  for (const app of host.portal.apps.all()) {
    const run = app.runs.find((one) => one.eventToken === eventToken);
    if (!run) continue;
    if (answer.log !== '') run.log.push(answer.log);
    if (run.done || isLate(host, run)) return true;
    const robot = app.robots.get(run.code);
    const known = entriesOf(robot?.fields['RETURN_PROPERTIES']).map(([name]) => name);
    run.done = true;
    run.returned = {};
    for (const [name, value] of Object.entries(answer.values)) {
      const key = known.find((one) => one.toLowerCase() === name.toLowerCase());
      if (key !== undefined) run.returned[key] = value;
    }
    tellTimeline(host, app, run);
    behind.get(run)?.();
    return true;
  }
  return false;
}

function tellTimeline({ portal }: AppHost, app: SandboxApp, run: StoredRun): void {
  const values = Object.entries(run.returned ?? {}).map(([name, v]) => `${name} = ${textOf(v)}`);
  addLogMessage(portal, {
    entityTypeId: run.ticket.entityTypeId,
    entityId: run.ticket.id,
    authorId: 0,
    title: `${app.name}: ${run.code}`,
    text: values.join('\n'),
    iconCode: 'robot',
  });
}

export function isLate(host: AppHost, run: StoredRun): boolean {
  return run.endsAt !== null && run.endsAt <= host.portal.clock.now();
}
