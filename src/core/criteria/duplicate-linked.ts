/** step-7: a duplicate says which ticket goes on with the problem, so that its client can be found again. */
import type { Criterion } from './criterion.ts';
import { gap, verdictOf } from './criterion.ts';

export const duplicateLinked: Criterion = {
  id: 'duplicate-linked',
  clause: 'step-7',
  check({ ref, record }, outcome) {
    if (outcome !== 'duplicate') return { verdict: { status: 'not-applicable' }, evidence: {} };
    const linked = namesAnother(record.duplicateOf, ref.id);
    return {
      verdict: verdictOf(linked ? [] : [gap('duplicate-master-missing')]),
      evidence: { linked },
    };
  },
};

/** A number other than the ticket's own: "759", "No. 759", the address of a card. */
function namesAnother(text: string, ownId: number): boolean {
  const numbers = text.match(/\d+/g) ?? [];
  return numbers.some((number) => Number(number) !== ownId);
}
