/** step-3: the problem, its cause, the applied solution and the time it took are written down. */
import type { Gap } from '../decision.ts';
import { hasText } from '../evidence-text.ts';
import type { Criterion } from './criterion.ts';
import { gap, verdictOf } from './criterion.ts';

export const solutionDocumented: Criterion = {
  id: 'solution-documented',
  clause: 'step-3',
  check({ record }) {
    const gaps: Gap[] = [];
    if (!hasText(record.problem)) gaps.push(gap('problem-missing'));
    if (!hasText(record.cause)) gaps.push(gap('cause-missing'));
    if (!hasText(record.solution)) gaps.push(gap('solution-missing'));
    const timeSpent = record.timeSpent ?? 0;
    // Not `<= 0`: a number the portal garbled (NaN) is no time either.
    if (!(timeSpent > 0)) gaps.push(gap('time-spent-missing'));
    return { verdict: verdictOf(gaps), evidence: { timeSpent } };
  },
};
