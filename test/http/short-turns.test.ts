/** A flood of events beside somebody else's work in the same process: counted in turns of the event loop, never in time. */
import { once } from 'node:events';
import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import type { Server } from 'node:http';
import { connect, Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, expect, it } from '@jest/globals';
import { createHttpServer } from '../../src/http/create-http-server.ts';
import { inShortTurns } from '../../src/http/short-turns.ts';
import { recordingLog } from '../support/recording-log.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

const isEvent = (url: string): boolean => url === '/events';

function requestTo(
  url: string,
): readonly [IncomingMessage, ServerResponse & { req: IncomingMessage }] {
  const req = new IncomingMessage(new Socket());
  req.url = url;
  return [req, new ServerResponse(req)];
}

/** All requests in one write, so that they arrive in the same turn. @returns everything that came back */
async function sendAtOnce(server: Server, requests: readonly string[]): Promise<string> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  const socket = connect(address.port, '127.0.0.1').setEncoding('utf8');
  let heard = '';
  socket.on('data', (text: string) => (heard += text));
  socket.write(requests.join(''));
  await once(socket, 'end');
  return heard;
}

function post(body: string, last: boolean): string {
  return [
    'POST /events HTTP/1.1',
    'Host: gate.example',
    'Content-Type: application/x-www-form-urlencoded',
    `Content-Length: ${body.length}`,
    ...(last ? ['Connection: close'] : []),
    '',
    body,
  ].join('\r\n');
}

it('takes a flood in pieces, in its order, and anything else at once', async () => {
  const taken: string[] = [];
  const handle = inShortTurns((req) => void taken.push(req.headers.from ?? 'page'), isEvent, 3);
  const arrive = (from: string): void => {
    const [req, res] = requestTo('/events');
    req.headers.from = from;
    handle(req, res);
  };

  for (const from of ['1', '2', '3', '4', '5', '6', '7', '8']) arrive(from);
  handle(...requestTo('/c/a-link'));
  const counts = [taken.length];
  for (let turn = 0; turn < 3; turn += 1) {
    await nextTurn();
    counts.push(taken.length);
  }

  expect(counts).toEqual([4, 7, 9, 9]);
  expect(taken).toEqual(['1', '2', '3', 'page', '4', '5', '6', '7', '8']);
});

it('lets what comes later queue behind what waits', async () => {
  const taken: string[] = [];
  const handle = inShortTurns((req) => void taken.push(req.headers.from ?? ''), isEvent, 2);
  const arrive = (from: string): void => {
    const [req, res] = requestTo('/events');
    req.headers.from = from;
    handle(req, res);
  };

  for (const from of ['1', '2', '3', '4', '5']) arrive(from);
  await nextTurn();
  arrive('6');
  for (let turn = 0; turn < 4; turn += 1) await nextTurn();
  arrive('7');

  expect(taken).toEqual(['1', '2', '3', '4', '5', '6', '7']);
});

it('reads the whole body of a request that had to wait', async () => {
  const bodies = Array.from({ length: 20 }, (_, n) => `text=${String(n).repeat(200)}`);
  const echo = inShortTurns(
    (req, res) => {
      let body = '';
      req.on('data', (part: Buffer) => (body += part.toString()));
      req.on('end', () => res.end(`<${body}>`));
    },
    isEvent,
    2,
  );

  const heard = await sendAtOnce(
    createServer(echo),
    bodies.map((body, n) => post(body, n === bodies.length - 1)),
  );

  expect([...heard.matchAll(/<([^>]*)>/g)].map(([, body]) => body)).toEqual(bodies);
});

it('a neighbour’s work goes on while a storm of events is being taken', async () => {
  const STORM = 80;
  const order: string[] = [];
  /** Three answers waited for one after another, as a return waits for the store and its portal. */
  const neighbour = async (): Promise<void> => {
    for (let step = 0; step < 3; step += 1) await nextTurn();
    order.push('the neighbour');
  };
  const returns: Promise<void>[] = [];
  const server = createHttpServer({
    doorbell: {
      ring: async () => {
        order.push('an event');
        if (returns.length === 0) returns.push(neighbour());
      },
      refused: async () => undefined,
    },
    eventTokens: ['a-token'],
    portalId: 'stormy',
    log: recordingLog(),
    ready: () => true,
  });
  const bodies = Array.from({ length: STORM }, (_, n) =>
    new URLSearchParams({
      event: 'ONCRMDEALUPDATE',
      'data[FIELDS][ID]': String(n + 1),
      'auth[application_token]': 'a-token',
    }).toString(),
  );

  const heard = await sendAtOnce(
    server,
    bodies.map((body, n) => post(body, n === STORM - 1)),
  );
  await Promise.all(returns);

  expect([...heard.matchAll(/HTTP\/1\.1 200 /g)]).toHaveLength(STORM);
  expect(order.filter((who) => who === 'an event')).toHaveLength(STORM);
  expect(order.indexOf('the neighbour')).toBeLessThanOrEqual(STORM / 2);
});
