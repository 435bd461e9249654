/**
 * A change of the policy applies to new attempts only: a closing that was made before it is judged by the version of its own
 * moment, whenever the gate gets to it.
 */
import type { ClosingPolicy } from '../core/policy.ts';
import { pipelineKey } from '../core/policy.ts';
import type { Instant } from '../core/ticket.ts';
import type { PolicyStore, SavedPolicy } from './ports/state.ts';
import type { TicketHead } from './ports/tickets.ts';

/** The policies as they applied when this ticket was moved. */
export type PoliciesAtMove = (head: Pick<TicketHead, 'movedAt'>) => readonly ClosingPolicy[];

/** One look at the store per pipeline, however many tickets. */
export async function policiesAtMove(
  portalId: string,
  heads: readonly Pick<TicketHead, 'movedAt'>[],
  policies: readonly ClosingPolicy[],
  store: Pick<PolicyStore, 'inForceSince'>,
): Promise<PoliciesAtMove> {
  const since = Math.min(...heads.map(({ movedAt }) => movedAt));
  const versions = new Map<string, readonly SavedPolicy[]>();
  for (const { pipeline } of policies) {
    versions.set(pipelineKey(pipeline), await store.inForceSince(portalId, pipeline, since));
  }
  return ({ movedAt }) =>
    policies.map((current) => {
      const known = versions.get(pipelineKey(current.pipeline)) ?? [];
      const then = known.find(({ savedAt }) => wholeSecond(savedAt) <= movedAt);
      return then ? asOf(then.policy, current) : current;
    });
}

/** The portal tells a move by its whole second: saved and moved within one, the new version counts. */
const wholeSecond = (at: Instant): Instant => Math.floor(at / 1000) * 1000;

/**
 * What is asked of a closing is of then. Where things stand on the portal is of now, and so are a gate that was switched off
 * and moves that are to be left alone.
 */
function asOf(then: ClosingPolicy, current: ClosingPolicy): ClosingPolicy {
  if (then.version >= current.version) return current;
  return {
    ...then,
    fields: current.fields,
    options: current.options,
    returnStage: current.returnStage,
    leads: current.leads,
    mode: current.mode === 'observe' ? 'observe' : then.mode,
    cutoff: Math.max(then.cutoff, current.cutoff),
  };
}
