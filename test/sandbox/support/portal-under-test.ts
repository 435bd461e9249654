/** A sandbox portal and plain HTTP calls to it, as any client of the platform would make them. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSandbox } from '../../../src/sandbox/start-sandbox.ts';
import type { Sandbox, SandboxOptions } from '../../../src/sandbox/start-sandbox.ts';

export const DEALS = { entityTypeId: 2, categoryId: 5 } as const;
export const ITEMS = { entityTypeId: 1034, categoryId: 12 } as const;
/** Sunday, 1 March 2026, noon in Moscow. */
export const START = Date.parse('2026-03-01T12:00:00+03:00');

export type Fields = Readonly<Record<string, unknown>>;

/** An answer's body; `T` is what the caller expects in `result`. */
export interface Reply<T = Fields> {
  readonly status: number;
  readonly body: {
    readonly result: T;
    readonly total?: number;
    readonly next?: number;
    readonly time: Fields;
    readonly error?: unknown;
    readonly error_description?: string;
  };
}

export interface Called {
  readonly sandbox: Sandbox;
  /** POST of JSON. */
  call<T = Fields>(method: string, params?: Fields): Promise<Reply<T>>;
  /** The result of a call that must succeed. */
  result<T = Fields>(method: string, params?: Fields): Promise<T>;
}

export async function openPortal(options: SandboxOptions = {}): Promise<Called> {
  const sandbox = await startSandbox({ seed: 'empty', limits: 'off', ...options });
  const call = <T>(method: string, params: Fields = {}): Promise<Reply<T>> =>
    postJson<T>(`${sandbox.webhookUrl}${method}`, params);
  return {
    sandbox,
    call,
    async result<T>(method: string, params?: Fields): Promise<T> {
      const { status, body } = await call<T>(method, params);
      if (status !== 200) throw new Error(`${method}: ${JSON.stringify(body)}`);
      return body.result;
    },
  };
}

export async function postJson<T>(url: string, body: unknown): Promise<Reply<T>> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  return readReply<T>(response);
}

export async function readReply<T>(response: Response): Promise<Reply<T>> {
  const body = (await response.json()) as Reply<T>['body'];
  return { status: response.status, body };
}

export interface Handler {
  readonly url: string;
  readonly bodies: URLSearchParams[];
  /** What the handler answers; 0: nothing at all. */
  status: number;
  /** Waits until so many events have come. */
  waitFor(count: number): Promise<void>;
  close(): Promise<void>;
}

/** A handler of outgoing webhooks that keeps what it gets. */
export async function openHandler(): Promise<Handler> {
  const bodies: URLSearchParams[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      bodies.push(new URLSearchParams(text));
      if (handler.status !== 0) response.writeHead(handler.status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const handler: Handler = {
    url: `http://127.0.0.1:${port}/events`,
    bodies,
    status: 200,
    async waitFor(count) {
      while (bodies.length < count) await sleep(5);
    },
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  return handler;
}
