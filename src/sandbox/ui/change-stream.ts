import type { ServerResponse } from 'node:http';
import type { Portal } from '../state/portal.ts';

const DEBOUNCE_MS = 50;
const PING_MS = 20_000;

/** Server-sent events for open pages: `changed` with the state's version, at most one in 50 ms. */
export class ChangeStream {
  readonly #portal: Portal;
  readonly #pages = new Set<ServerResponse>();
  readonly #ping: NodeJS.Timeout;
  #timer: NodeJS.Timeout | null = null;

  constructor(portal: Portal) {
    this.#portal = portal;
    portal.onChange(() => {
      this.#timer ??= setTimeout(() => {
        this.#send();
      }, DEBOUNCE_MS);
    });
    this.#ping = setInterval(() => {
      for (const page of this.#pages) page.write(': ping\n\n');
    }, PING_MS);
    this.#ping.unref();
  }

  open(response: ServerResponse): void {
    response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      Connection: 'keep-alive',
    });
    response.write(this.#message());
    this.#pages.add(response);
    response.on('close', () => this.#pages.delete(response));
  }

  close(): void {
    clearInterval(this.#ping);
    if (this.#timer) clearTimeout(this.#timer);
    for (const page of this.#pages) page.end();
  }

  #message(): string {
    return `event: changed\ndata: ${JSON.stringify({ version: this.#portal.version })}\n\n`;
  }

  #send(): void {
    this.#timer = null;
    for (const page of this.#pages) page.write(this.#message());
  }
}
