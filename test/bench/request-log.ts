/** What each HTTP request to the sandbox carried, for telling which part of a sweep costs what. */
import type { Sandbox } from '../../src/sandbox/start-sandbox.ts';

export interface RequestLog {
  /** One line per request, as `crm.item.update 50`, in order. */
  lines(): readonly string[];
  /** Requests by the methods they carried. */
  summary(): string;
}

/**
 * Listens to the sandbox's own counter of requests. The app sends one request at a time per portal, so that what the
 * method counters gained between two requests is what the first of them carried.
 */
export function logRequests(stats: Sandbox['stats']): RequestLog {
  const lines: string[] = [];
  let count = stats.requests;
  let before: Readonly<Record<string, number>> = { ...stats.byMethod };
  const note = (): void => {
    const now = { ...stats.byMethod };
    const gained = Object.entries(now)
      .filter(([method]) => method !== 'batch')
      .map(([method, calls]) => [method, calls - (before[method] ?? 0)] as const)
      .filter(([, calls]) => calls > 0)
      .map(([method, calls]) => `${method} ${calls}`);
    if (gained.length > 0) lines.push(gained.join(' + '));
    before = now;
  };
  Object.defineProperty(stats, 'requests', {
    get: () => count,
    set(value: number) {
      note();
      count = value;
    },
    enumerable: true,
    configurable: true,
  });
  return {
    lines() {
      note();
      return lines;
    },
    summary() {
      note();
      const kinds = new Map<string, number>();
      for (const line of lines) {
        const kind = line.replaceAll(/ \d+/g, '');
        kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      }
      return [...kinds].map(([kind, requests]) => `${requests} × ${kind}`).join(', ');
    },
  };
}
