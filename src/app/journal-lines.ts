/** Journal lines from judged tickets: one shape, so that any closing is explained from its line alone. */
import type { ClosingDecision } from '../core/decision.ts';
import type { Instant } from '../core/ticket.ts';
import type { GateDeps } from './gate-deps.ts';
import type { Judged } from './judged.ts';
import type { OneTicket } from './one-ticket.ts';
import type { ClientMessageKind, Delivery } from './ports/client.ts';
import type { JournalEntry } from './ports/state.ts';

/** @param to stage the ticket stands on afterwards; '' when it was left where it is */
export function journalLine(
  judged: Judged,
  kind: JournalEntry['kind'],
  at: Instant,
  extra: { readonly to?: string; readonly detail?: JournalEntry['detail'] } = {},
): JournalEntry {
  const { snapshot, policy, decision } = judged;
  return {
    at,
    kind,
    ref: snapshot.ref,
    pipeline: policy.pipeline,
    movedBy: snapshot.movedBy,
    movedAt: snapshot.movedAt,
    assigneeId: snapshot.assigneeId,
    outcome: outcomeOf(decision),
    policyVersion: policy.version,
    from: snapshot.stageId,
    to: extra.to ?? '',
    results: decision.kind === 'not-gated' ? [] : decision.results,
    detail: extra.detail ?? {},
  };
}

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
  await journal.append(portalId, [
    {
      ...plainLine(sent.at, 'client-message', detail, snapshot.ref),
      pipeline: policy.pipeline,
      assigneeId: snapshot.assigneeId,
      policyVersion: policy.version,
    },
  ]);
}
