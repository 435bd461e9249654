/** Closings the gate has no say in: the report shows them instead of dropping them. */
import type { ClosingPolicy } from '../core/policy.ts';
import { isClosedRole, stageRole } from '../core/stage-role.ts';
import type { GateDeps } from './gate-deps.ts';
import { ticketLine } from './journal-lines.ts';
import type { TicketHead } from './ports/tickets.ts';
import { policyOf } from './policy-of.ts';
import { exemptFinalStages } from './stage-directory.ts';

/** Journals them, a line each; returns the tickets that are to be judged. No request is spent on the others. */
export async function withoutUngated(
  portalId: string,
  heads: readonly TicketHead[],
  policies: readonly ClosingPolicy[],
  deps: GateDeps,
): Promise<readonly TicketHead[]> {
  if (heads.length === 0) return heads;
  const types = [...new Set(policies.map(({ pipeline }) => pipeline.entityTypeId))];
  const { stages } = await deps.stages.stages(types, deps.clock.now());
  const final = new Set(exemptFinalStages(stages, policies));
  const now = deps.clock.now();
  const found = heads.flatMap((head) => {
    const policy = policyOf(head, policies);
    const why = policy ? ungatedWhy(head, policy, final) : null;
    if (!policy || why === null) return [];
    const { movedBy, movedAt, stageId } = head;
    const line = ticketLine({ snapshot: head, policy }, 'ungated', now, { why });
    return [{ head, line: { ...line, movedBy, movedAt, from: stageId } }];
  });
  if (found.length === 0) return heads;
  await deps.journal.append(
    portalId,
    found.map(({ line }) => line),
  );
  const exempt = new Set(found.map(({ head }) => head));
  return heads.filter((head) => !exempt.has(head));
}

function ungatedWhy(
  { stageId, movedAt }: TicketHead,
  policy: ClosingPolicy,
  final: ReadonlySet<string>,
): 'exempt' | 'before-cutoff' | null {
  const role = stageRole(policy, stageId);
  if (role === 'exempt') return final.has(stageId) ? 'exempt' : null;
  return isClosedRole(role) && movedAt < policy.cutoff ? 'before-cutoff' : null;
}
