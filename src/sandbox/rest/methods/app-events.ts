import { intParam, textParam } from '../params.ts';
import { checkHandler, forApps, wrongAuthType } from '../for-apps.ts';
import type { AppMethod } from '../for-apps.ts';
import type { CallAnswer, MethodMap } from '../method.ts';
import { RestError } from '../rest-error.ts';
import { APP_OFFLINE_METHODS, checkOffline } from './app-offline.ts';

const CRM_EVENTS = [
  ...['ADD', 'UPDATE', 'DELETE'].flatMap((what) => [
    `ONCRMDEAL${what}`,
    `ONCRMDYNAMICITEM${what}`,
    `ONCRMACTIVITY${what}`,
    `ONCRMTIMELINECOMMENT${what}`,
  ]),
  'ONCRMDEALMOVETOCATEGORY',
  'ONCRMTIMELINEITEMACTION',
];
/** Codes by the scope that gives them; '' for all applications. */
const EVENTS: Readonly<Record<string, readonly string[]>> = {
  '': [
    'ONAPPINSTALL',
    'ONAPPUPDATE',
    'ONAPPUNINSTALL',
    'ONAPPPAYMENT',
    'ONAPPUSERREADY',
    'ONAPPMETHODCONFIRM',
    'ONAPPTEST',
    'ONOFFLINEEVENT',
  ],
  crm: CRM_EVENTS,
  imopenlines: ['ONOPENLINEMESSAGEADD', 'ONSESSIONSTART', 'ONSESSIONFINISH'],
};

const argument = (name: string): RestError =>
  new RestError(400, 'ERROR_ARGUMENT', `Argument '${name}' is null or empty`, { argument: name });
const eventNotFound = (): RestError =>
  new RestError(400, 'ERROR_EVENT_NOT_FOUND', 'Event not found');
const denied = (): RestError => new RestError(403, 'ACCESS_DENIED', 'Access denied!');

function codesFor(scopes: ReadonlySet<string>): string[] {
  return Object.entries(EVENTS).flatMap(([scope, codes]) =>
    scope === '' || scopes.has(scope) ? codes : [],
  );
}

function bindOffline(
  context: Parameters<AppMethod['run']>[0],
  event: string,
  connector: string,
): CallAnswer {
  if (!context.user.admin) throw denied();
  checkOffline(context);
  if (connector !== '') {
    const text = 'auth_connector is not available on this plan';
    throw new RestError(403, 'WRONG_LICENSE', text);
  }
  if (!codesFor(context.scopes).includes(event)) throw eventNotFound();
  context.app.offline.bound.add(event);
  return { result: true };
}

const bind: AppMethod['run'] = (context, params) => {
  const { app, user, portal } = context;
  const event = textParam(params, 'event').toUpperCase();
  const handler = textParam(params, 'handler');
  const authType = intParam(params, 'auth_type');
  if (event === '') throw argument('EVENT');
  if (textParam(params, 'event_type') === 'offline') {
    return bindOffline(context, event, textParam(params, 'auth_connector'));
  }
  if (handler === '') throw argument('HANDLER');
  if (!codesFor(context.scopes).includes(event)) {
    throw eventNotFound();
  }
  checkHandler(context, handler);
  if (authType !== 0 && authType !== user.id && !user.admin) throw denied();
  // A binding of a plain user is tied to that user.
  const tied = user.admin ? authType : user.id;
  const twin = app.events.some(
    (one) => one.event === event && one.handler === handler && one.authType === tied,
  );
  if (twin) {
    const text = 'Unable to set event handler: Handler already binded';
    throw new RestError(400, 'ERROR_CORE', text);
  }
  app.events.push({ event, handler, authType: tied, id: portal.apps.nextBindingId() });
  return { result: true };
};

const unbind: AppMethod['run'] = ({ app, user, portal }, params) => {
  const event = textParam(params, 'event').toUpperCase();
  const handler = textParam(params, 'handler');
  if (portal.doubts.eventUnbindWithoutParams === 'ERROR_ARGUMENT') {
    if (event === '') throw argument('EVENT');
    if (handler === '' && textParam(params, 'event_type') !== 'offline') throw argument('HANDLER');
  }
  if (textParam(params, 'event_type') === 'offline') {
    return { result: { count: app.offline.bound.delete(event) ? 1 : 0 } };
  }
  const authType = params['auth_type'];
  const before = app.events.length;
  app.events = app.events.filter((one) => {
    if (event !== '' && one.event !== event) return true;
    if (handler !== '' && one.handler !== handler) return true;
    if (authType !== undefined && one.authType !== authType) return true;
    return !user.admin && one.authType !== user.id;
  });
  return { result: { count: before - app.events.length } };
};

/** event.*: subscriptions of applications. */
export const APP_EVENT_METHODS: MethodMap = {
  'event.bind': forApps(wrongAuthType, {
    scope: null,
    params: {
      event: { type: 'string' },
      handler: { type: 'string' },
      auth_type: { type: 'integer' },
      event_type: { type: 'string' },
      auth_connector: { type: 'string' },
      options: { type: 'object' },
    },
    run: bind,
  }),
  'event.get': forApps(wrongAuthType, {
    scope: null,
    params: {},
    run: ({ app, user }) => ({
      result: [
        ...app.events
          .filter((one) => user.admin || one.authType === user.id)
          .map(({ event, handler, authType }) => ({
            event,
            handler,
            auth_type: String(authType),
            offline: 0,
          })),
        ...[...app.offline.bound].map((event) => ({ event, connector_id: '', offline: 1 })),
      ],
    }),
  }),
  'event.unbind': forApps(wrongAuthType, {
    scope: null,
    params: {
      event: { type: 'string' },
      handler: { type: 'string' },
      auth_type: { type: 'integer' },
      event_type: { type: 'string' },
    },
    run: unbind,
  }),
  events: forApps(wrongAuthType, {
    scope: null,
    params: { SCOPE: { type: 'string' }, FULL: { type: 'flag' } },
    run: (context, params) => {
      const scope = textParam(params, 'SCOPE');
      return { result: scope === '' ? codesFor(context.scopes) : [...(EVENTS[scope] ?? [])] };
    },
  }),
  'event.test': {
    ...forApps(wrongAuthType, { scope: null, params: {}, run: () => ({ result: 1 }) }),
    run: (context, params) => {
      const { calling, portal, user } = context;
      if (!calling) throw wrongAuthType();
      const { auth: _auth, ...query } = params;
      portal.emit(
        'ONAPPTEST',
        { QUERY: query },
        { userId: user.id, robot: false },
        calling.app.clientId,
      );
      return { result: 1 };
    },
  },
  ...APP_OFFLINE_METHODS,
};
