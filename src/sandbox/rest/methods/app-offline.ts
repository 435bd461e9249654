/** event.offline.*: an application fetches what changed. Reserving needs the professional plan; doubt C16 says what else does. */
import { randomBytes } from 'node:crypto';
import { portalTime } from '../../clock.ts';
import type { OfflineRecord } from '../../apps/offline-queue.ts';
import { textOf } from '../../text-of.ts';
import { forApps, wrongAuthType } from '../for-apps.ts';
import type { AppMethod } from '../for-apps.ts';
import type { CallContext, MethodMap } from '../method.ts';
import { intParam, mapParam, textParam, toMap } from '../params.ts';
import type { Params } from '../params.ts';
import { RestError } from '../rest-error.ts';

const denied = (): RestError => new RestError(403, 'ACCESS_DENIED', 'Access denied!');
const license = (): RestError =>
  new RestError(403, 'WRONG_LICENSE', 'The current plan has no offline events');
const argument = (name: string): RestError =>
  new RestError(400, 'ERROR_ARGUMENT', `Argument '${name}' is null or empty`, { argument: name });

/** Refused where doubt C16 reads the plan's feature as offline events altogether. */
export function checkOffline({ portal }: Pick<CallContext, 'portal'>): void {
  if (portal.plan === 'standard' && portal.doubts.offlineExtended === 'all-offline')
    throw license();
}

const MOST = 50;
const COLUMNS = ['ID', 'EVENT_NAME', 'MESSAGE_ID'];

function rowOf(one: OfflineRecord): Record<string, unknown> {
  return {
    ID: String(one.id),
    TIMESTAMP_X: portalTime(one.at),
    EVENT_NAME: one.event,
    EVENT_DATA: one.data,
    EVENT_ADDITIONAL: { user_id: String(one.userId) },
    MESSAGE_ID: one.messageId,
  };
}

/** Equality on the plain columns; negation and lists are refused (newer page). */
function wantedBy(params: Params): (one: OfflineRecord) => boolean {
  const filter = Object.entries(mapParam(params, 'filter'));
  for (const [name, value] of filter) {
    const key = name.replace(/^=/, '').toUpperCase();
    if (!COLUMNS.includes(key) || typeof value === 'object') throw argument('filter');
  }
  return (one) => {
    const row = rowOf(one);
    return filter.every(
      ([name, value]) => textOf(row[name.replace(/^=/, '').toUpperCase()]) === textOf(value),
    );
  };
}

const get: AppMethod['run'] = ({ app, portal }, params) => {
  const reserves = params['clear'] === 0 || textOf(params['clear']) === '0';
  if (reserves && portal.plan === 'standard') throw license();
  const fits = wantedBy(params);
  const limit = intParam(params, 'limit') || MOST;
  const error = intParam(params, 'error') === 1;
  const some = app.offline.free(error).filter(fits).slice(0, limit);
  const events = some.map(rowOf);
  const processId = reserves ? randomBytes(16).toString('hex') : null;
  if (processId === null) app.offline.drop(some);
  else for (const one of some) one.processId = processId;
  return { result: { process_id: processId, events } };
};

/** Lists come as arrays or as maps by number. */
function listOf(params: Params, name: string): readonly string[] | null {
  const value = params[name];
  if (value === undefined) return null;
  return typeof value === 'object'
    ? Object.values(toMap(value)).map((one) => textOf(one))
    : [textOf(value)];
}

const clear: AppMethod['run'] = ({ app, portal }, params) => {
  if (params['process_id'] === undefined) throw argument('process_id');
  const ids = listOf(params, 'id');
  app.offline.clear(
    {
      processId: textParam(params, 'process_id'),
      ids: ids === null ? null : ids.map(Number),
      messageIds: listOf(params, 'message_id'),
    },
    portal.doubts.offlineClearWins,
  );
  return { result: true };
};

const error: AppMethod['run'] = ({ app }, params) => {
  const processId = textParam(params, 'process_id');
  if (processId === '') throw argument('process_id');
  const named = listOf(params, 'message_id');
  for (const one of app.offline.all().filter((record) => record.processId === processId)) {
    if (named !== null && !named.includes(one.messageId)) continue;
    one.error = true;
    one.processId = null;
  }
  return { result: true };
};

const list: AppMethod['run'] = ({ app }, params) => {
  const rows = app.offline.all().filter(wantedBy(params));
  const start = intParam(params, 'start');
  const page = rows.slice(start, start + MOST).map((one) => ({
    ...rowOf(one),
    PROCESS_ID: one.processId ?? '',
    ERROR: one.error ? '1' : '0',
  }));
  const next = start + MOST < rows.length ? { next: start + MOST } : {};
  return { result: page, total: rows.length, ...next };
};

const offline = (run: AppMethod['run']): MethodMap[string] =>
  forApps(wrongAuthType, {
    scope: null,
    admin: denied,
    params: {
      filter: { type: 'object' },
      order: { type: 'object' },
      limit: { type: 'integer' },
      clear: { type: 'any' },
      error: { type: 'integer' },
      start: { type: 'integer' },
      process_id: { type: 'string' },
      id: { type: 'any' },
      message_id: { type: 'any' },
    },
    run: (context, params) => {
      checkOffline(context);
      return run(context, params);
    },
  });

export const APP_OFFLINE_METHODS: MethodMap = {
  'event.offline.get': offline(get),
  'event.offline.list': offline(list),
  'event.offline.clear': offline(clear),
  'event.offline.error': offline(error),
};
