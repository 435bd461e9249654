import type { Action, ClosingDecision } from './decision.ts';
import type { ClosingPolicy } from './policy.ts';
import type { TicketSnapshot } from './ticket.ts';

type Return = Extract<ClosingDecision, { readonly kind: 'return' }>;

/** A decision's actions, in the order they are carried out; none when there is nothing to do. */
export function planActions(
  snapshot: TicketSnapshot,
  decision: ClosingDecision,
  policy: ClosingPolicy,
): readonly Action[] {
  const { ref } = snapshot;
  switch (decision.kind) {
    case 'return':
      return returnActions(snapshot, decision);
    case 'stop':
      return [
        {
          kind: 'alert-leads',
          ref,
          code: 'return-loop',
          userIds: policy.leads,
          params: { id: ref.id, returns: decision.returns },
        },
      ];
    case 'pass':
      return [{ kind: 'stamp-closing', ref, stamp: decision.stamp, moveTo: decision.moveTo }];
    case 'not-gated':
    case 'undecided':
      return [];
  }
}

function returnActions(snapshot: TicketSnapshot, { targets, gaps }: Return): readonly Action[] {
  const { ref, record } = snapshot;
  const userIds = staffToTell(snapshot);
  // A ticket that only waits for its client is not counted against anybody.
  const waits = gaps.every(({ code }) => code === 'confirmation-will-be-asked');
  const returns = (record.returns ?? 0) + (waits ? 0 : 1);
  return [
    { kind: 'return-ticket', ref, targets, returns },
    { kind: 'explain-return', ref, gaps },
    ...(userIds.length > 0 ? [{ kind: 'notify-staff', ref, userIds, gaps } as const] : []),
  ];
}

/** The mover first: they pressed the button. A robot's move (user 0) is told to the assignee alone. */
function staffToTell({ movedBy, assigneeId }: TicketSnapshot): readonly number[] {
  return [...new Set([movedBy, assigneeId])].filter((userId) => userId > 0);
}
