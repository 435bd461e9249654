import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AppControl } from '../apps/app-control.ts';
import type { SandboxControl } from '../control.ts';
import { serveRest } from '../rest/rest-server.ts';
import type { RestServer } from '../rest/rest-server.ts';
import { serveAppUi } from '../ui/app-api.ts';
import type { ChangeStream } from '../ui/change-stream.ts';
import { serveUi } from '../ui/ui-api.ts';
import { serveAuthorize } from './authorize.ts';
import { sendJson } from './messages.ts';
import { serveStatic } from './static-files.ts';

export interface Exchange {
  readonly rest: RestServer;
  readonly stream: ChangeStream;
  readonly control: SandboxControl;
  readonly apps: AppControl;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

/** One request to the portal: REST, the JSON of its own pages, or a page. */
export async function answerPortal(exchange: Exchange): Promise<void> {
  const { rest, stream, control, apps, request, response } = exchange;
  if (!LOOPBACK.test(request.headers.host ?? '')) {
    sendJson(response, 421, { error: 'This portal answers on loopback addresses only' });
    return;
  }
  const path = new URL(request.url ?? '/', 'http://localhost').pathname;
  if (path === '/sandbox/api/stream') {
    stream.open(response);
    return;
  }
  const { portal, stats } = rest.env;
  if (await serveRest(rest, request, response)) return;
  if (serveAuthorize(rest.apps, apps, request, response)) return;
  if (await serveAppUi({ host: rest.apps, apps }, request, response)) return;
  if (await serveUi({ portal, control, stats }, request, response)) return;
  if (request.method === 'GET' && (await serveStatic(path, response))) return;
  sendJson(response, 404, { error: 'not-found' });
}
