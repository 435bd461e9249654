/** Stands between worker and portal: passes requests on, and stops one where the watch says so. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WatchPost } from './watch.ts';

export interface PortalGate {
  readonly webhookUrl: string;
  /** Requests of dead workers that the portal has not finished yet. */
  late(): number;
  close(): Promise<void>;
}

/** @param lateMs how long the portal takes for a request whose sender was killed */
export async function openPortalGate(
  webhookUrl: string,
  post: WatchPost,
  lateMs: number,
): Promise<PortalGate> {
  const target = new URL(webhookUrl);
  let late = 0;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await textOf(request);
    const url = new URL(request.url ?? '/', target);
    const method =
      url.pathname
        .split('/')
        .at(-1)
        ?.replace(/\.json$/, '') ?? '';
    const pass = () =>
      fetch(url, {
        method: request.method ?? 'POST',
        headers: { 'content-type': request.headers['content-type'] ?? 'application/json' },
        body,
      });
    const verdict = post.ask({ at: 'portal-request', method, body });
    if (verdict === 'kill') return;
    if (verdict === 'kill-and-deliver-late') {
      late += 1;
      await sleep(lateMs);
      await pass().finally(() => {
        late -= 1;
      });
      return;
    }
    const answer = await pass();
    const text = await answer.text();
    if (post.ask({ at: 'portal-answer', method, body }) !== 'pass') return;
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(text);
  }

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    webhookUrl: `http://127.0.0.1:${port}${target.pathname}`,
    late: () => late,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}
