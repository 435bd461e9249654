import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LeakyBucket } from '../limits/leaky-bucket.ts';
import { readBody, sendJson } from '../http/messages.ts';
import { runBatch } from './batch.ts';
import { callMethod, isWriting, timeBlock } from './call-method.ts';
import type { CallEnvironment } from './call-method.ts';
import { toMap } from './params.ts';
import type { Params } from './params.ts';
import { parsePhpQuery } from './php-query.ts';
import { RestError } from './rest-error.ts';
import { callV3 } from './v3.ts';

export interface RestServer {
  readonly env: Omit<CallEnvironment, 'user'>;
  readonly bucket: LeakyBucket;
  readonly secret: string;
}

const V2 = /^\/rest\/(\d+)\/([^/]+)\/([A-Za-z0-9_.]+?)(?:\.json)?\/?$/;
const V3 = /^\/rest\/api\/(\d+)\/([^/]+)\/([A-Za-z0-9_.]+)\/?$/;

/** Answers one REST request; false when the address is not REST. */
export async function serveRest(
  server: RestServer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const v3 = V3.exec(url.pathname);
  const match = v3 ?? V2.exec(url.pathname);
  if (!match) return false;
  const { stats, faults } = server.env;
  stats.requests += 1;
  const method = match[3] ?? '';
  try {
    const body = await readBody(request);
    checkDoor(server, request);
    const env = authorise(server, match[1] ?? '', match[2] ?? '');
    if (v3) {
      const answer = callV3(env, method, request, body);
      sendJson(response, answer.status, answer.body);
      return true;
    }
    const params = { ...parsePhpQuery(url.search.slice(1)), ...bodyParams(request, body) };
    const answer = await answerV2(env, method, params);
    const wrote = answer === null || isWriting(method) || hasWritingCommand(method, params);
    if (answer === null || (wrote && faults.cutAfterWrite > 0)) {
      if (answer !== null) faults.cutAfterWrite -= 1;
      request.socket.destroy();
      return true;
    }
    sendJson(response, 200, answer);
  } catch (error) {
    sendError(server, response, method, error, v3 !== null);
  }
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

async function answerV2(
  env: CallEnvironment,
  method: string,
  params: Params,
): Promise<Record<string, unknown> | null> {
  const startedAt = env.portal.clock.now();
  const from = performance.now();
  if (method.toLowerCase() === 'batch') {
    env.stats.byMethod['batch'] = (env.stats.byMethod['batch'] ?? 0) + 1;
    const outcome = await runBatch(env, params);
    if (outcome.cut) return null;
    const time = timeBlock(env, 'batch', startedAt, performance.now() - from);
    return { result: outcome.body, time: { ...time, operating: 0 } };
  }
  const { result, total, next, time } = await callMethod(env, method, params);
  const marks = {
    ...(next === undefined ? {} : { next }),
    ...(total === undefined ? {} : { total }),
  };
  return { result, ...marks, time };
}

function bodyParams(request: IncomingMessage, body: string): Params {
  if (body === '') return {};
  const type = request.headers['content-type'] ?? '';
  if (type.includes('application/json')) {
    try {
      return toMap(JSON.parse(body));
    } catch {
      throw new RestError(400, 'INVALID_REQUEST', 'The request body is not valid JSON');
    }
  }
  if (type.includes('application/x-www-form-urlencoded')) return parsePhpQuery(body);
  throw new RestError(400, 'INVALID_REQUEST', 'Unknown content type');
}

function hasWritingCommand(method: string, params: Params): boolean {
  if (method.toLowerCase() !== 'batch') return false;
  return Object.values(toMap(params['cmd'])).some((c) => isWriting(String(c).split('?')[0] ?? ''));
}

function sendError(
  server: RestServer,
  response: ServerResponse,
  method: string,
  error: unknown,
  v3: boolean,
): void {
  const known =
    error instanceof RestError
      ? error
      : new RestError(500, 'INTERNAL_SERVER_ERROR', `Sandbox fault: ${String(error)}`);
  const name = `${method}: ${known.code}`;
  server.env.stats.errors[name] = (server.env.stats.errors[name] ?? 0) + 1;
  const flat = { error: known.code, error_description: known.message };
  const nested = { error: { code: String(known.code), message: known.message } };
  sendJson(response, known.status, v3 ? nested : flat);
}
