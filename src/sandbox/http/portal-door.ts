import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { listenOn } from './listen.ts';
import { OPEN_FRONT, sendJson } from './messages.ts';
import type { Front } from './messages.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Where a portal is reached. A renamed portal is reached at a new address; the old ones point to it. */
export class PortalDoor {
  readonly #host: string;
  readonly #front: Front;
  readonly #servers: Server[] = [];
  #url = '';
  #answer: Answer = async (_request, response) => sendJson(response, 503, { error: 'starting' });

  private constructor(host: string, front: Front) {
    this.#host = host;
    this.#front = front;
  }

  static async open(port: number, host: string, front: Front = OPEN_FRONT): Promise<PortalDoor> {
    const door = new PortalDoor(host, front);
    await door.#listen(port);
    return door;
  }

  get url(): string {
    return this.#url;
  }

  onRequest(answer: Answer): void {
    this.#answer = answer;
  }

  async rename(): Promise<string> {
    await this.#listen(0);
    return this.#url;
  }

  async close(): Promise<void> {
    for (const server of this.#servers) {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    }
  }

  async #listen(port: number): Promise<void> {
    const server = createServer();
    const taken = await listenOn(server, port, this.#host);
    const own = `http://127.0.0.1:${taken}`;
    server.on('request', (request, response) => {
      if (own !== this.#url) {
        response.writeHead(302, { Location: `${this.#url}${request.url ?? '/'}` });
        response.end();
        return;
      }
      const answer = (): void => {
        this.#answer(request, response).catch((error: unknown) => {
          if (!response.headersSent) sendJson(response, 500, { error: String(error) });
          else response.destroy();
        });
      };
      this.#front(request, response, answer).catch(() => response.destroy());
    });
    this.#servers.push(server);
    this.#url = own;
  }
}
