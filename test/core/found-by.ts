/** What a criterion found, in one readable word or list, for the tables of this folder. */
import type { Criterion } from '../../src/core/criteria/criterion.ts';
import type { ClosingPolicy } from '../../src/core/policy.ts';
import type { Outcome, TicketSnapshot } from '../../src/core/ticket.ts';
import { aPolicy } from '../support/a-policy.ts';
import { bundledQualityWords } from '../../src/text/quality-words.ts';

/** `met`, `not-applicable`, `unknown:<fact>`, or the codes of the gaps. */
export function foundBy(
  criterion: Criterion,
  snapshot: TicketSnapshot,
  outcome: Outcome = 'confirmed',
  policy: ClosingPolicy = aPolicy(),
): string | readonly string[] {
  const { verdict } = criterion.check(snapshot, outcome, policy, bundledQualityWords());
  if (verdict.status === 'unmet') return verdict.gaps.map(({ code }) => code);
  return verdict.status === 'unknown' ? `unknown:${verdict.fact}` : verdict.status;
}
