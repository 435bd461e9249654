/** Works off the calls of a portal's robots, many at once: each is answered once it is known what to answer. */
import type { TicketRef } from '../../core/ticket.ts';
import { refKey } from '../../core/ticket.ts';
import { AppError, faultFields } from '../../errors.ts';
import type { Clock, Log } from '../ports/runtime.ts';
import type {
  NewRobotCall,
  RobotAnswer,
  RobotAnswers,
  RobotCall,
  RobotCalls,
} from '../ports/robots.ts';
import type { Language } from '../ports/texts.ts';
import { checkTickets, couldNotCheck } from './check-robot.ts';
import type { CheckDeps, Checked } from './check-robot.ts';
import { requestByRobot } from './request-robot.ts';

export interface RobotDeps extends CheckDeps {
  readonly calls: RobotCalls;
  readonly answers: RobotAnswers;
  /** Asks for robotsCalled in so many milliseconds. */
  readonly wake: (portalId: string, inMs: number) => Promise<void>;
}

const SECOND_MS = 1000;
const DAY_MS = 24 * 3600_000;
/** How long facts that cannot be read are read again: people look at a ticket that stands still. */
const PATIENCE_MS = 15 * 60_000;
/** An answer must arrive before the step's own time is up. */
const SHARE_OF_TIMEOUT = 0.75;
const LONGEST_PAUSE_MS = 60 * SECOND_MS;
/** Calls worked on together. */
const AT_ONCE = 200;

/** Stores the call and asks for its work; a repeated delivery changes nothing. @throws AppError store-unavailable */
export async function acceptRobotCall(
  portalId: string,
  { timeoutSeconds, ...call }: NewRobotCall,
  deps: Pick<RobotDeps, 'calls' | 'wake'> & { readonly clock: Clock; readonly log: Log },
): Promise<void> {
  const now = deps.clock.now();
  const timeoutMs = timeoutSeconds > 0 ? timeoutSeconds * SECOND_MS : DAY_MS;
  const decideBy = now + Math.min(PATIENCE_MS, timeoutMs * SHARE_OF_TIMEOUT);
  const answerBy = now + timeoutMs;
  await deps.calls.accept(portalId, { ...call, decideBy, answerBy, dueAt: now, attempts: 0 });
  // Also for a repeated delivery: the first one's job may have been lost with its process.
  await deps.wake(portalId, 0).catch(() => {
    deps.log.warn(
      { portalId },
      'A call of a robot stands, but its job could not be queued; the schedule will',
    );
  });
}

/** @throws AppError to be tried again while another process is at work on them */
export async function robotsCalled(portalId: string, deps: RobotDeps): Promise<void> {
  const worked = await deps.client.lock.exclusively(`robots:${portalId}`, async () => {
    await workOff(portalId, deps);
    return true;
  });
  if (worked !== null) return;
  throw new AppError('portal-rate-limited', 'The robots are being answered: try again shortly.', {
    retry: 'after',
    retryAfterMs: SECOND_MS,
  });
}

/** Of a portal that is not served: nobody waits for these any more. */
export async function forgetLateCalls(
  portalId: string,
  deps: Pick<RobotDeps, 'calls'> & { readonly clock: Clock; readonly log: Log },
): Promise<readonly RobotCall[]> {
  const now = deps.clock.now();
  const waiting = await deps.calls.waiting(portalId);
  const late = waiting.filter(({ answerBy }) => answerBy <= now);
  for (const call of late) {
    deps.log.warn(
      { portalId, robot: call.code, ticket: refKey(call.ref), attempts: call.attempts },
      'A robot was not answered in time',
    );
  }
  await deps.calls.done(portalId, late, now);
  return waiting.filter(({ answerBy }) => answerBy > now);
}

async function workOff(portalId: string, deps: RobotDeps): Promise<void> {
  const { clock, log } = deps.client;
  const waiting = await forgetLateCalls(portalId, { calls: deps.calls, clock, log });
  const due = waiting.filter(({ dueAt }) => dueAt <= clock.now()).slice(0, AT_ONCE);
  const decided = [
    ...(await checked(
      portalId,
      due.filter(({ code }) => code === 'closegate_check'),
      deps,
    )),
    ...(await requested(
      portalId,
      due.filter(({ code }) => code === 'closegate_request'),
      deps,
    )),
  ];
  await deliver(portalId, decided, deps);
  await wakeForRest(portalId, deps);
}

interface Decided {
  readonly call: RobotCall;
  /** null: to be looked at again. */
  readonly answer: Checked | null;
}

async function checked(
  portalId: string,
  calls: readonly RobotCall[],
  deps: RobotDeps,
): Promise<readonly Decided[]> {
  // Whoever does not wait hears no answer.
  const waits = calls.filter((call) => call.waits);
  const idle = calls.filter((call) => !call.waits).map((call) => ({ call, answer: SILENCE }));
  const refs = distinct(waits.map(({ ref }) => ref));
  const found = refs.length === 0 ? new Map() : await tryToCheck(portalId, refs, deps);
  const now = deps.client.clock.now();
  return [
    ...idle,
    ...waits.map((call) => {
      const answer = found.get(refKey(call.ref)) ?? null;
      return { call, answer: answer ?? (now >= call.decideBy ? couldNotCheck(deps) : null) };
    }),
  ];
}

const SILENCE: Checked = { values: null, log: '' };

async function tryToCheck(
  portalId: string,
  refs: readonly TicketRef[],
  deps: RobotDeps,
): Promise<ReadonlyMap<string, Checked | null>> {
  try {
    return await checkTickets(portalId, refs, deps);
  } catch (error) {
    if (error instanceof AppError || refs.length === 1) {
      noteFault(portalId, error, deps);
      return new Map();
    }
    // A defect that one of them brings out: the others are answered.
    const alone: ReadonlyMap<string, Checked | null>[] = [];
    for (const ref of refs) alone.push(await tryToCheck(portalId, [ref], deps));
    return new Map(alone.flatMap((one) => [...one]));
  }
}

async function requested(
  portalId: string,
  calls: readonly RobotCall[],
  deps: RobotDeps,
): Promise<readonly Decided[]> {
  const decided: Decided[] = [];
  for (const call of calls) {
    decided.push({ call, answer: await tryToRequest(portalId, call, deps) });
  }
  return decided;
}

async function tryToRequest(
  portalId: string,
  { ref, code }: RobotCall,
  deps: RobotDeps,
): Promise<Checked | null> {
  try {
    const { fate, language } = await requestByRobot(portalId, ref, deps.client);
    if (fate !== 'queued') {
      const fields = { portalId, robot: code, ticket: refKey(ref), fate };
      deps.client.log.info(fields, 'A robot asked for a request that was not made');
    }
    const said: Language = language ?? deps.language;
    return { values: null, log: deps.plain(said, `robot.request.${fate}`) };
  } catch (error) {
    noteFault(portalId, error, deps);
    return null;
  }
}

/** A bug that one ticket brings out must not keep the portal's other robots waiting: told loudly, and tried again like a fault. */
function noteFault(portalId: string, error: unknown, { client }: RobotDeps): void {
  if (!(error instanceof AppError)) {
    client.log.error({ portalId, ...faultFields(error) }, 'A robot met a defect of the app');
    return;
  }
  const { code, detail } = error;
  client.log.warn({ portalId, code, detail }, 'A robot could not be answered yet');
}

/** What was not taken is given again; so is what nobody could decide yet. */
async function deliver(
  portalId: string,
  decided: readonly Decided[],
  deps: RobotDeps,
): Promise<void> {
  const answers = decided.flatMap(({ call, answer }) =>
    answer !== null && call.waits ? [{ ...answer, id: call.id, eventToken: call.eventToken }] : [],
  );
  const sent = await send(portalId, answers, deps);
  const { clock } = deps.client;
  const isDone = ({ call, answer }: Decided): boolean =>
    answer !== null && (!call.waits || (sent.get(call.id) ?? 'again') !== 'again');
  const done = decided.filter(isDone);
  const calls = done.map(({ call }) => call);
  await deps.calls.done(portalId, calls, clock.now());
  for (const one of done) logAnswered(portalId, one, deps);
  for (const { call } of decided.filter((one) => !isDone(one))) {
    const attempts = call.attempts + 1;
    const dueAt = clock.now() + pauseMs(attempts);
    await deps.calls.again(portalId, { ...call, attempts, dueAt });
  }
}

/** The journal has no line for it: a robot's question changes nothing on the ticket. */
function logAnswered(portalId: string, { call, answer }: Decided, { client }: RobotDeps): void {
  const { ref, code: robot, waits } = call;
  const passed = answer?.values?.passed;
  const ticket = refKey(ref);
  const fields = { portalId, ticket, decision: 'robot-answered', robot, waits };
  client.log.info(passed === undefined ? fields : { ...fields, passed }, 'decision');
}

async function send(portalId: string, answers: readonly RobotAnswer[], deps: RobotDeps) {
  if (answers.length === 0) return new Map<string, 'taken' | 'refused' | 'again'>();
  try {
    const outcomes = await deps.answers.send(answers);
    const refused = [...outcomes.values()].filter((outcome) => outcome === 'refused').length;
    if (refused > 0) {
      deps.client.log.warn({ portalId, refused }, 'The portal did not take answers of robots');
    }
    return outcomes;
  } catch (error) {
    noteFault(portalId, error, deps);
    return new Map<string, 'taken' | 'refused' | 'again'>();
  }
}

/** 2, 4, 8… 60 s. */
const pauseMs = (attempts: number): number =>
  Math.min(LONGEST_PAUSE_MS, SECOND_MS * 2 ** Math.min(attempts, 10));

async function wakeForRest(portalId: string, deps: RobotDeps): Promise<void> {
  const rest = await deps.calls.waiting(portalId);
  if (rest.length === 0) return;
  const next = Math.min(...rest.map(({ dueAt }) => dueAt));
  await deps.wake(portalId, Math.max(0, next - deps.client.clock.now()));
}

function distinct(refs: readonly TicketRef[]): readonly TicketRef[] {
  return [...new Map(refs.map((ref) => [refKey(ref), ref])).values()];
}
