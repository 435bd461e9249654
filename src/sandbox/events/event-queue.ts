import { Agent, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Faults } from '../faults.ts';
import { buildPhpQuery } from '../rest/php-query.ts';
import type { Portal, PortalEvent } from '../state/portal.ts';
import type { Stats } from '../stats.ts';

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
  readonly url: string;
  readonly memberId: string;
}

const CAMEL: Readonly<Record<string, string>> = {
  ONCRMDEALADD: 'onCrmDealAdd',
  ONCRMDEALUPDATE: 'onCrmDealUpdate',
  ONCRMDEALDELETE: 'onCrmDealDelete',
  ONCRMDYNAMICITEMADD: 'onCrmDynamicItemAdd',
  ONCRMDYNAMICITEMUPDATE: 'onCrmDynamicItemUpdate',
  ONCRMDYNAMICITEMDELETE: 'onCrmDynamicItemDelete',
  ONCRMACTIVITYADD: 'onCrmActivityAdd',
  ONCRMACTIVITYUPDATE: 'onCrmActivityUpdate',
  ONCRMTIMELINECOMMENTADD: 'onCrmTimelineCommentAdd',
};

/** The cloud queue: one POST per event and handler, late, in no order, never resent. */
export class EventQueue {
  readonly #options: EventQueueOptions;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  readonly #subscriptions: { id: number; subscription: Subscription }[] = [];
  readonly #timers = new Set<NodeJS.Timeout>();
  #closed = false;
  #nextHandlerId = 201;

  constructor(options: EventQueueOptions) {
    this.#options = options;
    options.portal.onEvent((event) => {
      this.#enqueue(event);
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
    this.#agent.destroy();
  }

  #enqueue(event: PortalEvent): void {
    const { faults, random, stats } = this.#options;
    for (const { id, subscription } of this.#subscriptions) {
      if (!subscription.events.some((code) => code.toUpperCase() === event.code)) continue;
      if (random() < faults.dropEvents) {
        stats.eventsDropped += 1;
        continue;
      }
      const copies = random() < faults.duplicateEvents ? 2 : 1;
      for (let copy = 0; copy < copies; copy += 1) this.#later(id, subscription, event);
    }
  }

  #later(id: number, subscription: Subscription, event: PortalEvent): void {
    const { faults, random } = this.#options;
    const [from, to] = faults.delayMs;
    const spread = faults.reorder ? (to - from) * 10 : to - from;
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        this.#deliver(id, subscription, event);
      },
      from + random() * spread,
    );
    this.#timers.add(timer);
  }

  #body(id: number, token: string, event: PortalEvent): string {
    const { portal, url, memberId } = this.#options;
    const domain = new URL(url).host;
    const short = { domain, member_id: memberId, application_token: token };
    const full = {
      domain,
      client_endpoint: `${url}/rest/`,
      server_endpoint: `https://${portal.doubts.authHost}/rest/`,
      member_id: memberId,
      application_token: token,
    };
    const camel = portal.doubts.eventCodeCase === 'camel' ? CAMEL[event.code] : undefined;
    return buildPhpQuery({
      event: camel ?? event.code,
      event_handler_id: id,
      data: event.data,
      ts: Math.floor(portal.clock.now() / 1000),
      auth: portal.doubts.webhookAuthKeys === 3 ? short : full,
    });
  }

  #deliver(id: number, subscription: Subscription, event: PortalEvent): void {
    if (this.#closed) return;
    const { stats, portal } = this.#options;
    const body = this.#body(id, subscription.token, event);
    const secure = subscription.handlerUrl.startsWith('https:');
    const send = secure ? httpsRequest : httpRequest;
    const failed = (): void => {
      stats.eventsFailed += 1;
    };
    const request = send(subscription.handlerUrl, {
      method: 'POST',
      ...(secure ? {} : { agent: this.#agent }),
      timeout: portal.doubts.eventTimeoutMs,
      headers: {
        'Content-Type': 'application/x-www-form-urlencoded',
        'Content-Length': Buffer.byteLength(body),
      },
    });
    let settled = false;
    const settle = (ok: boolean): void => {
      if (settled) return;
      settled = true;
      if (ok) stats.eventsSent += 1;
      else failed();
    };
    request.on('response', (answer) => {
      answer.resume();
      const status = answer.statusCode ?? 0;
      settle(status >= 200 && status < 300);
    });
    request.on('timeout', () => {
      request.destroy();
    });
    request.on('error', () => {
      settle(false);
    });
    request.end(body);
  }
}
