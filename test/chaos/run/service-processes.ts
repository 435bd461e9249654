/** Processes of the service in a chaos run: one is always loaded and waiting, so that a restart takes little time. */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServicePlace, ServiceProcess } from './fault.ts';
import type { ServiceOrder } from './service-order.ts';

export interface ManagedProcess extends ServiceProcess {
  /** Off from the portal's clock by so much; kept through restarts. */
  skewMs: number;
  /** Tells it the time; resolved when it has fired what is due. No-op when it does not run. */
  tellTime(): Promise<void>;
  /** Process id while it runs. */
  readonly pid: number | null;
}

export interface ProcessPlan {
  readonly name: string;
  readonly role: 'web' | 'worker';
  /** Asked at every start: a world may change its places. */
  readonly place: () => ServicePlace;
  /** The portal's clock. */
  readonly now: () => number;
  /** Where a worker answers readiness; absent: nowhere, and it counts as ready when it says so. */
  readonly opsPort?: number;
  readonly logLevel?: string;
}

export interface ServiceProcesses {
  /** Not yet started. */
  add(plan: ProcessPlan): ManagedProcess;
  /** Kills all of them and the one that waits. */
  close(): Promise<void>;
}

const KEEP_LINES = 400;
const READY_MS = 60_000;
const STOP_MS = 30_000;
const TOLD_MS = 1500;
const LOOK_MS = 25;

export function createServiceProcesses(script: string): ServiceProcesses {
  const shelves = new Map<string, Shelf>();
  const all: ManagedProcess[] = [];
  const shelfOf = (file: string): Shelf => {
    const shelf = shelves.get(file) ?? createShelf(file);
    shelves.set(file, shelf);
    return shelf;
  };
  shelfOf(script);
  return {
    add(plan) {
      const added = manage(plan, (other) => shelfOf(other ?? script));
      all.push(added);
      return added;
    },
    async close() {
      for (const shelf of shelves.values()) shelf.close();
      await Promise.all(all.map((one) => one.kill()));
    },
  };
}

interface Shelf {
  take(): ChildProcess;
  close(): void;
}

/** The next process loads while the present one works; the first one as soon as there is a shelf. */
function createShelf(script: string): Shelf {
  const load = (): ChildProcess =>
    fork(script, [], { execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let next: ChildProcess | null = load();
  let closed = false;
  return {
    take() {
      if (closed) throw new Error('the run is over');
      const taken = next ?? load();
      next = load();
      return taken;
    },
    close() {
      closed = true;
      next?.kill('SIGKILL');
      next = null;
    },
  };
}

function manage(plan: ProcessPlan, shelfOf: (script: string | null) => Shelf): ManagedProcess {
  const { name, role } = plan;
  const log: string[] = [];
  let child: ChildProcess | null = null;
  let version: string | null = null;
  let starting: Promise<void> | null = null;

  const time = (): { now: number; sentAt: number; skewMs: number } => ({
    now: plan.now(),
    sentAt: Date.now(),
    skewMs: managed.skewMs,
  });

  async function begin(): Promise<void> {
    const started = shelfOf(version).take();
    child = started;
    collect(started, log);
    started.once('exit', (code, signal) => {
      log.push(`[${name}] ended: ${signal ?? code}`);
      if (child === started) child = null;
    });
    const word = heard(started, 'started');
    const { logLevel = 'warn', opsPort = null } = plan;
    tell(started, { kind: 'start', role, place: plan.place(), opsPort, logLevel, ...time() });
    await word;
    const port = role === 'web' ? plan.place().port : plan.opsPort;
    if (port !== undefined) await ready(port, () => child === started);
  }

  const managed: ManagedProcess = {
    name,
    role,
    skewMs: 0,
    get running() {
      return child !== null;
    },
    get pid() {
      return child?.pid ?? null;
    },
    get log() {
      return log;
    },
    start() {
      if (child !== null) return starting ?? Promise.resolve();
      starting = begin();
      return starting;
    },
    stop: () => end(child, 'SIGTERM'),
    kill: () => end(child, 'SIGKILL'),
    runVersion(script) {
      version = script;
    },
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    async tellTime() {
      if (child === null) return;
      const word = heard(child, 'told');
      tell(child, { kind: 'clock', ...time() });
      // A frozen one hears it when it goes on.
      await Promise.race([word, sleep(TOLD_MS, undefined, { ref: false })]);
    },
  };
  return managed;
}

function collect(child: ChildProcess, log: string[]): void {
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    log.push(...text.trimEnd().split('\n'));
    log.splice(0, Math.max(0, log.length - KEEP_LINES));
  });
}

/** A message to a process that is still loading waits in its channel. */
function tell(child: ChildProcess, order: ServiceOrder): void {
  child.send(order, () => undefined);
}

/** Resolved when the process says the word, or when it has ended: who is killed says nothing. */
function heard(child: ChildProcess, word: string): Promise<void> {
  return new Promise((resolve) => {
    const listen = (said: unknown): void => {
      if (said === word) done();
    };
    const done = (): void => {
      child.off('message', listen);
      child.off('exit', done);
      resolve();
    };
    child.on('message', listen);
    child.on('exit', done);
    if (child.exitCode !== null || child.signalCode !== null) done();
  });
}

async function ready(port: number, wanted: () => boolean): Promise<void> {
  const until = performance.now() + READY_MS;
  while (wanted() && performance.now() < until) {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null);
    await answer?.arrayBuffer().catch(() => undefined);
    if (answer?.status === 200) return;
    await sleep(LOOK_MS);
  }
}

/** One that does not end in time is killed: that it had to be is seen in its log. */
async function end(child: ChildProcess | null, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child === null || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  // A frozen process ends only when it runs.
  child.kill('SIGCONT');
  child.kill(signal);
  const killed = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await ended;
  clearTimeout(killed);
}
