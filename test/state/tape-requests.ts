/** Notes every request that writes to a sandbox portal, as it comes in at a server of this process. */
import { IncomingMessage, Server } from 'node:http';
import { isWriting } from '../../src/sandbox/rest/call-method.ts';
import type { People } from './people.ts';

/** @param tapes by the port of the portal */
export function tapeRequests(tapes: ReadonlyMap<string, People>): void {
  const { emit } = Object.getOwnPropertyDescriptors(Server.prototype);
  const original = emit?.value ?? Reflect.get(Server.prototype, 'emit');
  Object.assign(Server.prototype, {
    emit(this: Server, event: string | symbol, ...args: unknown[]): unknown {
      const [request] = args;
      if (event === 'request' && request instanceof IncomingMessage) listenTo(request, this, tapes);
      return Reflect.apply(original, this, [event, ...args]);
    },
  });
}

function listenTo(
  request: IncomingMessage,
  server: Server,
  tapes: ReadonlyMap<string, People>,
): void {
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const tape = tapes.get(String(port));
  const path = request.url ?? '';
  if (tape === undefined || !path.startsWith('/rest/')) return;
  const parts: Buffer[] = [];
  const push = request.push.bind(request);
  request.push = (chunk: unknown, encoding?: BufferEncoding) => {
    if (Buffer.isBuffer(chunk)) parts.push(chunk);
    if (chunk === null) note(tape, request, Buffer.concat(parts).toString());
    return push(chunk, encoding);
  };
}

function note({ steps, sandbox }: People, request: IncomingMessage, body: string): void {
  const path = request.url ?? '';
  if (!methodsOf(path, body).some(isWriting)) return;
  steps.push({
    by: 'rest',
    at: sandbox.clock.now(),
    // Neither the webhook's secret nor a token is written down.
    path: path.replace(/^(\/rest\/(?:api\/)?)\d+\/[^/]+\//, '$1'),
    type: request.headers['content-type'] ?? '',
    body: body.replace(/"auth":"[^"]*",?/, ''),
  });
}

function methodsOf(path: string, body: string): readonly string[] {
  const method = /([A-Za-z0-9_.]+?)(?:\.json)?\/?(?:\?|$)/.exec(path)?.[1] ?? '';
  if (method !== 'batch') return [method];
  const { cmd } = JSON.parse(body) as { readonly cmd: Readonly<Record<string, string>> };
  return Object.values(cmd).map((command) => command.split('?')[0] ?? '');
}
