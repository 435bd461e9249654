import type { MethodMap, MethodSpec } from '../method.ts';
import { RestError } from '../rest-error.ts';

/** Refused from a webhook whatever the parameters: they need an application's OAuth context. */
const WRONG_AUTH_TYPE = [
  'event.bind',
  'event.unbind',
  'event.get',
  'event.test',
  'event.offline.get',
  'event.offline.list',
  'event.offline.clear',
  'event.offline.error',
  'placement.bind',
  'placement.unbind',
  'placement.list',
  'placement.get',
  'app.option.get',
  'app.option.set',
  'user.option.get',
  'user.option.set',
];
const ACCESS_DENIED = [
  'bizproc.robot.add',
  'bizproc.robot.list',
  'bizproc.robot.update',
  'bizproc.robot.delete',
  'crm.automation.trigger.add',
  'crm.automation.trigger.execute',
  'crm.automation.trigger.list',
  'crm.automation.trigger.delete',
  'messageservice.sender.add',
  'messageservice.message.status.update',
  'imconnector.register',
  'imconnector.activate',
  'imconnector.send.messages',
];
const WRONG_CONTEXT = [
  'crm.activity.configurable.add',
  'crm.activity.configurable.update',
  'crm.timeline.layout.blocks.set',
  'crm.activity.layout.blocks.set',
  'crm.activity.type.add',
];

function refusing(scope: string | null, error: () => RestError): MethodSpec {
  return {
    scope,
    params: {},
    anyParams: true,
    run: () => {
      throw error();
    },
  };
}

const wrongAuthType = (): RestError =>
  new RestError(403, 'WRONG_AUTH_TYPE', 'Current authorization type is denied for this method');
const appRequired = (): RestError =>
  new RestError(403, 'ACCESS_DENIED', 'Access denied! Application context required');
const wrongContext = (): RestError =>
  new RestError(400, 'ERROR_WRONG_CONTEXT', 'Method available in application context only');

/** Methods that exist but answer only to applications. */
export const APP_CONTEXT_METHODS: MethodMap = Object.fromEntries([
  ...WRONG_AUTH_TYPE.map((name) => [name, refusing(null, wrongAuthType)] as const),
  ...ACCESS_DENIED.map((name) => [name, refusing(null, appRequired)] as const),
  ...WRONG_CONTEXT.map((name) => [name, refusing('crm', wrongContext)] as const),
]);
