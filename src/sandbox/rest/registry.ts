import type { MethodMap, MethodSpec } from './method.ts';
import { ACTIVITY_METHODS } from './methods/activities.ts';
import { APP_ACTIVITY_METHODS } from './methods/app-activities.ts';
import { APP_BADGE_METHODS } from './methods/app-badges.ts';
import { APP_CONTEXT_METHODS } from './methods/app-context.ts';
import { APP_EVENT_METHODS } from './methods/app-events.ts';
import { APP_OPTION_METHODS } from './methods/app-options.ts';
import { APP_PLACEMENT_METHODS } from './methods/app-placements.ts';
import { APP_ROBOT_METHODS } from './methods/app-robots.ts';
import { APP_TRIGGER_METHODS } from './methods/app-triggers.ts';
import { CARD_LAYOUT_METHODS } from './methods/card-layout.ts';
import { DEAL_FIELD_METHODS } from './methods/deal-fields.ts';
import { FIELD_CONFIG_METHODS } from './methods/field-config.ts';
import { ITEM_METHODS } from './methods/items.ts';
import { NOTIFICATION_METHODS } from './methods/notifications.ts';
import { OPEN_LINE_METHODS } from './methods/open-lines.ts';
import { PIPELINE_METHODS } from './methods/pipelines.ts';
import { discoveryMethods, SYSTEM_METHODS } from './methods/system.ts';
import { TASK_METHODS } from './methods/tasks.ts';
import { TIMELINE_METHODS } from './methods/timeline.ts';
import { TYPE_METHODS } from './methods/types.ts';
import { WORKFLOW_METHODS } from './methods/workflows.ts';

/** Every v2 method this portal serves. */
export const METHODS: MethodMap = {
  ...SYSTEM_METHODS,
  ...discoveryMethods(() => METHODS),
  ...ITEM_METHODS,
  ...PIPELINE_METHODS,
  ...TYPE_METHODS,
  ...DEAL_FIELD_METHODS,
  ...FIELD_CONFIG_METHODS,
  ...TIMELINE_METHODS,
  ...ACTIVITY_METHODS,
  ...TASK_METHODS,
  ...NOTIFICATION_METHODS,
  ...OPEN_LINE_METHODS,
  ...APP_EVENT_METHODS,
  ...APP_PLACEMENT_METHODS,
  ...APP_OPTION_METHODS,
  ...APP_ROBOT_METHODS,
  ...APP_TRIGGER_METHODS,
  ...APP_ACTIVITY_METHODS,
  ...APP_BADGE_METHODS,
  ...APP_CONTEXT_METHODS,
  ...CARD_LAYOUT_METHODS,
  ...WORKFLOW_METHODS,
};

const byLowerName = new Map(
  Object.entries(METHODS).map(([name, spec]) => [name.toLowerCase(), { name, spec }]),
);

/** Method names are case-insensitive on the platform. */
export function findMethod(name: string): { name: string; spec: MethodSpec } | undefined {
  return byLowerName.get(name.toLowerCase());
}

/** Scopes a webhook needs for everything served here. */
export const ALL_SCOPES: readonly string[] =
  'crm,userfieldconfig,im,imopenlines,calendar,user_brief,user_basic,task,tasks,note'.split(',');
