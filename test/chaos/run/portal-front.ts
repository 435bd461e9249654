/** The way between service and portal: what stands before the sandbox's servers, with its troubles. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { readBody, sendJson } from '../../../src/sandbox/http/messages.ts';
import type { Front } from '../../../src/sandbox/http/messages.ts';
import type { Watch } from '../watch.ts';
import type { PortalFaults, PortalRule, PortalTrouble } from './fault.ts';

export interface PortalFront {
  readonly faults: PortalFaults;
  readonly rest: Front;
  readonly oauth: Front;
  /** Draws which requests go wrong: set anew for every seed. */
  random: () => number;
}

/** A dead sender's request that the portal still works on. */
const LATE_MS = 1500;
const HTML = '<html><body><h1>502 Bad Gateway</h1></body></html>';

interface Call {
  readonly method: string;
  readonly body: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly pass: () => void;
}

export function createPortalFront(): PortalFront {
  return new FrontWithFaults();
}

class FrontWithFaults implements PortalFront {
  readonly #rules = new Set<PortalRule>();
  readonly #hanging = new Map<PortalRule, Set<IncomingMessage>>();
  #watch: Watch | null = null;
  #underWay = 0;
  random: () => number = Math.random;

  readonly rest: Front = (request, response, pass) =>
    this.#meet('rest', { request, response, pass });
  readonly oauth: Front = (request, response, pass) =>
    this.#meet('oauth', { request, response, pass });

  readonly faults: PortalFaults = {
    break: (rule) => this.#break(rule),
    watch: (watch) => {
      this.#watch = watch;
    },
    underWay: () => this.#underWay,
  };

  #break(rule: PortalRule): () => void {
    // Its own object: the same rule may hold twice.
    const own = { ...rule };
    this.#rules.add(own);
    return () => {
      this.#rules.delete(own);
      for (const request of this.#hanging.get(own) ?? []) request.socket.destroy();
      this.#hanging.delete(own);
    };
  }

  async #meet(
    door: 'rest' | 'oauth',
    { request, response, pass }: Omit<Call, 'method' | 'body'>,
  ): Promise<void> {
    const path = new URL(request.url ?? '/', 'http://portal').pathname;
    // Pages of the portal, and what the runner asks, are no requests of the service.
    if (door === 'rest' && !path.startsWith('/rest/')) return pass();
    const body = await readBody(request);
    const method = methodOf(path);
    this.#underWay += 1;
    response.once('close', () => {
      this.#underWay -= 1;
    });
    const call: Call = { method, body, request, response, pass };
    if (door === 'rest' && (await this.#watched(call))) return;
    const rule = [...this.#rules].find((one) => this.#fits(one, door, call));
    if (rule) await this.#suffer(rule, call);
    else pass();
  }

  #fits(rule: PortalRule, door: 'rest' | 'oauth', { method, body }: Call): boolean {
    if ((rule.door ?? 'rest') !== door) return false;
    if (rule.method !== undefined) {
      const pattern = rule.method;
      const called = method === 'batch' ? decodeURIComponent(body.replaceAll('+', ' ')) : method;
      if (!pattern.test(called)) return false;
    }
    return rule.share === undefined || this.random() < rule.share;
  }

  /** True when the watch wants nothing of this request to go on as usual. */
  async #watched(call: Call): Promise<boolean> {
    const { method, body, response, pass, request } = call;
    const verdict = this.#watch?.({ at: 'portal-request', method, body }) ?? 'pass';
    if (verdict === 'kill') {
      request.socket.destroy();
      return true;
    }
    if (verdict === 'kill-and-deliver-late') {
      await sleep(LATE_MS);
      pass();
      return true;
    }
    const watch = this.#watch;
    if (watch === null) return false;
    beforeEnd(response, () => {
      if (watch({ at: 'portal-answer', method, body }) === 'pass') return true;
      request.socket.destroy();
      return false;
    });
    return false;
  }

  async #suffer(rule: PortalRule, { request, response, pass }: Call): Promise<void> {
    const { trouble } = rule;
    switch (trouble.kind) {
      case 'refused':
        return refuse(response, trouble);
      case 'reset':
        request.socket.resetAndDestroy();
        return;
      case 'hangs': {
        const hanging = this.#hanging.get(rule) ?? new Set();
        this.#hanging.set(rule, hanging.add(request));
        return;
      }
      case 'cut-after':
        beforeEnd(response, () => {
          setTimeout(() => request.socket.destroy(), trouble.afterMs);
          return false;
        });
        return pass();
      case 'slow':
        await sleep(trouble.byMs);
        return pass();
    }
  }
}

/** `/rest/1/secret/crm.item.list.json` → `crm.item.list` */
function methodOf(path: string): string {
  const last = path.split('/').findLast((part) => part !== '') ?? '';
  return last.replace(/\.json$/, '');
}

function refuse(
  response: ServerResponse,
  { status, code }: Extract<PortalTrouble, { kind: 'refused' }>,
): void {
  if (code === undefined) {
    response.writeHead(status, { 'Content-Type': 'text/html' }).end(HTML);
    return;
  }
  sendJson(response, status, { error: code, error_description: `The portal says ${code}` });
}

/** `says` is asked when the answer is whole; false: it does not leave. */
function beforeEnd(response: ServerResponse, says: () => boolean): void {
  const end = response.end.bind(response);
  Object.defineProperty(response, 'end', {
    configurable: true,
    value: (body?: string) => (says() ? end(body) : response),
  });
}
