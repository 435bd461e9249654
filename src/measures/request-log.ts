/**
 * The log of REST requests that the Market asks vendors to keep for at least three days: one file a day, one line a request, with the
 * names of methods and what came of them; no parameters, no answers, no tokens, no addresses.
 */
import { createWriteStream, mkdirSync, readdirSync, rmSync } from 'node:fs';
import type { WriteStream } from 'node:fs';
import { join } from 'node:path';
import type { Log, RequestSeen } from '../app/ports/runtime.ts';

export interface RequestLog {
  write(seen: RequestSeen): void;
  close(): Promise<void>;
}

export interface RequestLogOptions {
  readonly dir: string;
  /** Whole days that are kept beside today. */
  readonly days: number;
  /** Tells files of processes on one machine apart. */
  readonly role: string;
  readonly now: () => number;
  readonly log: Log;
}

const FILE = /^requests-(\d{4}-\d{2}-\d{2})-\w+\.ndjson$/;
const DAY_MS = 24 * 60 * 60_000;
const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** Trouble with the disk is told once a day and stops nothing. @throws when the folder cannot be made */
export function createRequestLog({ dir, days, role, now, log }: RequestLogOptions): RequestLog {
  mkdirSync(dir, { recursive: true });
  let day = '';
  let file: WriteStream | null = null;

  const turnTo = (today: string): void => {
    file?.end();
    day = today;
    forgetBefore(dir, dayOf(now() - days * DAY_MS));
    file = createWriteStream(join(dir, `requests-${today}-${role}.ndjson`), { flags: 'a' });
    file.on('error', (error: NodeJS.ErrnoException) => {
      log.warn({ code: error.code ?? '' }, 'Requests are not written down: look at REST_LOG_DIR');
      file = null;
    });
  };
  return {
    write({ portalId, method, methods, outcome, status, ms, attempt }) {
      const at = now();
      if (dayOf(at) !== day) turnTo(dayOf(at));
      const inside = method === 'batch' ? { inside: countsOf(methods) } : {};
      const line = { at: new Date(at).toISOString(), portalId, method, ...inside };
      file?.write(`${JSON.stringify({ ...line, outcome, status, ms, attempt })}\n`);
    },
    close: () =>
      new Promise((resolve) => {
        if (file === null) resolve();
        else file.end(() => resolve());
      }),
  };
}

function countsOf(methods: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const method of methods) counts[method] = (counts[method] ?? 0) + 1;
  return counts;
}

function forgetBefore(dir: string, day: string): void {
  for (const name of readdirSync(dir)) {
    const of = FILE.exec(name)?.[1];
    if (of !== undefined && of < day) rmSync(join(dir, name), { force: true });
  }
}
