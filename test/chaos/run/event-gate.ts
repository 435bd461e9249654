/** The public address of the service: passes everything on to the web process, and events with the troubles of the day. */
import { once } from 'node:events';
import { Agent, createServer, request as httpRequest } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EventFaults, EventRule } from './fault.ts';

export interface EventGate {
  /** `http://127.0.0.1:port`, the same for as long as the world stands. */
  readonly url: string;
  readonly faults: EventFaults;
  /** Draws what happens to which event: set anew for every seed. */
  random: () => number;
  close(): Promise<void>;
}

interface Event {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** @param target where the web process listens now */
export async function openEventGate(target: () => string): Promise<EventGate> {
  const gate = new Gate(target);
  await gate.open();
  return gate;
}

class Gate implements EventGate {
  readonly #target: () => string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  readonly #server = createServer((request, response) => {
    this.#handle(request, response).catch(() => response.destroy());
  });
  readonly #rules = new Set<EventRule>();
  readonly #held: Event[] = [];
  #underWay = 0;
  random: () => number = Math.random;

  readonly faults: EventFaults = {
    break: (rule) => this.#break(rule),
    underWay: () => this.#underWay + this.#held.length,
  };

  constructor(target: () => string) {
    this.#target = target;
  }

  async open(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  get url(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
    this.#agent.destroy();
  }

  #break(rule: EventRule): () => void {
    const own = { ...rule };
    this.#rules.add(own);
    return () => {
      this.#rules.delete(own);
      if (own.hold === true) for (const event of this.#held.splice(0).reverse()) this.#send(event);
    };
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const event: Event = {
      path: request.url ?? '/',
      headers: { 'content-type': request.headers['content-type'] ?? '' },
      body: Buffer.concat(chunks),
    };
    // The portal never sends an event again, whatever it was answered.
    if (request.method === 'POST' && /^\/events\b/.test(event.path)) {
      response.writeHead(200).end();
      return this.#deliver(event);
    }
    const headers = { ...request.headers, host: new URL(this.#target()).host };
    const passed = httpRequest(this.#target() + event.path, {
      method: request.method ?? 'GET',
      agent: this.#agent,
      headers,
    });
    passed.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passed.on('error', () => response.destroy());
    passed.end(event.body);
  }

  #deliver(event: Event): void {
    const rules = [...this.#rules];
    if (rules.some(({ drop = 0 }) => this.random() < drop)) return;
    if (rules.some(({ hold }) => hold === true)) {
      this.#held.push(event);
      return;
    }
    const lateMs = Math.max(0, ...rules.map((rule) => rule.lateMs ?? 0));
    const twice = rules.some(({ double = 0 }) => this.random() < double);
    this.#later(event, lateMs);
    if (twice) this.#later(event, Math.max(lateMs, 300));
  }

  #later(event: Event, lateMs: number): void {
    if (lateMs === 0) return this.#send(event);
    this.#underWay += 1;
    setTimeout(() => {
      this.#underWay -= 1;
      this.#send(event);
    }, this.random() * lateMs);
  }

  #send({ path, headers, body }: Event): void {
    this.#underWay += 1;
    const done = (): void => {
      this.#underWay -= 1;
    };
    const sent = httpRequest(this.#target() + path, {
      method: 'POST',
      agent: this.#agent,
      headers: { ...headers, 'content-length': body.length },
    });
    sent.on('response', (answer) => answer.resume());
    // A web process that is away loses the event, as on the platform.
    sent.on('error', () => undefined);
    sent.on('close', done);
    sent.end(body);
  }
}
