/** Journal lines from judged tickets: one shape, so that any closing is explained from its line alone. */
import { policyChanges } from '../core/policy-changes.ts';
import type { ClosingPolicy } from '../core/policy.ts';
import type { ClosingDecision } from '../core/decision.ts';
import type { Instant, TicketSnapshot } from '../core/ticket.ts';
import type { GateDeps } from './gate-deps.ts';
import type { Judged } from './judged.ts';
import { localStamp } from './local-stamp.ts';
import type { OneTicket } from './one-ticket.ts';
import type { ClientMessageKind, Delivery } from './ports/client.ts';
import type { JournalEntry } from './ports/state.ts';

/** @param to stage the ticket stands on afterwards; '' when it was left where it is */
export function journalLine(
  judged: Judged,
  kind: JournalEntry['kind'],
  at: Instant,
  extra: Partial<Pick<JournalEntry, 'to' | 'detail' | 'closedBy' | 'times'>> = {},
): JournalEntry {
  const { snapshot, decision } = judged;
  return {
    ...ticketLine(judged, kind, at),
    movedBy: snapshot.movedBy,
    movedAt: snapshot.movedAt,
    outcome: outcomeOf(decision),
    from: snapshot.stageId,
    results: decision.kind === 'not-gated' ? [] : decision.results,
    ...extra,
  };
}

/** A line about a ticket whose policy is known, outside of a verdict. */
export function ticketLine(
  { snapshot, policy }: Pick<OneTicket, 'policy'> & { readonly snapshot: LineTicket },
  kind: JournalEntry['kind'],
  at: Instant,
  detail: JournalEntry['detail'] = {},
): JournalEntry {
  const { confirmation, cycle } = snapshot.record;
  return {
    ...plainLine(at, kind, detail, snapshot.ref),
    pipeline: policy.pipeline,
    assigneeId: snapshot.assigneeId,
    policyVersion: policy.version,
    local: localStamp(at, policy.timeZone),
    cycle: cycle ?? 1,
    confirmation: confirmation ?? 'not-asked',
  };
}

type LineTicket = Pick<TicketSnapshot, 'ref' | 'assigneeId' | 'record'>;

function outcomeOf(decision: ClosingDecision): JournalEntry['outcome'] {
  return decision.kind === 'not-gated' || decision.kind === 'undecided' ? null : decision.outcome;
}

/** A line about the portal as a whole, or about a ticket nobody judged. */
export function plainLine(
  at: Instant,
  kind: JournalEntry['kind'],
  detail: JournalEntry['detail'],
  ref: JournalEntry['ref'] = null,
): JournalEntry {
  return {
    at,
    kind,
    ref,
    pipeline: null,
    movedBy: 0,
    movedAt: null,
    assigneeId: 0,
    outcome: null,
    policyVersion: 0,
    from: '',
    to: '',
    results: [],
    detail,
  };
}

/** Both references of a closing on silence are found in the journal by ticket and cycle. */
export async function noteMessage(
  portalId: string,
  { snapshot, policy }: Pick<OneTicket, 'snapshot' | 'policy'>,
  sent: {
    readonly kind: ClientMessageKind;
    readonly delivery: Extract<Delivery, { kind: 'delivered' }>;
    readonly at: Instant;
  },
  { journal }: Pick<GateDeps, 'journal'>,
): Promise<void> {
  const { channel, reference } = sent.delivery;
  const detail = { kind: sent.kind, channel, reference, cycle: snapshot.record.cycle ?? 1 };
  const line = ticketLine({ snapshot, policy }, 'client-message', sent.at, detail);
  await journal.append(portalId, [line]);
}

/** The cause of a mistaken closing and whether a measure was taken; nothing while no cause is named. */
export function mistakeLine(
  ticket: Pick<OneTicket, 'snapshot' | 'policy'>,
  mistakenCycle: number,
  at: Instant,
): readonly JournalEntry[] {
  const { mistakeCause: cause, mistakeMeasure } = ticket.snapshot.record;
  if (cause === null || mistakenCycle < 1) return [];
  const measure = mistakeMeasure.trim() === '' ? 0 : 1;
  return [{ ...ticketLine(ticket, 'mistake-named', at, { cause, measure }), cycle: mistakenCycle }];
}

/** Keys told of one change; a first version changes every one. */
const MAX_KEYS = 1500;

/** Which settings a saved policy changed, by key; values stand in the version itself (`npm run policy -- diff`). */
export function policyLine(
  before: ClosingPolicy | null,
  after: ClosingPolicy,
  { at, savedBy }: { readonly at: Instant; readonly savedBy: number },
): JournalEntry {
  const changed = before === null ? [] : policyChanges(before, after).map(({ key }) => key);
  const detail = {
    mode: after.mode,
    from: before?.version ?? 0,
    changes: changed.length,
    changed: changed.join(',').slice(0, MAX_KEYS),
  };
  return {
    ...plainLine(at, 'policy-saved', detail),
    pipeline: after.pipeline,
    movedBy: savedBy,
    policyVersion: after.version,
    local: localStamp(at, after.timeZone),
  };
}
