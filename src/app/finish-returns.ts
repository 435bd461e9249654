/** Completes returns that a crash or an unanswered write left half-done: the portal is asked before anything is repeated. */
import type { ClosingPolicy } from '../core/policy.ts';
import { pipelineKey } from '../core/policy.ts';
import { refKey } from '../core/ticket.ts';
import { tellReturned } from './automation/trigger-facts.ts';
import type { GateDeps } from './gate-deps.ts';
import { cardSight } from './timeline-card/card-sight.ts';
import { ticketLine } from './journal-lines.ts';
import { cycleOf } from './one-ticket.ts';
import type { ReturnEntry } from './ports/state.ts';
import type { TicketHead } from './ports/tickets.ts';

interface Unfinished {
  readonly entry: ReturnEntry;
  readonly head: TicketHead;
  readonly policy: ClosingPolicy;
}

export async function finishReturns(
  portalId: string,
  policies: readonly ClosingPolicy[],
  deps: GateDeps,
): Promise<void> {
  const entries = await deps.ledger.unfinished(portalId);
  if (entries.length === 0) return;
  const appUser = await deps.tickets.appUserId();
  const found = await withHeads(entries, policies, deps);
  const carriedOut = found.filter(
    ({ entry, head }) =>
      entry.step !== 'claimed' ||
      (head.movedBy === appUser && head.stageId !== entry.from.stageId) ||
      isCounted(entry, head),
  );
  const done = new Set(carriedOut.map(({ entry }) => refKey(entry.ref)));
  // Not carried out: forget the claim and let the sweep judge the ticket as it stands now.
  const open = entries.filter((entry) => !done.has(refKey(entry.ref))).map((entry) => entry.ref);
  await deps.state.addPending(portalId, open);
  await deps.ledger.drop(portalId, open);
  if (carriedOut.length > 0) await complete(portalId, carriedOut, deps);
}

/** Somebody has moved it on since, but the count that was written with the return stands on the ticket. */
function isCounted({ returns, movedAt }: ReturnEntry, head: TicketHead): boolean {
  const counted = head.record.returns ?? 0;
  return returns !== undefined && counted >= returns && head.movedAt > movedAt;
}

async function withHeads(
  entries: readonly ReturnEntry[],
  policies: readonly ClosingPolicy[],
  deps: GateDeps,
): Promise<readonly Unfinished[]> {
  const types = [...new Set(entries.map((entry) => entry.ref.entityTypeId))];
  const heads = await deps.tickets.listMoved(
    types.map((entityTypeId) => ({
      entityTypeId,
      stageIds: [],
      since: 0,
      alsoIds: entries.filter((e) => e.ref.entityTypeId === entityTypeId).map((e) => e.ref.id),
      policies: policies.filter((policy) => policy.pipeline.entityTypeId === entityTypeId),
    })),
    'live',
  );
  const byKey = new Map(heads.map((head) => [refKey(head.ref), head]));
  return entries.flatMap((entry) => {
    const head = byKey.get(refKey(entry.ref));
    const policy = policies.find((p) => pipelineKey(p.pipeline) === pipelineKey(entry.pipeline));
    return head && policy ? [{ entry, head, policy }] : [];
  });
}

async function complete(
  portalId: string,
  items: readonly Unfinished[],
  deps: GateDeps,
): Promise<void> {
  const comments = items
    .filter(({ entry }) => entry.step !== 'explained')
    .map(({ entry, policy }) => ({
      ref: entry.ref,
      text: deps.texts.returnComment(policy.language, entry.gaps),
    }));
  const present = await deps.tickets.findComments(comments);
  const missing = comments.filter((comment) => !present.has(refKey(comment.ref)));
  if (missing.length > 0) await deps.tickets.addComments(missing, 'live');
  const refs = items.map(({ entry }) => entry.ref);
  await deps.ledger.advance(portalId, refs, 'explained');
  // The tag makes a repeated notice replace the first.
  await deps.tickets.notify(
    items.flatMap((item) => notices(item, deps)),
    'live',
  );
  const now = deps.clock.now();
  await deps.journal.append(
    portalId,
    items.map((item) => line(item, now)),
  );
  await tellReturned(
    portalId,
    items.map(({ entry, head }) => ({ ...entry, returns: head.record.returns })),
    deps,
  );
  // What the crash left undone of their cards is not known: the portal is asked for them first.
  await deps.cards?.returned(
    portalId,
    items.map(({ entry: { ref, gaps, assigneeId: responsibleId }, head, policy }) => {
      const cycle = cycleOf({ snapshot: head });
      const seen = cardSight(head);
      return { ref, cycle, gaps, responsibleId, language: policy.language, first: false, seen };
    }),
  );
  await deps.ledger.finish(portalId, refs, now);
}

function notices({ entry, head, policy }: Unfinished, deps: GateDeps) {
  const text = deps.texts.returnNotice(
    policy.language,
    [
      {
        id: entry.ref.id,
        title: head.title,
        link: deps.tickets.ticketLink(entry.ref),
        gaps: entry.gaps,
      },
    ],
    1,
  );
  const people = [...new Set([entry.movedBy, entry.assigneeId])].filter((id) => id > 0);
  return people.map((userId) => ({
    userId,
    text,
    tag: `closegate|returned|${refKey(entry.ref)}|${userId}`,
  }));
}

function line({ entry, head, policy }: Unfinished, at: number) {
  const { returns } = entry;
  const detail = { finishedAfterInterruption: 1, ...(returns === undefined ? {} : { returns }) };
  return {
    ...ticketLine({ snapshot: head, policy }, 'returned', at, detail),
    movedBy: entry.movedBy,
    movedAt: entry.movedAt,
    assigneeId: entry.assigneeId,
    policyVersion: entry.policyVersion ?? policy.version,
    outcome: entry.outcome ?? null,
    results: entry.results ?? [],
    from: entry.from.stageId,
    // Moved on meanwhile, where it was put is not known.
    to: head.stageId === entry.from.stageId ? '' : head.stageId,
  };
}
