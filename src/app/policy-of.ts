/** The policy of the pipeline that a ticket stands in; undefined when that pipeline is not gated. */
import type { ClosingPolicy } from '../core/policy.ts';
import type { TicketHead } from './ports/tickets.ts';

export function policyOf(
  { ref, categoryId }: Pick<TicketHead, 'ref' | 'categoryId'>,
  policies: readonly ClosingPolicy[],
): ClosingPolicy | undefined {
  return policies.find(
    ({ pipeline }) =>
      pipeline.entityTypeId === ref.entityTypeId && pipeline.categoryId === categoryId,
  );
}
