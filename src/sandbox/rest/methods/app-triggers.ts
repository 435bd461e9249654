import { fireTrigger } from '../../apps/app-triggers.ts';
import { adminRequired, appRequired, forApps } from '../for-apps.ts';
import type { MethodMap } from '../method.ts';
import { intParam, textParam } from '../params.ts';
import type { Params } from '../params.ts';
import { RestError } from '../rest-error.ts';

/** These methods tell their own refusals apart by text only. */
const refusal = (text: string): RestError => new RestError(400, '', text);

function codeOf(params: Params): string {
  const code = textParam(params, 'CODE');
  if (code === '') throw refusal('Empty trigger code!');
  if (!/^[a-z0-9.\-_]+$/.test(code)) throw refusal('Wrong trigger code!');
  return code;
}

const CODE = { CODE: { type: 'string' } } as const;
/** Predefined types that have triggers; contacts and companies fire them for what is linked to them. */
const TYPES = [1, 2, 3, 4, 7, 31];

/** crm.automation.trigger.*: signals an administrator attaches to stages. */
export const APP_TRIGGER_METHODS: MethodMap = {
  'crm.automation.trigger.add': forApps(appRequired, {
    scope: 'crm',
    admin: adminRequired,
    params: { ...CODE, NAME: { type: 'string' } },
    run: ({ app, portal }, params) => {
      const code = codeOf(params);
      const name = textParam(params, 'NAME');
      if (name === '') throw refusal('Empty trigger name!');
      app.triggers.set(code, name);
      portal.changed();
      return { result: true };
    },
  }),
  'crm.automation.trigger.list': forApps(appRequired, {
    scope: 'crm',
    admin: adminRequired,
    params: {},
    run: ({ app }) => ({ result: [...app.triggers].map(([CODE, NAME]) => ({ NAME, CODE })) }),
  }),
  'crm.automation.trigger.delete': forApps(appRequired, {
    scope: 'crm',
    admin: adminRequired,
    params: CODE,
    run: ({ app, portal }, params) => {
      if (!app.triggers.delete(codeOf(params))) throw refusal('Trigger not found');
      portal.changed();
      return { result: true };
    },
  }),
  'crm.automation.trigger.execute': forApps(appRequired, {
    scope: 'crm',
    admin: adminRequired,
    params: { ...CODE, OWNER_TYPE_ID: { type: 'integer' }, OWNER_ID: { type: 'integer' } },
    run: ({ app, portal, user }, params) => {
      const code = codeOf(params);
      if (!app.triggers.has(code)) throw refusal(`Trigger with code ${code} is not registered.`);
      const entityTypeId = intParam(params, 'OWNER_TYPE_ID');
      if (!TYPES.includes(entityTypeId) && !portal.tickets.has(entityTypeId)) {
        throw refusal('Incorrect parameter OWNER_TYPE_ID.');
      }
      const id = intParam(params, 'OWNER_ID');
      if (id <= 0) throw refusal('Incorrect parameter OWNER_ID.');
      fireTrigger(portal, app, { code, ref: { entityTypeId, id }, userId: user.id });
      return { result: true };
    },
  }),
};
