import { randomBytes } from 'node:crypto';
import type { AppCard, AppCredentials } from './app-control.ts';
import type { SandboxApp } from './app-records.ts';
import { OfflineQueue } from './offline-queue.ts';

/** The applications added to one portal. Those removed stay known: they can be installed again. */
export class AppBook {
  readonly #byClient = new Map<string, SandboxApp>();
  #nextId = 5;
  #nextBinding = 301;

  add(card: AppCard): SandboxApp {
    const kind = card.kind ?? 'local';
    const { clientId, clientSecret } = card.credentials ?? newCredentials(kind);
    if (this.#byClient.has(clientId)) throw new RangeError(`The app ${clientId} is added already`);
    checkAddress(card.handlerUrl);
    if (card.installUrl !== undefined) checkAddress(card.installUrl);
    const app: SandboxApp = {
      id: this.#nextId,
      clientId,
      clientSecret,
      name: card.name,
      handlerUrl: card.handlerUrl,
      installUrl: card.installUrl ?? null,
      kind,
      ui: card.ui ?? true,
      scopes: [...card.scopes],
      version: card.version ?? '1.0.0',
      status: kind === 'local' ? 'L' : 'F',
      paymentExpired: false,
      stage: 'new',
      applicationToken: newToken(),
      pastTokens: [],
      installerId: 0,
      systemUserId: null,
      firstRun: true,
      options: new Map(),
      userOptions: new Map(),
      events: [],
      offline: new OfflineQueue(),
      placements: [],
      robots: new Map(),
      triggers: new Map(),
      placedRobots: [],
      attachedTriggers: [],
      runs: [],
      signals: [],
    };
    this.#nextId += 1;
    this.#byClient.set(clientId, app);
    return app;
  }

  find(clientId: string): SandboxApp | undefined {
    return this.#byClient.get(clientId);
  }

  /** Throws when there is none. */
  get(clientId: string): SandboxApp {
    const app = this.#byClient.get(clientId);
    if (!app) throw new RangeError(`No application ${clientId}`);
    return app;
  }

  all(): SandboxApp[] {
    return [...this.#byClient.values()];
  }

  nextBindingId(): number {
    this.#nextBinding += 1;
    return this.#nextBinding;
  }
}

export function newToken(): string {
  return randomBytes(16).toString('hex');
}

function newCredentials(kind: 'local' | 'market'): AppCredentials {
  const code = `${randomBytes(7).toString('hex')}.${String(randomBytes(4).readUInt32BE() + 10_000_000)}`;
  return {
    clientId: `${kind === 'local' ? 'local' : 'app'}.${code}`,
    clientSecret: randomBytes(25).toString('hex'),
  };
}

function checkAddress(url: string): void {
  if (!/^https?:$/.test(URL.canParse(url) ? new URL(url).protocol : '')) {
    throw new RangeError(`An application's address is http or https: ${url}`);
  }
}
