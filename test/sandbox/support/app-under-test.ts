/** An application of a sandbox portal: what it is told, and plain calls with its tokens. */
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AppCard } from '../../../src/sandbox/apps/app-control.ts';
import { parsePhpQuery } from '../../../src/sandbox/rest/php-query.ts';
import { startSandbox } from '../../../src/sandbox/start-sandbox.ts';
import type { Sandbox, SandboxOptions } from '../../../src/sandbox/start-sandbox.ts';
import { eventually } from '../../support/eventually.ts';
import { postJson, readReply } from './portal-under-test.ts';
import type { Fields, Reply } from './portal-under-test.ts';

export interface Told {
  readonly path: string;
  readonly raw: string;
  readonly body: ReturnType<typeof parsePhpQuery>;
}

export interface AppServer {
  readonly url: string;
  readonly told: Told[];
  status: number;
  /** The page the app answers with. */
  page: string;
  /** Other files of the app, by path: scripts. */
  readonly scripts: Map<string, string>;
  /** The first told that fits, waiting for it. */
  heard(event: string, count?: number): Promise<Told>;
  /** The first of anything, waiting for it. */
  first(): Promise<Told>;
  close(): Promise<void>;
}

export async function openAppServer(): Promise<AppServer> {
  const told: Told[] = [];
  const server = createServer((request, response) => {
    void textOfBody(request).then((raw) => {
      const path = new URL(request.url ?? '/', 'http://app').pathname;
      if (request.method === 'POST') told.push({ path, raw, body: parsePhpQuery(raw) });
      const script = request.method === 'GET' ? app.scripts.get(path) : undefined;
      const type = script === undefined ? 'text/html' : 'text/javascript';
      response.writeHead(app.status, { 'Content-Type': `${type}; charset=utf-8` });
      response.end(script ?? app.page);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const app: AppServer = {
    url: `http://127.0.0.1:${port}`,
    told,
    status: 200,
    page: '<!doctype html><title>app</title>',
    scripts: new Map(),
    async heard(event, count = 1) {
      const fits = (): Told[] => told.filter((one) => one.body['event'] === event);
      await eventually(`${count} of ${event}`, fits, (seen) => seen.length >= count);
      const found = fits()[count - 1];
      if (!found) throw new Error('not heard');
      return found;
    },
    async first() {
      await eventually(
        'a call to the app',
        () => told.length,
        (count) => count > 0,
      );
      const [found] = told;
      if (!found) throw new Error('not heard');
      return found;
    },
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  return app;
}

async function textOfBody(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

export interface AppPortal {
  readonly sandbox: Sandbox;
  readonly server: AppServer;
  readonly clientId: string;
  readonly clientSecret: string;
  /** A fresh access token of a user. */
  token(userId?: number): string;
  /** A call with the token of a user (1, the administrator, unless told otherwise). */
  call<T = Fields>(method: string, params?: Fields, userId?: number): Promise<Reply<T>>;
  result<T = Fields>(method: string, params?: Fields, userId?: number): Promise<T>;
  close(): Promise<void>;
}

export const SCOPES = ['crm', 'placement', 'bizproc', 'im', 'user_brief', 'note'];

/** A portal with an installed app, unless the card is told to stay as added. */
export async function openAppPortal(
  options: SandboxOptions & { readonly card?: Partial<AppCard>; readonly install?: boolean } = {},
): Promise<AppPortal> {
  const { card, install, ...rest } = options;
  const server = await openAppServer();
  const sandbox = await startSandbox({ seed: 'support', limits: 'off', ...rest });
  sandbox.faults.delayMs = [0, 5];
  const credentials = sandbox.apps.register({
    name: 'Closegate',
    handlerUrl: `${server.url}/app`,
    installUrl: `${server.url}/install`,
    scopes: SCOPES,
    ...card,
  });
  const { clientId } = credentials;
  if (install !== false) {
    sandbox.apps.openInstaller(clientId);
    await sandbox.apps.finishInstall(clientId);
  }
  const token = (userId = 1): string =>
    sandbox.apps.open(clientId, { userId }).body['AUTH_ID'] ?? '';
  const call = <T>(method: string, params: Fields = {}, userId = 1): Promise<Reply<T>> =>
    postJson<T>(`${sandbox.url}/rest/${method}`, { ...params, auth: token(userId) });
  return {
    sandbox,
    server,
    ...credentials,
    token,
    call,
    async result<T>(method: string, params?: Fields, userId?: number): Promise<T> {
      const { status, body } = await call<T>(method, params, userId);
      if (status !== 200) throw new Error(`${method}: ${JSON.stringify(body)}`);
      return body.result;
    },
    async close() {
      await sandbox.close();
      await server.close();
    },
  };
}

/** The auth server's answer. */
export async function askToken(
  sandbox: Sandbox,
  params: Readonly<Record<string, string>>,
  method: 'GET' | 'POST' = 'POST',
): Promise<{ readonly status: number; readonly body: Fields }> {
  const query = new URLSearchParams(params);
  const url = `${sandbox.oauthUrl}/oauth/token/`;
  const response =
    method === 'GET'
      ? await fetch(`${url}?${query.toString()}`)
      : await fetch(url, { method: 'POST', body: query });
  return { status: response.status, body: (await response.json()) as Fields };
}

export { readReply };
