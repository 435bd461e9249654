/** A door that hands requests out to several servers in turn, as a balancer does. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface InTurn {
  readonly url: string;
  /** How many requests each server got. */
  readonly handedOut: readonly number[];
  close(): Promise<void>;
}

export async function inTurn(servers: readonly string[]): Promise<InTurn> {
  const handedOut = servers.map(() => 0);
  let turn = 0;
  const door = createServer((request, response) => {
    const at = turn % servers.length;
    turn += 1;
    handedOut[at] = (handedOut[at] ?? 0) + 1;
    handOver(request, `${servers[at]}${request.url}`).then(
      async (answer) => {
        const headers = { 'content-type': answer.headers.get('content-type') ?? 'text/plain' };
        response.writeHead(answer.status, headers).end(await answer.text());
      },
      () => response.writeHead(502).end(),
    );
  });
  door.listen(0, '127.0.0.1');
  await once(door, 'listening');
  const { port } = door.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    handedOut,
    async close() {
      door.close();
      door.closeAllConnections();
    },
  };
}

async function handOver(request: IncomingMessage, url: string): Promise<Response> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(Buffer.from(part));
  const headers = {
    'content-type': request.headers['content-type'] ?? 'text/plain',
    ...(request.headers.authorization !== undefined && {
      authorization: request.headers.authorization,
    }),
  };
  const method = request.method ?? 'GET';
  const body = method === 'GET' ? null : Buffer.concat(parts);
  return fetch(url, { method, headers, body, redirect: 'manual' });
}
