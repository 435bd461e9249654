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

interface Call {
  readonly method: string;
  readonly userId: string;
  readonly secret: string;
  readonly v3: boolean;
  readonly query: string;
}

function readAddress(request: IncomingMessage): Call | null {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const v3 = V3.exec(url.pathname);
  const match = v3 ?? V2.exec(url.pathname);
  if (!match) return null;
  const [, userId = '', secret = '', method = ''] = match;
  return { userId, secret, method, v3: v3 !== null, query: url.search.slice(1) };
}

/** Answers one REST request; false when the address is not REST. */
export async function serveRest(
  server: RestServer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const call = readAddress(request);
  if (!call) return false;
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
  const env = authorise(server, call.userId, call.secret);
  if (call.v3) {
    const answer = callV3(env, call.method, request, body);
    if (answer.replayed) response.setHeader('Idempotent-Replayed', 'true');
    if (answer.status === 200 && cutsAfterWrite(server, call.method, {})) request.socket.destroy();
    else sendJson(response, answer.status, answer.body);
    return;
  }
  const params = { ...parsePhpQuery(call.query), ...bodyParams(request, body) };
  const answer = await answerV2(env, call.method, params);
  if (answer === null || cutsAfterWrite(server, call.method, params)) request.socket.destroy();
  else sendJson(response, 200, answer);
}

/** The ordered fault: the write is applied, the answer never arrives. */
function cutsAfterWrite(server: RestServer, method: string, params: Params): boolean {
  const { faults } = server.env;
  if (faults.cutAfterWrite <= 0) return false;
  const { cutOnly } = faults;
  if (cutOnly !== '' && method.toLowerCase() !== cutOnly.toLowerCase()) return false;
  if (!isWriting(method) && !hasWritingCommand(method, params)) return false;
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

function sendError(server: RestServer, call: Call, response: ServerResponse, error: unknown): void {
  const known =
    error instanceof RestError
      ? error
      : new RestError(500, 'INTERNAL_SERVER_ERROR', `Sandbox fault: ${String(error)}`);
  const name = `${call.method}: ${known.code}`;
  server.env.stats.errors[name] = (server.env.stats.errors[name] ?? 0) + 1;
  const flat = { error: known.code, error_description: known.message };
  const nested = { error: { code: String(known.code), message: known.message } };
  sendJson(response, known.status, call.v3 ? nested : flat);
}
