import { checkHandler, forApps, wrongAuthType } from '../for-apps.ts';
import type { AppMethod } from '../for-apps.ts';
import type { CallContext, MethodMap } from '../method.ts';
import { intParam, mapParam, textParam, toMap } from '../params.ts';
import { RestError } from '../rest-error.ts';
import type { PlacementBinding } from '../../apps/app-records.ts';
import { textOf } from '../../text-of.ts';

const denied = (): RestError => new RestError(403, 'ACCESS_DENIED', 'Access denied!');
const CRM_KINDS = [
  'DETAIL_TAB',
  'DETAIL_ACTIVITY',
  'DETAIL_TOOLBAR',
  'ACTIVITY_TIMELINE_MENU',
  'LIST_MENU',
  'LIST_TOOLBAR',
  'ROBOT_DESIGNER_TOOLBAR',
  'FUNNELS_TOOLBAR',
];
const SINGLE = ['REST_APP_URI', 'PAGE_BACKGROUND_WORKER'];

/** Codes of this portal: deals, each smart process, and the few that need no other scope. */
function codesOf({ portal, scopes }: CallContext): string[] {
  const owners = ['CRM_DEAL', ...dynamicTypes(portal.tickets.keys())];
  const crm = owners.flatMap((owner) => CRM_KINDS.map((kind) => `${owner}_${kind}`));
  return ['LEFT_MENU', ...SINGLE, ...(scopes.has('crm') ? crm : [])];
}

function dynamicTypes(types: Iterable<number>): string[] {
  return [...types].filter((id) => id >= 128).map((id) => `CRM_DYNAMIC_${id}`);
}

/** C26: four of these refusals come with HTTP 200, or only one of them. */
function refusal(
  context: CallContext,
  code: string,
  extra: Record<string, unknown> = {},
): RestError {
  const always200 = code === 'EMPTY_ERROR_HANDLER_URL';
  const status = always200 || context.portal.doubts.placementErrorsWith200 === 4 ? 200 : 400;
  const text =
    code === 'ERROR_ARGUMENT' ? `Argument '${textOf(extra['argument'])}' is null or empty` : code;
  return new RestError(status, code, text, extra);
}

function checkBinding(context: CallContext, placement: string, binding: PlacementBinding): void {
  if (placement === 'PAGE_BACKGROUND_WORKER' && !binding.options['errorHandlerUrl']) {
    throw refusal(context, 'EMPTY_ERROR_HANDLER_URL');
  }
  const mine = context.calling?.app.placements.filter((one) => one.placement === placement) ?? [];
  if (SINGLE.includes(placement) && mine.length > 0) {
    throw refusal(context, 'ERROR_PLACEMENT_MAX_COUNT');
  }
  if (mine.some((one) => one.handler === binding.handler)) {
    const text = 'Unable to set placement handler: Handler already binded';
    throw new RestError(400, 'ERROR_CORE', text);
  }
}

const bind: AppMethod['run'] = (context, params) => {
  const { app, portal } = context;
  const placement = textParam(params, 'PLACEMENT').toUpperCase();
  const handler = textParam(params, 'HANDLER');
  if (placement === '') throw refusal(context, 'ERROR_ARGUMENT', { argument: 'PLACEMENT' });
  if (handler === '') throw refusal(context, 'ERROR_ARGUMENT', { argument: 'HANDLER' });
  if (!codesOf(context).includes(placement)) {
    throw new RestError(400, 'ERROR_PLACEMENT_NOT_FOUND', 'Placement not found');
  }
  checkHandler(context, handler);
  if (intParam(params, 'USER_ID') > 0 && placement !== 'PAGE_BACKGROUND_WORKER') {
    throw refusal(context, 'ERROR_PLACEMENT_USER_MODE');
  }
  const langAll = Object.fromEntries(
    Object.entries(mapParam(params, 'LANG_ALL')).map(([language, texts]) => [
      language,
      Object.fromEntries(Object.entries(toMap(texts)).map(([name, text]) => [name, textOf(text)])),
    ]),
  );
  const binding: PlacementBinding = {
    id: portal.apps.nextBindingId(),
    placement,
    handler,
    title: textParam(params, 'TITLE'),
    description: textParam(params, 'DESCRIPTION'),
    langAll,
    options: mapParam(params, 'OPTIONS'),
  };
  checkBinding(context, placement, binding);
  app.placements.push(binding);
  portal.changed();
  return { result: true };
};

const unbind: AppMethod['run'] = ({ app, portal }, params) => {
  const placement = textParam(params, 'PLACEMENT').toUpperCase();
  const handler = textParam(params, 'HANDLER');
  if (placement === '') {
    const text = "Argument 'PLACEMENT' is null or empty";
    throw new RestError(400, 'ERROR_ARGUMENT', text, { argument: 'PLACEMENT' });
  }
  const before = app.placements.length;
  app.placements = app.placements.filter(
    (one) => one.placement !== placement || (handler !== '' && one.handler !== handler),
  );
  portal.changed();
  // As the page says: one for each record found and one more for each removed.
  return { result: { count: (before - app.placements.length) * 2 } };
};

const emptyAsList = (map: Readonly<Record<string, unknown>>): unknown =>
  Object.keys(map).length === 0 ? [] : map;

/** placement.*: widgets of applications. */
export const APP_PLACEMENT_METHODS: MethodMap = {
  'placement.bind': forApps(wrongAuthType, {
    scope: 'placement',
    admin: denied,
    params: {
      PLACEMENT: { type: 'string' },
      HANDLER: { type: 'string' },
      TITLE: { type: 'string' },
      DESCRIPTION: { type: 'string' },
      GROUP_NAME: { type: 'string' },
      LANG_ALL: { type: 'object' },
      OPTIONS: { type: 'object' },
      USER_ID: { type: 'integer' },
    },
    run: bind,
  }),
  'placement.unbind': forApps(wrongAuthType, {
    scope: 'placement',
    admin: denied,
    params: {
      PLACEMENT: { type: 'string' },
      HANDLER: { type: 'string' },
      USER_ID: { type: 'integer' },
    },
    run: unbind,
  }),
  'placement.list': forApps(wrongAuthType, {
    scope: 'placement',
    params: { SCOPE: { type: 'string' }, FULL: { type: 'flag' } },
    run: (context) => ({ result: codesOf(context) }),
  }),
  'placement.get': forApps(wrongAuthType, {
    scope: 'placement',
    params: {},
    run: ({ app }) => ({
      result: app.placements.map((one) => ({
        placement: one.placement,
        userId: 0,
        handler: one.handler,
        options: emptyAsList(one.options),
        title: one.title,
        description: one.description,
        langAll: emptyAsList(one.langAll),
      })),
    }),
  }),
};
