import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AppControl } from '../apps/app-control.ts';
import type { AppHost } from '../apps/app-host.ts';

/**
 * `/oauth/authorize/`: sends the user back to the address on the app's card with a code. The sandbox has no login, so
 * `user_id` says who is at the browser. On a failure the portal shows its own page and the app hears nothing.
 */
export function serveAuthorize(
  host: AppHost,
  apps: AppControl,
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  const url = new URL(request.url ?? '/', host.url());
  if (url.pathname.replace(/\/$/, '') !== '/oauth/authorize') return false;
  const clientId = url.searchParams.get('client_id') ?? '';
  const app = host.portal.apps.find(clientId);
  if (app?.stage !== 'installed') {
    response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' });
    response.end('Application is not installed');
    return true;
  }
  const target = new URL(app.handlerUrl);
  const userId = Number(url.searchParams.get('user_id') ?? 1);
  const query = {
    code: apps.authorizationCode(clientId, userId),
    state: url.searchParams.get('state') ?? '',
    domain: new URL(host.url()).host,
    member_id: host.memberId,
    scope: app.scopes.join(','),
    server_domain: new URL(host.oauth.url).host,
  };
  for (const [name, value] of Object.entries(query)) target.searchParams.set(name, value);
  response.writeHead(302, { Location: target.toString() });
  response.end();
  return true;
}
