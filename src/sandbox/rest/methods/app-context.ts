import { appRequired, wrongContext } from '../for-apps.ts';
import type { MethodMap, MethodSpec } from '../method.ts';
import { RestError } from '../rest-error.ts';

/** Methods of applications this portal knows by name only. */
const ACCESS_DENIED = [
  'messageservice.sender.add',
  'messageservice.message.status.update',
  'imconnector.register',
  'imconnector.activate',
  'imconnector.send.messages',
];
const WRONG_CONTEXT = [
  'crm.timeline.layout.blocks.set',
  'crm.activity.layout.blocks.set',
  'crm.activity.type.add',
];

function refusing(scope: string | null, error: () => RestError): MethodSpec {
  return {
    scope,
    params: {},
    anyParams: true,
    run: ({ calling }) => {
      if (!calling) throw error();
      throw new RestError(404, 'ERROR_METHOD_NOT_FOUND', 'Method not found!');
    },
  };
}

/** They refuse webhooks as the platform does; applications find them missing. */
export const APP_CONTEXT_METHODS: MethodMap = Object.fromEntries([
  ...ACCESS_DENIED.map((name) => [name, refusing(null, appRequired)] as const),
  ...WRONG_CONTEXT.map((name) => [name, refusing('crm', wrongContext)] as const),
]);
