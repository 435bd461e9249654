/** step-7: the closing has a reason, and it does not contradict the outcome; an empty one is filled in by the stamp. */
import { closeReasonsOf } from '../close-reason.ts';
import type { Criterion } from './criterion.ts';
import { gap, verdictOf } from './criterion.ts';

export const closeReasonGiven: Criterion = {
  id: 'close-reason-given',
  clause: 'step-7',
  check({ record: { closeReason } }, outcome) {
    const contradicts = closeReason !== null && !closeReasonsOf(outcome).includes(closeReason);
    return {
      verdict: verdictOf(
        contradicts ? [gap('close-reason-mismatch', { closeReason, outcome })] : [],
      ),
      evidence: { closeReason: closeReason ?? 'none', outcome },
    };
  },
};
