import { forApps, wrongAuthType } from '../for-apps.ts';
import type { MethodMap } from '../method.ts';
import { mapParam, textParam } from '../params.ts';
import { RestError } from '../rest-error.ts';

const adminOnly = (): RestError =>
  new RestError(400, 'AccessException', 'Administrator authorization required');

function setInto(store: Map<string, unknown>, options: Readonly<Record<string, unknown>>): true {
  if (Object.keys(options).length === 0) {
    throw new RestError(400, 'ArgumentNullException', 'options is empty');
  }
  for (const [name, value] of Object.entries(options)) store.set(name, value);
  return true;
}

function getFrom(store: ReadonlyMap<string, unknown>, option: string): unknown {
  if (option !== '') return store.get(option) ?? null;
  return store.size === 0 ? [] : Object.fromEntries(store);
}

const OPTIONS = { options: { type: 'object' } } as const;
const OPTION = { option: { type: 'string' } } as const;

/** app.option.* and user.option.*: small settings kept by the portal. */
export const APP_OPTION_METHODS: MethodMap = {
  'app.option.set': forApps(wrongAuthType, {
    scope: null,
    admin: adminOnly,
    params: OPTIONS,
    run: ({ app }, params) => ({ result: setInto(app.options, mapParam(params, 'options')) }),
  }),
  'app.option.get': forApps(wrongAuthType, {
    scope: null,
    params: OPTION,
    run: ({ app }, params) => ({ result: getFrom(app.options, textParam(params, 'option')) }),
  }),
  'user.option.set': forApps(wrongAuthType, {
    scope: null,
    params: OPTIONS,
    run: ({ app, user }, params) => {
      const store = app.userOptions.get(user.id) ?? new Map<string, unknown>();
      const result = setInto(store, mapParam(params, 'options'));
      app.userOptions.set(user.id, store);
      return { result };
    },
  }),
  'user.option.get': forApps(wrongAuthType, {
    scope: null,
    params: OPTION,
    run: ({ app, user }, params) => ({
      result: getFrom(app.userOptions.get(user.id) ?? new Map(), textParam(params, 'option')),
    }),
  }),
};
