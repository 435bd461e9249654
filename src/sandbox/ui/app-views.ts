import type { AppHost } from '../apps/app-host.ts';
import { isActive } from '../apps/app-records.ts';
import type { PlacementBinding, SandboxApp, StoredRun } from '../apps/app-records.ts';
import { isLate } from '../apps/app-robots.ts';
import { localText } from '../state/activity-cards.ts';
import type { Portal } from '../state/portal.ts';
import type { Activity } from '../state/records.ts';

/** What the page about applications draws; never a secret except the card's own client_secret, as on the platform. */
export function appView(host: AppHost, app: SandboxApp): Record<string, unknown> {
  return {
    clientId: app.clientId,
    clientSecret: app.clientSecret,
    name: app.name,
    kind: app.kind,
    ui: app.ui,
    stage: app.stage,
    status: app.status,
    version: app.version,
    scopes: app.scopes,
    handlerUrl: app.handlerUrl,
    installUrl: app.installUrl ?? '',
    events: app.events.map(({ event, handler }) => ({ event, handler })),
    placements: app.placements.map(({ placement, handler }) => ({ placement, handler })),
    robots: [...app.robots.values()].map(({ code, fields }) => ({
      code,
      name: localText(fields['NAME']),
    })),
    triggers: [...app.triggers].map(([code, name]) => ({ code, name })),
    placedRobots: app.placedRobots.map(({ code, stageId, timeoutSeconds }) => ({
      code,
      stageId,
      timeoutSeconds,
    })),
    runs: app.runs.slice(-RUNS).map((run) => runView(host, run)),
    attachedTriggers: app.attachedTriggers,
    stages: host.portal.stages.pipelines.flatMap((p) =>
      host.portal.stages
        .stagesOf(p.entityTypeId, p.categoryId)
        .map((stage) => ({ stageId: stage.stageId, name: `${p.name}: ${stage.name}` })),
    ),
  };
}

/** As many as one looks through. */
const RUNS = 5;

/** Never the token that answers it. */
function runView(host: AppHost, run: StoredRun): Record<string, unknown> {
  const late = !run.done && isLate(host, run);
  return {
    code: run.code,
    ticketId: run.ticket.id,
    state: run.done ? 'done' : late ? 'timed-out' : 'waiting',
    returned: run.returned,
    log: run.log,
  };
}

export interface StageRule {
  readonly kind: 'robot' | 'trigger';
  readonly name: string;
}

/** Robots and triggers of applications that stand on a stage, in the order they were put there. */
export function rulesOf(portal: Portal, stageId: string): StageRule[] {
  return portal.apps.all().flatMap((app) => [
    ...app.placedRobots
      .filter((one) => one.stageId === stageId)
      .map(({ code }): StageRule => {
        const name = localText(app.robots.get(code)?.fields['NAME']);
        return { kind: 'robot', name: name === '' ? code : name };
      }),
    ...app.attachedTriggers
      .filter((one) => one.stageId === stageId)
      .map(({ code }): StageRule => ({ kind: 'trigger', name: app.triggers.get(code) ?? code })),
  ]);
}

/** All applications; with `placement`, only the widgets shown there. */
export function appViews(host: AppHost, query: URLSearchParams): unknown {
  const placement = query.get('placement');
  if (placement === null) return host.portal.apps.all().map((app) => appView(host, app));
  return host.portal.apps
    .all()
    .filter(isActive)
    .flatMap((app) =>
      app.placements
        .filter((one) => one.placement === placement)
        .map((one) => ({ clientId: app.clientId, ...widgetView(app, one) })),
    );
}

function widgetView(app: SandboxApp, one: PlacementBinding): Record<string, unknown> {
  const texts = one.langAll['ru'] ?? one.langAll['en'];
  return { id: one.id, handlerUrl: one.handler, title: texts?.['TITLE'] || one.title || app.name };
}

/** A configurable activity as the timeline draws it; null for others. */
export function activityCardView(portal: Portal, activity: Activity): unknown {
  const card = portal.activityCards.get(activity.id);
  if (!card) return null;
  return {
    id: activity.id,
    layout: card.layout,
    completed: activity.completed,
    deadline: activity.deadline,
    lockedWhole: card.lockedWhole,
    lockedKeys: [...card.lockedKeys],
  };
}

/** Labels on a ticket's tile: of its open configurable activities. */
export function badgesOf(portal: Portal, activities: readonly Activity[]): unknown[] {
  return activities
    .filter((activity) => !activity.completed)
    .flatMap((activity) => {
      const badge = portal.badges.get(portal.activityCards.get(activity.id)?.badgeCode ?? '');
      return badge
        ? [{ title: localText(badge.title), value: localText(badge.value), type: badge.type }]
        : [];
    });
}
