/**
 * Fires the triggers of facts that were told. Up to the request that carries it a signal is never lost; from then on it is
 * never repeated, for nothing on the portal tells whether a trigger was run, and run twice it may send a client two letters
 * or pull a ticket back. So what breaks off there is given up, and said in the log (ADR 15).
 */
import { refKey } from '../../core/ticket.ts';
import { AppError } from '../../errors.ts';
import type { Clock, Log } from '../ports/runtime.ts';
import type { PortalLock } from '../ports/state.ts';
import type { FireOutcome, KeptSignal, TriggerBox, TriggerCaller } from '../ports/triggers.ts';

export interface TriggerDeps {
  readonly box: TriggerBox;
  readonly caller: TriggerCaller;
  readonly lock: PortalLock;
  readonly clock: Clock;
  readonly log: Log;
}

/** A trigger moves tickets: hours after the fact they may stand somewhere else for a good reason. */
const STALE_MS = 12 * 3600_000;

/** @throws AppError to be tried again */
export async function fireTriggers(portalId: string, deps: TriggerDeps): Promise<void> {
  const worked = await deps.lock.exclusively(`triggers:${portalId}`, async () => {
    await giveUpBroken(portalId, deps);
    await fireAll(portalId, deps);
    return true;
  });
  if (worked !== null) return;
  throw new AppError('portal-rate-limited', 'Triggers are being fired: try again shortly.', {
    retry: 'after',
    retryAfterMs: 1000,
  });
}

/** Marked by a process that died: its request may have arrived. */
async function giveUpBroken(portalId: string, deps: TriggerDeps): Promise<void> {
  const broken = await deps.box.claimed(portalId);
  for (const signal of broken) warn(portalId, signal, BROKEN, deps);
  await deps.box.done(portalId, broken);
}

async function fireAll(portalId: string, deps: TriggerDeps): Promise<void> {
  const { box, caller, clock } = deps;
  for (;;) {
    const signals = await box.claim(portalId, caller.atOnce());
    if (signals.length === 0) return;
    const isStale = ({ at }: KeptSignal): boolean => at < clock.now() - STALE_MS;
    const stale = signals.filter(isStale);
    for (const signal of stale) warn(portalId, signal, LATE, deps);
    await box.done(portalId, stale);
    await fireSome(
      portalId,
      signals.filter((signal) => !isStale(signal)),
      deps,
    );
  }
}

async function fireSome(
  portalId: string,
  signals: readonly KeptSignal[],
  deps: TriggerDeps,
): Promise<void> {
  if (signals.length === 0) return;
  let outcomes: readonly FireOutcome[];
  try {
    outcomes = await deps.caller.fire(signals);
  } catch (error) {
    // Only where surely nothing was run; anything else is a bug and stays marked.
    if (error instanceof AppError) await deps.box.release(portalId, signals);
    throw error;
  }
  const unsent = signals.filter((_, at) => outcomes[at]?.kind === 'unsent');
  for (const [at, signal] of signals.entries()) {
    const outcome = outcomes[at] ?? { kind: 'unknown' };
    if (outcome.kind === 'unknown') warn(portalId, signal, BROKEN, deps);
    if (outcome.kind === 'refused')
      warn(portalId, signal, { message: REFUSED, code: outcome.code }, deps);
  }
  await deps.box.release(portalId, unsent);
  await deps.box.done(
    portalId,
    signals.filter((signal) => !unsent.includes(signal)),
  );
  if (unsent.length === 0) return;
  throw new AppError('portal-rate-limited', 'The portal is busy: try again shortly.', {
    retry: 'backoff',
    detail: 'TRIGGERS',
  });
}

interface Why {
  readonly message: string;
  /** The portal's error code. */
  readonly code?: string;
}

const BROKEN: Why = { message: 'Nobody knows whether a trigger was run; it is not fired again' };
const LATE: Why = { message: 'A trigger could not be fired for hours and is given up' };
const REFUSED = 'The portal refused a trigger; it is not fired again';

function warn(portalId: string, { code, ref }: KeptSignal, why: Why, { log }: TriggerDeps): void {
  const fields = { portalId, trigger: code, ticket: refKey(ref) };
  log.warn(why.code === undefined ? fields : { ...fields, code: why.code }, why.message);
}
