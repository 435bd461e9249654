import type { IncomingMessage, ServerResponse } from 'node:http';
import { userOf } from '../apps/app-host.ts';
import type { AppHost } from '../apps/app-host.ts';
import { OperatingMeter } from '../limits/operating.ts';
import type { OperatingLimit } from '../limits/operating.ts';
import { textOf } from '../text-of.ts';
import type { CallEnvironment } from './call-method.ts';
import { RestError } from './rest-error.ts';

/** Lets a page of another origin call: its preflight is answered here (true), real calls get the header. */
export function allowBrowser(request: IncomingMessage, response: ServerResponse): boolean {
  response.setHeader('Access-Control-Allow-Origin', '*');
  if (request.method !== 'OPTIONS') return false;
  response.writeHead(200, {
    'Access-Control-Allow-Methods': 'POST, GET, OPTIONS',
    'Access-Control-Allow-Headers': 'Content-Type, X-Requested-With',
    'Content-Length': '0',
  });
  response.end();
  return true;
}

export interface AppDoor {
  readonly env: Omit<CallEnvironment, 'user'>;
  readonly apps: AppHost;
  /** Resource use of each application, by client id. */
  readonly meters: Map<string, OperatingMeter>;
  readonly operatingLimit?: OperatingLimit | undefined;
}

/** The call of an application: as the user of the token, within the scopes of the app. */
export function authoriseApp(server: AppDoor, auth: unknown): CallEnvironment {
  const { portal, oauth, memberId } = server.apps;
  const pair = oauth.tokens.byAccess(textOf(auth));
  const app = pair?.memberId === memberId ? portal.apps.find(pair.clientId) : undefined;
  const user = pair && userOf(portal, pair.userId);
  if (!pair || !app || !user || app.stage === 'new') {
    throw new RestError(401, 'NO_AUTH_FOUND', 'Wrong authorization data');
  }
  if (pair.accessEndsAt <= portal.clock.now()) {
    throw new RestError(401, 'expired_token', 'The access token provided has expired.');
  }
  const operating = server.meters.get(app.clientId) ?? new OperatingMeter(server.operatingLimit);
  server.meters.set(app.clientId, operating);
  return {
    ...server.env,
    user,
    scopes: new Set(app.scopes),
    operating,
    calling: { app, host: server.apps },
  };
}
