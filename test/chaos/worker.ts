/** Workers of a chaos run: one at work, the next one loaded and waiting, so that a restart takes no time. */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ServiceTuning } from '../../src/compose.ts';

export type WorkerOrder =
  | { readonly kind: 'clock'; readonly now: number; readonly sentAt: number }
  | {
      readonly kind: 'start';
      readonly now: number;
      readonly sentAt: number;
      readonly webhookUrl: string;
      readonly redisUrl: string;
      readonly tuning: ServiceTuning;
    };

export interface WorkerPlace {
  readonly webhookUrl: string;
  readonly redisUrl: string;
  readonly tuning: ServiceTuning;
  /** The portal's clock. */
  readonly now: () => number;
}

const SCRIPT = fileURLToPath(new URL('./worker-process.ts', import.meta.url));
const KEEP_LINES = 60;

export class Workers {
  readonly #place: WorkerPlace;
  #atWork: ChildProcess | null = null;
  #next: ChildProcess;
  #log: string[] = [];

  constructor(place: WorkerPlace) {
    this.#place = place;
    this.#next = this.#load();
  }

  #load(): ChildProcess {
    const child = fork(SCRIPT, [], {
      execArgv: ['--import', 'tsx'],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#log = [...this.#log, ...text.trimEnd().split('\n')].slice(-KEEP_LINES);
    });
    return child;
  }

  /** What the workers complained of lately. */
  get log(): readonly string[] {
    return this.#log;
  }

  /** The waiting process takes over. */
  start(): void {
    const { webhookUrl, redisUrl, tuning } = this.#place;
    this.#atWork = this.#next;
    this.#order(this.#atWork, { kind: 'start', ...this.#time(), webhookUrl, redisUrl, tuning });
    this.#next = this.#load();
  }

  clockMoved(): void {
    if (this.#atWork) this.#order(this.#atWork, { kind: 'clock', ...this.#time() });
  }

  /** kill -9 */
  async kill(): Promise<void> {
    const child = this.#atWork;
    this.#atWork = null;
    if (child) await end(child);
  }

  async close(): Promise<void> {
    await this.kill();
    await end(this.#next);
  }

  #time() {
    return { now: this.#place.now(), sentAt: Date.now() };
  }

  /** A message to a process that is still loading waits in its channel. */
  #order(child: ChildProcess, order: WorkerOrder): void {
    child.send(order, () => undefined);
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
