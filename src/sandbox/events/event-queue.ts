import type { EventTarget } from '../apps/app-events.ts';
import type { Faults } from '../faults.ts';
import { isDelivered } from '../http/post-form.ts';
import type { FormPoster } from '../http/post-form.ts';
import { buildPhpQuery } from '../rest/php-query.ts';
import type { Portal, PortalEvent } from '../state/portal.ts';
import type { Stats } from '../stats.ts';
import { spelledCode } from './event-code.ts';

/** An outgoing webhook: where which events go, with which token. */
export interface Subscription {
  readonly handlerUrl: string;
  readonly token: string;
  readonly events: readonly string[];
}

export interface EventQueueOptions {
  readonly portal: Portal;
  readonly faults: Faults;
  readonly stats: Stats;
  readonly random: () => number;
  readonly poster: FormPoster;
  readonly memberId: string;
  url(): string;
  /** Handlers of applications bound to an event. */
  appTargets(event: PortalEvent): EventTarget[];
}

/** The cloud queue: one POST per event and handler, late, in no order, never resent. */
export class EventQueue {
  readonly #options: EventQueueOptions;
  readonly #subscriptions: { id: number; subscription: Subscription }[] = [];
  readonly #timers = new Set<NodeJS.Timeout>();
  #closed = false;
  #nextHandlerId = 201;

  constructor(options: EventQueueOptions) {
    this.#options = options;
    options.portal.onEvent((event) => {
      for (const target of this.#targets(event)) this.send(target);
    });
  }

  subscribe(subscription: Subscription): () => void {
    const entry = { id: this.#nextHandlerId, subscription };
    this.#nextHandlerId += 1;
    this.#subscriptions.push(entry);
    return () => {
      this.#subscriptions.splice(this.#subscriptions.indexOf(entry), 1);
    };
  }

  close(): void {
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #targets(event: PortalEvent): EventTarget[] {
    const webhooks = this.#subscriptions
      .filter(() => event.onlyApp === undefined)
      .filter(({ subscription }) =>
        subscription.events.some((code) => code.toUpperCase() === event.code),
      )
      .map(({ id, subscription }) => ({
        url: subscription.handlerUrl,
        body: () => this.#webhookBody(id, subscription.token, event),
      }));
    return [...webhooks, ...this.#options.appTargets(event)];
  }

  /** Queues one call with the troubles of the day: lost, doubled, late. `onStatus` hears what came of it. */
  send(target: EventTarget, onStatus: (status: number) => void = () => undefined): void {
    const { faults, random, stats } = this.#options;
    if (random() < faults.dropEvents) {
      stats.eventsDropped += 1;
      return;
    }
    const copies = random() < faults.duplicateEvents ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) this.#later(target, onStatus);
  }

  #later(target: EventTarget, onStatus: (status: number) => void): void {
    const { faults, random } = this.#options;
    const [from, to] = faults.delayMs;
    const spread = faults.reorder ? (to - from) * 10 : to - from;
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        void this.#deliver(target).then(onStatus);
      },
      from + random() * spread,
    );
    this.#timers.add(timer);
  }

  #webhookBody(id: number, token: string, event: PortalEvent): string {
    const { portal, memberId } = this.#options;
    const url = this.#options.url();
    const domain = new URL(url).host;
    const short = { domain, member_id: memberId, application_token: token };
    const full = {
      domain,
      client_endpoint: `${url}/rest/`,
      server_endpoint: `https://${portal.doubts.authHost}/rest/`,
      member_id: memberId,
      application_token: token,
    };
    return buildPhpQuery({
      event: spelledCode(portal, event.code),
      event_handler_id: id,
      data: event.data,
      ts: Math.floor(portal.clock.now() / 1000),
      auth: portal.doubts.webhookAuthKeys === 3 ? short : full,
    });
  }

  async #deliver(target: EventTarget): Promise<number> {
    if (this.#closed) return 0;
    const { stats, portal, poster } = this.#options;
    const status = await poster.post(target.url, target.body(), portal.doubts.eventTimeoutMs);
    if (isDelivered(status)) stats.eventsSent += 1;
    else stats.eventsFailed += 1;
    return status;
  }
}
