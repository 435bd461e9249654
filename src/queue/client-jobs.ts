import { randomBytes } from 'node:crypto';
import { Queue } from 'bullmq';
import type { ConnectionOptions, Job, Worker } from 'bullmq';
import { z } from 'zod';
import type { Timer, TimerNames, Timers } from '../app/ports/client.ts';
import type { Clock, Log } from '../app/ports/runtime.ts';
import { refKey } from '../core/ticket.ts';
import { carryOut, putOff } from './carry-out.ts';
import type { Running } from './carry-out.ts';
import { countJobs } from './count-jobs.ts';
import type { QueueCount } from './count-jobs.ts';
import { lookAtQueue } from './look-at-queue.ts';
import type { QueueLook } from './look-at-queue.ts';
import { hurryOverdue } from './hurry-overdue.ts';
import type { Hurried } from './hurry-overdue.ts';
import { createSchedules } from './keep-schedules.ts';
import { createPortalTurns } from './portal-turns.ts';
import { closeWorker, occasionally, startWorker } from './start-worker.ts';
import type { JobFailed, Processor } from './start-worker.ts';
import { readTimer } from './timer-job.ts';
import { createTimers } from './timers.ts';

export interface ClientJobsOptions {
  /** Fails at once when Redis is away. */
  readonly producer: ConnectionOptions;
  /** Waits until Redis is back. */
  readonly worker: ConnectionOptions;
  readonly clock: Clock;
  /** See TimersOptions. */
  readonly timerNames?: TimerNames;
  readonly log: Log;
  /** Counts jobs of this process that used up their attempts. */
  readonly failed?: JobFailed;
  readonly settings?: Partial<ClientJobsSettings>;
}

export interface ClientJobsSettings {
  readonly prefix: string;
  /** Jobs of each queue run at the same time by this process, mostly waiting for a portal, and how many of them may be one portal's. */
  readonly concurrency: number;
  readonly perPortal: number;
  readonly lockMs: number;
  readonly stalledMs: number;
  /** How many times faster than real time the app's clock runs, for a day replayed in minutes. */
  readonly timesFaster: number;
  /** A schedule lost with the data of Redis stands again after at most this time. */
  readonly scheduleCheckMs: number;
}

export interface ClientHandlers {
  /** A timer is due by the app's clock; the ticket is read again and decided again. */
  onTimer(portalId: string, timer: Timer): Promise<void>;
  /** Answers of the portal wait to be worked off. */
  onAnswer(portalId: string): Promise<void>;
  /** Calls of robots, signals of triggers, or cards in timelines of the portal wait. Absent where no portal installs the app. */
  onAutomation?(kind: AutomationKind, portalId: string): Promise<void>;
}

export type AutomationKind = (typeof AUTOMATION)[number];
const AUTOMATION = ['robots', 'triggers', 'cards'] as const;

export interface ClientJobs {
  readonly timers: Timers;
  /** Asks for `onAnswer`; given to ClientAnswers as its `wake`. */
  wakeAnswers(portalId: string): Promise<void>;
  /** Asks for `onAutomation` in so many milliseconds; many wishes of one moment are one job. */
  wakeAutomation(kind: AutomationKind, portalId: string, inMs?: number): Promise<void>;
  /** Before `start`: runs `run` every `ms` in one of the processes; what fails waits for the next time. */
  every(name: string, ms: number, run: () => Promise<void>): void;
  start(handlers: ClientHandlers): Promise<void>;
  /** Jobs by state. @throws when Redis is away */
  counts(): Promise<readonly QueueCount[]>;
  /** What stands in each queue, for people. @throws when Redis is away */
  look(): Promise<readonly QueueLook[]>;
  /** Begins no more jobs and waits for running ones, but not longer than `deadlineMs`. False when one was cut off: it is run again. */
  rest(deadlineMs: number): Promise<boolean>;
  /** As `rest`, and takes no more jobs. */
  close(deadlineMs: number): Promise<void>;
}

const SETTINGS: ClientJobsSettings = {
  prefix: '{cgq}',
  concurrency: 64,
  perPortal: 4,
  lockMs: 30_000,
  stalledMs: 15_000,
  timesFaster: 1,
  scheduleCheckMs: 30_000,
};
/** No work but a timer is put off for longer. */
const LONGEST_MS = 3600_000;
const TIMERS = 'timers';
const CLIENT = 'client';
/** About two and a half minutes of backoff; then the reconcile sets the timer again. */
const RETRY = { attempts: 10, backoff: { type: 'custom' } };
const KEEP = { removeOnComplete: true, removeOnFail: { count: 50 } };
/** How long a job waits whose portal has its share; spread, so that a flood does not come back in step. */
const TURN_MS = { least: 500, spread: 4500 };

/** What comes within this time is worked on together. */
const GATHER_MS = 100;
/** Tells this process's jobs from those of another whose clock differs: theirs may be running already. */
const PROCESS = randomBytes(4).toString('hex');

const portalSchema = z.object({ portalId: z.string() });

export function createClientJobs(options: ClientJobsOptions): ClientJobs {
  const { log, clock, failed } = options;
  const settings = { ...SETTINGS, ...options.settings };
  const timerQueue = openQueue(TIMERS, settings.prefix, options);
  const clientQueue = openQueue(CLIENT, settings.prefix, options);
  const works = new Map<string, () => Promise<void>>();
  const every = new Map<string, number>();
  const schedules = createSchedules(clientQueue, every, settings.scheduleCheckMs);
  let workers: Worker[] = [];
  let calm = (): void => undefined;

  const run = (queue: string, processor: Processor): Worker =>
    startWorker(processor, { ...settings, queue, connection: options.worker, log, failed });
  const rest = (deadlineMs: number): Promise<boolean> => {
    schedules.stop();
    calm();
    return closeAll(workers, deadlineMs);
  };
  return {
    timers: createTimers({
      queue: timerQueue,
      clock,
      names: options.timerNames,
      timesFaster: settings.timesFaster,
    }),
    async wakeAnswers(portalId) {
      await clientQueue.add('answers', { portalId });
    },
    async wakeAutomation(kind, portalId, inMs = 0) {
      await clientQueue.add(kind, { portalId }, gathered(`${kind}.${portalId}`, inMs));
    },
    every(name, ms, work) {
      works.set(`every-${name}`, work);
      every.set(`every-${name}`, ms);
    },
    async start(handlers) {
      const { perPortal, timesFaster } = settings;
      const shared = { handlers, clock, log, works, perPortal, timesFaster };
      workers = [run(TIMERS, timerProcessor(shared)), run(CLIENT, clientProcessor(shared))];
      calm = hurryOverdue(hurried(timerQueue, clientQueue), clock);
      await schedules.keep();
    },
    counts: async () => (await Promise.all([timerQueue, clientQueue].map(countJobs))).flat(),
    look: () => Promise.all([timerQueue, clientQueue].map(lookAtQueue)),
    rest,
    async close(deadlineMs) {
      await rest(deadlineMs);
      await Promise.all([timerQueue.close(), clientQueue.close()]);
    },
  };
}

/** Many wishes of one moment are one job. */
function gathered(what: string, inMs: number) {
  const turn = Math.floor((Date.now() + inMs) / GATHER_MS) + 1;
  const delay = Math.max(0, turn * GATHER_MS - Date.now());
  return { jobId: `${what}.${PROCESS}.${turn}`, delay };
}

const hurried = (timers: Queue, client: Queue): readonly Hurried[] => [
  { queue: timers, longestMs: Infinity },
  { queue: client, longestMs: LONGEST_MS },
];

function openQueue(
  name: string,
  prefix: string,
  { producer, log }: Pick<ClientJobsOptions, 'producer' | 'log'>,
): Queue {
  const defaultJobOptions = { ...KEEP, ...RETRY };
  const queue = new Queue(name, { connection: producer, prefix, defaultJobOptions });
  queue.on('error', occasionally(log, 'The queue has trouble with Redis'));
  return queue;
}

async function closeAll(workers: readonly Worker[], deadlineMs: number): Promise<boolean> {
  const whole = await Promise.all(workers.map((worker) => closeWorker(worker, deadlineMs)));
  return whole.every(Boolean);
}

interface Shared {
  readonly handlers: ClientHandlers;
  readonly clock: Clock;
  readonly log: Log;
  readonly works: ReadonlyMap<string, () => Promise<void>>;
  readonly perPortal: number;
  readonly timesFaster: number;
}

function timerProcessor({ handlers, clock, log, perPortal, timesFaster }: Shared): Processor {
  const inTurn = takingTurns(perPortal);
  return async (job, token) => {
    const read = readTimer(job.data);
    if (read === null) return refuse(job, log);
    const { portalId, timer } = read;
    const fields = { portalId, ticket: refKey(timer.ref) };
    const running = { job, token, log, fields: { ...fields, kind: timer.kind } };
    // The app's clock decides: the demonstration's runs ahead, and servers' clocks differ.
    const early = timer.dueAt - clock.now();
    if (early > 0) await putOff(running, early / timesFaster);
    await inTurn(running, portalId, () => handlers.onTimer(portalId, timer));
  };
}

function clientProcessor({ handlers, log, works, perPortal }: Shared): Processor {
  const inTurn = takingTurns(perPortal);
  return async (job, token) => {
    const running = { job, token, log, fields: {} };
    const scheduled = works.get(job.name);
    if (scheduled !== undefined) return carryOut(running, scheduled);
    const data = portalSchema.safeParse(job.data);
    const work = data.success ? workOf(job.name, data.data.portalId, handlers) : null;
    if (!data.success || work === null) return refuse(job, log);
    const { portalId } = data.data;
    await inTurn({ ...running, fields: { portalId } }, portalId, work);
  };
}

function workOf(
  name: string,
  portalId: string,
  handlers: ClientHandlers,
): (() => Promise<void>) | null {
  if (name === 'answers') return () => handlers.onAnswer(portalId);
  const kind = AUTOMATION.find((one) => one === name);
  return kind === undefined ? null : async () => handlers.onAutomation?.(kind, portalId);
}

/** Puts a job off whose portal has its share of this process. */
function takingTurns(perPortal: number) {
  const turns = createPortalTurns(perPortal);
  return async (running: Running, portalId: string, work: () => Promise<void>): Promise<void> => {
    if (!turns.enter(portalId))
      await putOff(running, TURN_MS.least + Math.random() * TURN_MS.spread);
    try {
      await carryOut(running, work);
    } finally {
      turns.leave(portalId);
    }
  };
}

function refuse(job: Job, log: Log): void {
  log.error({ job: job.name }, 'A job of another version of the app cannot be read and is dropped');
}
