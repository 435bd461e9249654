import type { CallAnswer, CallContext, CallingApp, MethodSpec } from './method.ts';
import { checkParams } from './params.ts';
import type { Params, ParamSpecs } from './params.ts';
import { RestError } from './rest-error.ts';

export interface AppMethod {
  /** Null when every application may call it. */
  readonly scope: string | null;
  readonly params: ParamSpecs;
  /** Only an administrator's token. */
  readonly admin?: () => RestError;
  run(context: CallContext & CallingApp, params: Params): CallAnswer;
}

/** A method that answers applications only: a webhook is refused whatever its scopes and parameters. */
export function forApps(refusal: () => RestError, method: AppMethod): MethodSpec {
  return {
    scope: null,
    ...(method.scope === null ? {} : { appScope: method.scope }),
    params: method.params,
    anyParams: true,
    run: (context, params) => {
      const { calling } = context;
      if (!calling) throw refusal();
      if (method.scope !== null && !context.scopes.has(method.scope)) {
        throw new RestError(
          403,
          'insufficient_scope',
          'The request requires higher privileges than provided by the access token',
        );
      }
      if (method.admin && !context.user.admin) throw method.admin();
      return method.run({ ...context, ...calling }, checkParams(method.params, params));
    },
  };
}

export const wrongAuthType = (): RestError =>
  new RestError(403, 'WRONG_AUTH_TYPE', 'Current authorization type is denied for this method');
export const appRequired = (): RestError =>
  new RestError(403, 'ACCESS_DENIED', 'Access denied! Application context required');
export const adminRequired = (): RestError =>
  new RestError(403, 'ACCESS_DENIED', 'Access denied! Admin permissions required');
export const wrongContext = (): RestError =>
  new RestError(400, 'ERROR_WRONG_CONTEXT', 'Method available in application context only');

/** Handlers are reached from outside: http(s), and a host with a dot unless doubt localhostHandlers takes others. */
export function checkHandler(context: CallContext, handler: string): void {
  const url = URL.canParse(handler) ? new URL(handler) : null;
  if (!url) throw new RestError(400, 'ERROR_WRONG_HANDLER_URL', 'Wrong handler URL');
  if (!/^https?:$/.test(url.protocol)) {
    throw new RestError(400, 'ERROR_UNSUPPORTED_PROTOCOL', 'Unsupported handler protocol');
  }
  if (!url.hostname.includes('.') && context.portal.doubts.localhostHandlers === 'refused') {
    throw new RestError(400, 'ERROR_WRONG_HANDLER_URL', 'Wrong handler URL');
  }
}
