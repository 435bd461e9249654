/** step-7: a duplicate says which ticket goes on with the problem, so that its client can be found again. */
import { duplicateMaster } from '../duplicate-master.ts';
import type { Criterion } from './criterion.ts';
import { gap, verdictOf } from './criterion.ts';

export const duplicateLinked: Criterion = {
  id: 'duplicate-linked',
  clause: 'step-7',
  check({ ref, record }, outcome) {
    if (outcome !== 'duplicate') return { verdict: { status: 'not-applicable' }, evidence: {} };
    const linked = duplicateMaster(record.duplicateOf, ref) !== null;
    return {
      verdict: verdictOf(linked ? [] : [gap('duplicate-master-missing')]),
      evidence: { linked },
    };
  },
};
