/**
 * A closing that passes: outcome, reason, time, cycle and policy version go onto the ticket, which is read again in
 * the same batch and compared (step 7: make sure that the ticket is closed correctly).
 */
import type { ClosingStamp } from '../core/decision.ts';
import type { StagePlace, TicketRef } from '../core/ticket.ts';
import { refKey } from '../core/ticket.ts';
import { alertLeads } from './alert-leads.ts';
import type { GateDeps } from './gate-deps.ts';
import { journalLine, mistakeLine } from './journal-lines.ts';
import type { Judged } from './judged.ts';
import type { JournalEntry } from './ports/state.ts';
import type { StampOutcome } from './ports/tickets.ts';
import { tellHints } from './tell-hints.ts';

const MOVED_ON = 'moved-meanwhile';
/** As much of a written reason as the journal keeps. */
const MAX_REASON = 1000;

export interface StampItem {
  readonly judged: Judged;
  readonly stamp: ClosingStamp;
  /** Set when the app itself makes the closing move (gate stage). */
  readonly moveTo: StagePlace | null;
  /** Left out for what a sweep judged. */
  readonly closedBy?: 'agent' | 'client' | 'silence';
  /** Id of the mass closing it is part of. */
  readonly run?: string;
}

export interface Stamped {
  /** refKeys of the tickets that verifiably stand closed. */
  readonly closed: ReadonlySet<string>;
  /** Unknown whether they stand closed, or moved on meanwhile: to be looked at again by the next sweep, which finds them pending. */
  readonly unsettled: readonly TicketRef[];
}

/** @param hand writes to the tickets; the app's own unless told */
export async function stampClosings(
  portalId: string,
  items: readonly StampItem[],
  deps: GateDeps,
  hand: Pick<GateDeps['tickets'], 'stampTickets'> = deps.tickets,
): Promise<Stamped> {
  const verified = new Set<string>();
  const unsettled: TicketRef[] = [];
  if (items.length === 0) return { closed: verified, unsettled };
  await deps.state.rememberOwnMoves(
    portalId,
    items.flatMap(({ judged, moveTo }) =>
      moveTo ? [{ ref: judged.snapshot.ref, stageId: moveTo.stageId }] : [],
    ),
  );
  const outcomes = await hand.stampTickets(
    items.map((item) => ({
      ref: item.judged.snapshot.ref,
      stamp: withResolution(item, deps),
      moveTo: item.moveTo,
      policy: item.judged.policy,
    })),
    'live',
  );
  for (const item of items) {
    const outcome = outcomes.get(refKey(item.judged.snapshot.ref));
    const problem = problemOf(item, outcome);
    if (problem === null) {
      await closed(portalId, item, deps);
      verified.add(refKey(item.judged.snapshot.ref));
    } else {
      await notVerified(portalId, item, problem, deps);
      if (problem === 'unknown' || problem === MOVED_ON) unsettled.push(item.judged.snapshot.ref);
    }
  }
  const closedOnes = items.filter(({ judged }) => verified.has(refKey(judged.snapshot.ref)));
  await tellHints(
    closedOnes.map(({ judged }) => judged),
    deps,
  );
  // Judging an unknown one again is harmless, the stamp is the same; from one that moved on it is taken back.
  await deps.state.addPending(portalId, unsettled);
  return { closed: verified, unsettled };
}

/** Step 7 wants a resolution on every closed ticket; where there is no solution to quote, the reason's name says it. */
function withResolution({ judged, stamp }: StampItem, deps: GateDeps): ClosingStamp {
  const missing = stamp.resolution === '' && judged.snapshot.record.resolution.trim() === '';
  return missing
    ? {
        ...stamp,
        resolution: deps.texts.closeReasonLabel(judged.policy.language, stamp.closeReason),
      }
    : stamp;
}

/** null when the ticket really stands closed with everything written. */
function problemOf(item: StampItem, outcome: StampOutcome | undefined): string | null {
  if (!outcome) return 'unknown';
  if (!outcome.write.ok) return outcome.write.why;
  const expected = item.moveTo?.stageId ?? item.judged.snapshot.stageId;
  if (outcome.stageIdAfter !== expected) return MOVED_ON;
  return outcome.mismatched.length > 0 ? `fields:${outcome.mismatched.join(',')}` : null;
}

async function closed(portalId: string, item: StampItem, deps: GateDeps): Promise<void> {
  const { judged, stamp, moveTo } = item;
  const unheard = await isUnheard(portalId, item, deps);
  const { cycle, closeReason } = stamp;
  await deps.journal.append(portalId, [
    journalLine(judged, 'closed', deps.clock.now(), {
      to: moveTo?.stageId ?? judged.snapshot.stageId,
      closedBy: item.closedBy ?? (moveTo ? 'gate-stage' : 'agent'),
      detail: {
        cycle,
        closeReason,
        ...(unheard ? { unheard: 1 } : {}),
        ...(item.run === undefined ? {} : { run: item.run }),
      },
    }),
    ...exceptionLines(item, deps),
    // Named at last when the ticket closes again; a line of the review stands already or is the same.
    ...mistakeLine(judged, cycle - 1, deps.clock.now()),
  ]);
  await deps.client?.closed(portalId, item.judged);
}

/** «Confirmed» stands on the ticket, but nobody knows of an answer of the client's: somebody chose it from the list. */
async function isUnheard(
  portalId: string,
  { judged, closedBy }: StampItem,
  deps: GateDeps,
): Promise<boolean> {
  const byAgent = closedBy === undefined || closedBy === 'agent';
  if (!byAgent || judged.snapshot.record.confirmation !== 'confirmed') return false;
  return (await deps.client?.heard(portalId, judged)) === false;
}

/** Who let it pass and why, in their own words: the lead's weekly list is made of these lines alone. */
function exceptionLines({ judged, stamp }: StampItem, deps: GateDeps): readonly JournalEntry[] {
  const { decision, snapshot } = judged;
  if (decision.kind !== 'pass' || decision.exception === null) return [];
  const { kind, criteria } = decision.exception;
  const reason = snapshot.record.exceptionReason.trim().slice(0, MAX_REASON);
  const detail = { cycle: stamp.cycle, criteria: criteria.join(','), reason };
  return [journalLine(judged, kind, deps.clock.now(), { detail })];
}

async function notVerified(
  portalId: string,
  item: StampItem,
  problem: string,
  deps: GateDeps,
): Promise<void> {
  const { snapshot, policy } = item.judged;
  await deps.journal.append(portalId, [
    journalLine(item.judged, 'closing-not-verified', deps.clock.now(), { detail: { problem } }),
  ]);
  // Somebody moved it on in the same second: the newer move is judged by itself.
  if (problem === 'unknown' || problem === MOVED_ON || problem === 'not-found') return;
  await alertLeads(
    portalId,
    {
      code: 'closing-not-verified',
      ref: snapshot.ref,
      userIds: policy.leads,
      params: { id: snapshot.ref.id },
      language: policy.language,
    },
    deps,
  );
}
