import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LeakyBucket } from '../limits/leaky-bucket.ts';
import { readBody, sendJson } from '../http/messages.ts';
import { answerV2 } from './answer-v2.ts';
import { allowBrowser, authoriseApp } from './app-auth.ts';
import type { AppDoor } from './app-auth.ts';
import { bodyParams } from './body-params.ts';
import { isWriting } from './call-method.ts';
import type { CallEnvironment } from './call-method.ts';
import { toMap } from './params.ts';
import type { Params } from './params.ts';
import { parsePhpQuery } from './php-query.ts';
import { RestError } from './rest-error.ts';
import { callV3 } from './v3.ts';

export interface RestServer extends AppDoor {
  readonly bucket: LeakyBucket;
  readonly secret: string;
}

const APP_V2 = /^\/rest\/([A-Za-z0-9_.]+?)(?:\.json)?\/?$/;
const APP_V3 = /^\/rest\/api\/([A-Za-z0-9_.]+)\/?$/;
const V2 = /^\/rest\/(\d+)\/([^/]+)\/([A-Za-z0-9_.]+?)(?:\.json)?\/?$/;
const V3 = /^\/rest\/api\/(\d+)\/([^/]+)\/([A-Za-z0-9_.]+)\/?$/;

interface Call {
  readonly method: string;
  /** Null: an application, whose token is in the parameters. */
  readonly webhook: { readonly userId: string; readonly secret: string } | null;
  readonly v3: boolean;
  readonly query: string;
}

function readAddress(request: IncomingMessage): Call | null {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const query = url.search.slice(1);
  const app = APP_V3.exec(url.pathname) ?? APP_V2.exec(url.pathname);
  if (app) {
    const v3 = url.pathname.startsWith('/rest/api/');
    return { webhook: null, method: app[1] ?? '', v3, query };
  }
  const v3 = V3.exec(url.pathname);
  const match = v3 ?? V2.exec(url.pathname);
  if (!match) return null;
  const [, userId = '', secret = '', method = ''] = match;
  return { webhook: { userId, secret }, method, v3: v3 !== null, query };
}

/** Answers one REST request; false when the address is not REST. */
export async function serveRest(
  server: RestServer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const call = readAddress(request);
  if (!call) return false;
  if (call.webhook === null && allowBrowser(request, response)) return true;
  server.env.stats.requests += 1;
  try {
    await answerCall(server, call, request, response);
  } catch (error) {
    sendError(server, call, response, error);
  }
  return true;
}

async function answerCall(
  server: RestServer,
  call: Call,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request);
  checkDoor(server, request);
  const params = paramsOf(call, request, body);
  const env = call.webhook
    ? authorise(server, call.webhook.userId, call.webhook.secret)
    : authoriseApp(server, params['auth']);
  if (call.v3) {
    const answer = callV3(env, call.method, request, body);
    if (answer.replayed) response.setHeader('Idempotent-Replayed', 'true');
    if (answer.status === 200 && cutsAfterWrite(server, call.method, {})) request.socket.destroy();
    else sendJson(response, answer.status, answer.body);
    return;
  }
  const answer = await answerV2(env, call.method, params);
  if (answer === null || cutsAfterWrite(server, call.method, params)) request.socket.destroy();
  else sendJson(response, 200, answer);
}

/** REST 3.0 ignores the query and refuses bodies that are no JSON by itself. */
function paramsOf(call: Call, request: IncomingMessage, body: string): Params {
  const json = (request.headers['content-type'] ?? '').includes('application/json');
  if (call.v3) return json && call.webhook === null ? bodyParams(request, body) : {};
  return { ...parsePhpQuery(call.query), ...bodyParams(request, body) };
}

/** The ordered fault: the write is applied, the answer never arrives. */
function cutsAfterWrite(server: RestServer, method: string, params: Params): boolean {
  const { faults } = server.env;
  if (faults.cutAfterWrite <= 0) return false;
  const wanted = faults.cutOnly.toLowerCase();
  const called = [method, ...commandsOf(method, params)];
  const counts = (name: string): boolean =>
    wanted === '' ? isWriting(name) : name.toLowerCase() === wanted;
  if (!called.some(counts)) return false;
  faults.cutAfterWrite -= 1;
  return true;
}

/** What stands before any method: an outage, ordered failures, the request rate. */
function checkDoor(server: RestServer, request: IncomingMessage): void {
  const { stats, faults, limited } = server.env;
  if (faults.restDown) throw new RestError(503, 'SERVICE_UNAVAILABLE', 'Service unavailable');
  if (faults.failNextRequests.count > 0) {
    faults.failNextRequests.count -= 1;
    const { status, code } = faults.failNextRequests;
    throw new RestError(status, code, 'Ordered failure');
  }
  const source = request.socket.remoteAddress ?? '';
  if (limited && !server.bucket.take(source, performance.now())) {
    stats.rejections += 1;
    throw new RestError(503, 'QUERY_LIMIT_EXCEEDED', 'Too many requests');
  }
}

function authorise(server: RestServer, userId: string, secret: string): CallEnvironment {
  const user = server.env.portal.users.get(Number(userId));
  if (!user || secret !== server.secret || user.id !== 1) {
    throw new RestError(401, 'NO_AUTH_FOUND', 'Wrong authorization data');
  }
  return { ...server.env, user };
}

/** Methods inside a batch. */
function commandsOf(method: string, params: Params): readonly string[] {
  if (method.toLowerCase() !== 'batch') return [];
  return Object.values(toMap(params['cmd'])).map((c) => String(c).split('?')[0] ?? '');
}

function sendError(server: RestServer, call: Call, response: ServerResponse, error: unknown): void {
  const known =
    error instanceof RestError
      ? error
      : new RestError(500, 'INTERNAL_SERVER_ERROR', `Sandbox fault: ${String(error)}`);
  const name = `${call.method}: ${known.code}`;
  server.env.stats.errors[name] = (server.env.stats.errors[name] ?? 0) + 1;
  const flat = { error: known.code, error_description: known.message, ...known.extra };
  const nested = { error: { code: String(known.code), message: known.message } };
  sendJson(response, known.status, call.v3 ? nested : flat);
}
