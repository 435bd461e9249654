import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { listenOn } from '../http/listen.ts';
import { OPEN_FRONT, readBody, sendJson } from '../http/messages.ts';
import type { Front } from '../http/messages.ts';
import { parsePhpQuery } from '../rest/php-query.ts';
import { textOf } from '../text-of.ts';
import { answerToken } from './answer-token.ts';
import type { OauthServer } from './oauth-tenants.ts';
import { TokenBook } from './token-book.ts';

export async function startOauthServer(
  options: { readonly port?: number; readonly front?: Front | undefined } = {},
): Promise<OauthServer> {
  const { front = OPEN_FRONT } = options;
  const http = createServer();
  const port = await listenOn(http, options.port ?? 0);
  const server: OauthServer = {
    url: `http://127.0.0.1:${port}`,
    tokens: new TokenBook(),
    tenants: new Map(),
    stats: { refreshes: 0, codes: 0, refusals: 0, infos: 0 },
    down: false,
    cutAnswers: 0,
    delayMs: 0,
    async close() {
      http.closeAllConnections();
      await new Promise<void>((resolve) => http.close(() => resolve()));
    },
  };
  http.on('request', (request, response) => {
    const pass = (): void => {
      answer(server, request, response).catch((error: unknown) => {
        if (!response.headersSent) sendJson(response, 500, { error: String(error) });
        else response.destroy();
      });
    };
    front(request, response, pass).catch(() => response.destroy());
  });
  return server;
}

async function answer(
  server: OauthServer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', server.url);
  const body = await readBody(request);
  const params = { ...parsePhpQuery(url.search.slice(1)), ...bodyOf(request, body) };
  if (server.down) {
    sendJson(response, 503, { error: 'SERVICE_UNAVAILABLE', error_description: 'Unavailable' });
    return;
  }
  const path = url.pathname.replace(/\/+$/, '');
  if (path === '/oauth/token') {
    if (server.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, server.delayMs));
    const { status, body: told } = answerToken(server, params);
    if (server.cutAnswers > 0) {
      server.cutAnswers -= 1;
      request.socket.destroy();
      return;
    }
    sendJson(response, status, told);
    return;
  }
  if (/^\/rest\/app\.info(\.json)?$/.test(path))
    answerInfo(server, textOf(params['auth']), response);
  else
    sendJson(response, 404, {
      error: 'ERROR_METHOD_NOT_FOUND',
      error_description: 'Method not found!',
    });
}

function bodyOf(request: IncomingMessage, body: string): Record<string, unknown> {
  if (body === '') return {};
  if (!(request.headers['content-type'] ?? '').includes('application/json')) {
    return parsePhpQuery(body);
  }
  const parsed: unknown = JSON.parse(body);
  return typeof parsed === 'object' && parsed !== null
    ? Object.fromEntries(Object.entries(parsed))
    : {};
}

/** `https://{auth}/rest/app.info`: the trusted word about the status of the app. */
function answerInfo(server: OauthServer, auth: string, response: ServerResponse): void {
  server.stats.infos += 1;
  const pair = server.tokens.byAccess(auth);
  const tenant = pair && server.tenants.get(pair.memberId);
  const client = pair && tenant?.client(pair.clientId);
  if (!pair || !tenant || !client) {
    sendJson(response, 401, {
      error: 'NO_AUTH_FOUND',
      error_description: 'Wrong authorization data',
    });
  } else if (pair.accessEndsAt <= tenant.now()) {
    sendJson(response, 401, {
      error: 'expired_token',
      error_description: 'The access token provided has expired.',
    });
  } else sendJson(response, 200, { result: client.info() });
}
