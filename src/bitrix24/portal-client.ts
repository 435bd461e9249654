/**
 * The thin client of one portal: budget, retries of reads, batches in chunks. It knows HTTP and the envelope, not a
 * single CRM method.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log, Priority, RequestBudget } from '../app/ports/runtime.ts';
import { AppError } from '../errors.ts';
import { encodeCommand, inRequests } from './batch-command.ts';
import type { BatchCommand, Params } from './batch-command.ts';
import { createGathering } from './gathered-requests.ts';
import type { Join, Together } from './gathered-requests.ts';
import { reportSpentTime } from './operating-time.ts';
import { integerOf, recordOf } from './read-value.ts';
import { TransportFault } from './transport.ts';
import type { RestV3, Transport } from './transport.ts';
import {
  isTimeLimited,
  normalCode,
  refusal,
  timeLimited,
  unwrapAnswer,
  unwrapSilence,
} from './unwrap.ts';
import type { Answer, CommandResult } from './unwrap.ts';

export interface CallOptions {
  readonly priority: Priority;
  /** A write is never sent again once the portal may have seen it. */
  readonly write: boolean;
  /** Set for the methods of REST 3.0, which have an address and errors of their own; calls only, no batches. */
  readonly v3?: RestV3;
}

export interface BatchOptions extends CallOptions {
  /** Stop at the first refused command; earlier ones stay applied. */
  readonly halt: boolean;
  /** Few writes, each for itself, which may leave with those of others that wait for room as well. */
  readonly gather?: boolean;
  /** Hears how long the portal took for a request it answered; waiting for the budget is not counted. */
  readonly took?: (seconds: number) => void;
}

export interface PortalClient {
  /** @throws AppError for faults; the portal's refusal of the call is a value. */
  call(method: string, params: Params, options: CallOptions): Promise<CommandResult>;
  /**
   * One request per 50 commands, in order. Every command has an answer; with `halt`, commands after the refused one
   * answer `NOT_EXECUTED`. @throws AppError for a fault of a whole request.
   */
  batch(
    commands: readonly BatchCommand[],
    options: BatchOptions,
  ): Promise<ReadonlyMap<string, CommandResult>>;
  /** `https://portal.example`, as the portal is called now. */
  origin(): string;
}

export interface ClientDeps {
  readonly transport: Transport;
  readonly portalId: string;
  readonly budget: RequestBudget;
  readonly log: Log;
  /** Pause before the first repeat of a read; doubles with each. */
  readonly retryDelayMs: number;
}

export const MAX_BATCH = 50;
/** Writes of several askers in one request: each may start robots that take seconds, and the portal cuts after 60. */
const MOST_WRITES = 6;
const MAX_ATTEMPTS = 4;
/** A wait for operating time up to this long is slept through; a longer one is the caller's to plan. */
const SHORT_WAIT_MS = 2000;

export function createPortalClient(deps: ClientDeps): PortalClient {
  const gathering = (write: boolean, most: number): Join =>
    createGathering({
      most,
      take: (priority) => deps.budget.take(deps.portalId, priority),
      send: (commands, priority) =>
        sendBatch(deps, commands, { priority, write, halt: false, admitted: true }),
    });
  const reads = gathering(false, MAX_BATCH);
  const joins = { reads, writes: gathering(true, MOST_WRITES) };
  const client: PortalClient = {
    origin: () => deps.transport.origin(),
    async call(method, params, options) {
      const request = { method, params, methods: [method] };
      if (options.write || options.v3) return (await send(deps, request, options)).result;
      const key = 'call';
      const commands = [{ key, method, params }];
      const together = await joinOthers(deps, reads, commands, options.priority);
      const answer = together?.answers.get(key);
      // A refusal is heard from the call itself: inside a batch it has no status of its own.
      if (answer?.ok) return answer;
      return (await send(deps, request, { ...options, admitted: together === null })).result;
    },
    async batch(commands, options) {
      const answers = new Map<string, CommandResult>();
      for (const chunk of inRequests(commands, MAX_BATCH)) {
        const halted = options.halt && [...answers.values()].some((answer) => !answer.ok);
        const read = halted
          ? new Map<string, CommandResult>()
          : await sendOrJoin(deps, joins, chunk, options);
        for (const { key } of chunk) answers.set(key, read.get(key) ?? unanswered(options.halt));
      }
      return answers;
    },
  };
  return client;
}

function unanswered(halt: boolean): CommandResult {
  return { ok: false, code: halt ? 'NOT_EXECUTED' : 'NO_ANSWER', httpStatus: 0 };
}

async function sendOrJoin(
  deps: ClientDeps,
  joins: { readonly reads: Join; readonly writes: Join },
  chunk: readonly BatchCommand[],
  options: BatchOptions,
): Promise<ReadonlyMap<string, CommandResult>> {
  const goesAlone = options.write && !(options.gather === true && chunk.length < MOST_WRITES);
  if (goesAlone || options.halt) return sendBatch(deps, chunk, options);
  const join = options.write ? joins.writes : joins.reads;
  const together = await joinOthers(deps, join, chunk, options.priority);
  if (together === null) return sendBatch(deps, chunk, { ...options, admitted: true });
  options.took?.(together.seconds);
  return together.answers;
}

/** Each waits for its own methods' time: those of the others must not hold it up. */
async function joinOthers(
  deps: ClientDeps,
  join: Join,
  commands: readonly BatchCommand[],
  priority: Priority,
): Promise<Together | null> {
  const methods = commands.map(({ method }) => method);
  await waitForOperatingTime(deps, methods, priority);
  return join(commands, priority);
}

/** There is room for the request, and its methods' time is reckoned. */
interface Admitted {
  readonly admitted?: boolean;
}

async function sendBatch(
  deps: ClientDeps,
  commands: readonly BatchCommand[],
  options: BatchOptions & Admitted,
): Promise<ReadonlyMap<string, CommandResult>> {
  const cmd = Object.fromEntries(commands.map((command) => [command.key, encodeCommand(command)]));
  const request: Request = {
    method: 'batch',
    params: { halt: options.halt ? 1 : 0, cmd },
    methods: commands.map((command) => command.method),
    commands,
  };
  const { result } = await send(deps, request, options);
  if (!result.ok) throw refusal('batch', result);
  const read = readBatch(commands, recordOf(result.value));
  await tellExhausted(
    deps,
    commands.filter(({ key }) => isTimeLimited(read.get(key))).map(({ method }) => method),
  );
  return read;
}

/** Takes the four maps of a batch answer apart; empty ones arrive as []. */
function readBatch(
  commands: readonly BatchCommand[],
  answer: Readonly<Record<string, unknown>>,
): ReadonlyMap<string, CommandResult> {
  const values = recordOf(answer['result']);
  const errors = recordOf(answer['result_error']);
  const totals = recordOf(answer['result_total']);
  const nexts = recordOf(answer['result_next']);
  const read = new Map<string, CommandResult>();
  for (const { key } of commands) {
    if (Object.hasOwn(errors, key)) {
      const error = recordOf(errors[key]);
      const code = normalCode(error['error'] ?? errors[key], error['error_description']);
      read.set(key, { ok: false, code, httpStatus: 200 });
    } else if (Object.hasOwn(values, key)) {
      const total = integerOf(totals[key]);
      read.set(key, { ok: true, value: values[key], total, next: integerOf(nexts[key]) });
    }
  }
  return read;
}

interface Request {
  readonly method: string;
  readonly params: object;
  /** Methods whose operating time the request uses: its own, or those inside the batch. */
  readonly methods: readonly string[];
  readonly commands?: readonly BatchCommand[];
}

async function send(
  deps: ClientDeps,
  request: Request,
  options: CallOptions & Pick<BatchOptions, 'took'> & Admitted,
): Promise<Answer & { kind: 'answer' }> {
  for (let attempt = 1; ; attempt += 1) {
    if (attempt > 1 || options.admitted !== true) {
      await waitForOperatingTime(deps, request.methods, options.priority);
      await deps.budget.take(deps.portalId, options.priority);
    }
    const startedAt = Date.now();
    const answer = await attemptOnce(deps.transport, request, options);
    tell(deps, request, { answer, attempt, ms: Date.now() - startedAt });
    if (answer.kind === 'answer') {
      options.took?.((Date.now() - startedAt) / 1000);
      await reportSpentTime(deps, answer.body, request);
      return answer;
    }
    if (answer.limited) await deps.budget.refused(deps.portalId);
    if (answer.fault.code === 'portal-time-limited') await tellExhausted(deps, request.methods);
    deps.log.warn(
      { method: request.method, code: answer.fault.code, detail: answer.fault.detail, attempt },
      'the portal did not answer as it should',
    );
    if (!answer.repeat || attempt >= MAX_ATTEMPTS) throw answer.fault;
    await sleep(deps.retryDelayMs * 2 ** (attempt - 1));
  }
}

interface Attempt {
  readonly answer: Answer;
  readonly attempt: number;
  readonly ms: number;
}

function tell(
  { budget, portalId }: ClientDeps,
  { method, methods }: Request,
  { answer, attempt, ms }: Attempt,
): void {
  if (answer.kind === 'fault') {
    const { code, detail } = answer.fault;
    const outcome = detail === '' ? code : `${code} ${detail}`;
    budget.seen?.({ portalId, method, methods, outcome, status: 0, ms, attempt });
    return;
  }
  const { result } = answer;
  const [outcome, status] = result.ok ? ['ok', 200] : [result.code, result.httpStatus];
  budget.seen?.({ portalId, method, methods, outcome, status, ms, attempt });
}

async function attemptOnce(
  transport: Transport,
  request: Request,
  { write, v3 }: CallOptions,
): Promise<Answer> {
  try {
    return unwrapAnswer(await transport.post(request.method, request.params, v3), write);
  } catch (error) {
    if (error instanceof TransportFault) return unwrapSilence(error.code, error.sent, write);
    if (error instanceof AppError) throw error;
    throw new AppError('portal-unreachable', 'The request could not be made: see the cause.', {
      retry: 'backoff',
      cause: error,
    });
  }
}

async function waitForOperatingTime(
  { budget, portalId }: ClientDeps,
  methods: readonly string[],
  priority: Priority,
): Promise<void> {
  const calls = new Map<string, number>();
  for (const method of methods) calls.set(method, (calls.get(method) ?? 0) + 1);
  for (let waited = 0; ;) {
    const wait = await budget.operatingWait(portalId, calls, priority);
    if (wait === 0) return;
    if (waited + wait > SHORT_WAIT_MS) throw timeLimited('OPERATING_BUDGET', wait).fault;
    await sleep(wait);
    waited += wait;
  }
}

/** The portal refused these for their operating time: whoever else wants to call them hears of it before he asks. */
async function tellExhausted(
  { budget, portalId, log }: ClientDeps,
  methods: Iterable<string>,
): Promise<void> {
  try {
    for (const method of new Set(methods)) await budget.exhausted(portalId, method);
  } catch {
    log.warn({ methods: [...methods] }, 'operating time could not be noted');
  }
}
