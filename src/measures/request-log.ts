/**
 * The log of REST requests that the Market asks vendors to keep for at least three days: one file a day, one line a request, with the
 * names of methods and what came of them; no parameters, no answers, no tokens, no addresses. Several processes may write one file.
 */
import { accessSync, constants, mkdirSync } from 'node:fs';
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log, RequestSeen } from '../app/ports/runtime.ts';
import { AppError } from '../errors.ts';

export interface RequestLog {
  /** Never throws and waits for nothing: what cannot be written is left out, and that is told. */
  write(seen: RequestSeen): void;
  /** Resolves when what was given is written, or given up. */
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
const AGAIN_MS = 60_000;
/** Some thousand lines: more wait only for a disk that does not answer. */
const MAX_WAITING = 1_000_000;
const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** `ENOSPC` and the like; never a message, which names the folder. */
function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

/** @throws AppError config-invalid when the folder cannot be made or written to */
export function checkRequestLogDir(dir: string): void {
  try {
    mkdirSync(dir, { recursive: true });
    accessSync(dir, constants.W_OK | constants.X_OK);
  } catch (cause) {
    const what = 'Requests cannot be written down: set REST_LOG_DIR to a folder of this process';
    throw new AppError('config-invalid', `${what}, or leave it out`, {
      detail: codeOf(cause),
      cause,
    });
  }
}

/** After trouble with the disk requests are left out for a minute; it is told when it begins, once a day while it lasts, and when it ends. */
export function createRequestLog(options: RequestLogOptions): RequestLog {
  const { dir, role, now } = options;
  const trouble = createTrouble(options);
  /** Text by file; a request is never kept waiting for the disk. */
  let waiting = new Map<string, string>();
  let writing: Promise<void> | null = null;
  let day = '';

  const writeAll = async (): Promise<void> => {
    const texts = waiting;
    waiting = new Map();
    for (const [name, text] of texts) {
      const whole = trouble.torn() ? `\n${text}` : text;
      await append(dir, name, whole).then(
        () => trouble.over(),
        (error: unknown) => trouble.met(error),
      );
    }
    const today = dayOf(now());
    if (today === day || trouble.lasts(now())) return;
    day = today;
    await forgetBefore(dayOf(now() - options.days * DAY_MS), options);
  };
  const writeOn = async (): Promise<void> => {
    while (waiting.size > 0) await writeAll();
    writing = null;
  };
  return {
    write(seen) {
      const at = now();
      if (trouble.lasts(at)) return;
      const name = `requests-${dayOf(at)}-${role}.ndjson`;
      const before = waiting.get(name) ?? '';
      if (before.length > MAX_WAITING) trouble.met(SLOW);
      else waiting.set(name, before + lineOf(at, seen));
      writing ??= writeOn();
    },
    async close() {
      await writing;
    },
  };
}

function lineOf(at: number, seen: RequestSeen): string {
  const { portalId, method, methods, outcome, status, ms, attempt } = seen;
  const inside = method === 'batch' ? { inside: countsOf(methods) } : {};
  const line = { at: new Date(at).toISOString(), portalId, method, ...inside };
  return `${JSON.stringify({ ...line, outcome, status, ms, attempt })}\n`;
}

function countsOf(methods: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const method of methods) counts[method] = (counts[method] ?? 0) + 1;
  return counts;
}

/** Written as far as the disk had room: the last line may be a half. */
class TornWrite extends Error {}
const SLOW = Object.assign(new Error('the disk does not answer'), { code: 'ETIMEDOUT' });

/** What is known of the disk. */
function createTrouble({ now, log }: Pick<RequestLogOptions, 'now' | 'log'>) {
  let againAt = 0;
  /** '' while all is well. */
  let toldOn = '';
  let half = false;
  return {
    lasts: (at: number): boolean => at < againAt,
    torn: (): boolean => half,
    met(error: unknown): void {
      const torn = error instanceof TornWrite;
      half ||= torn;
      againAt = now() + AGAIN_MS;
      const today = dayOf(now());
      if (toldOn === today) return;
      toldOn = today;
      const code = codeOf(torn ? error.cause : error);
      log.warn({ code }, 'Requests are not written down: look at REST_LOG_DIR');
    },
    over(): void {
      againAt = 0;
      half = false;
      if (toldOn !== '') log.info({}, 'Requests are written down again');
      toldOn = '';
    },
  };
}

/** Opened for each write, so that a folder that was taken away, emptied or put back is no trouble. */
async function append(dir: string, name: string, text: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  const file = await open(join(dir, name), 'a');
  try {
    await file.appendFile(text);
  } catch (cause) {
    throw new TornWrite('', { cause });
  } finally {
    await file.close();
  }
}

/** Files that cannot be deleted stay until tomorrow; writing goes on. */
async function forgetBefore(day: string, { dir, log }: RequestLogOptions): Promise<void> {
  const told = (error: unknown): void => {
    const code = codeOf(error);
    log.warn({ code }, 'Old days of the log of requests stay: look at REST_LOG_DIR');
  };
  try {
    const old = (await readdir(dir)).filter((name) => (FILE.exec(name)?.[1] ?? day) < day);
    const gone = await Promise.allSettled(old.map((name) => rm(join(dir, name), { force: true })));
    const left = gone.find((one) => one.status === 'rejected');
    if (left) told(left.reason);
  } catch (error) {
    told(error);
  }
}
