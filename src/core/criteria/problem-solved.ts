/** step-1: the problem is fully solved and checked; a bare tick does not say what was checked. */
import type { Gap } from '../decision.ts';
import { isBareTick, isBlank } from '../evidence-text.ts';
import type { Criterion } from './criterion.ts';
import { gap, verdictOf } from './criterion.ts';

export const problemSolved: Criterion = {
  id: 'problem-solved',
  clause: 'step-1',
  check({ record }) {
    const gaps = checkedHowGaps(record.checkedHow);
    return { verdict: verdictOf(gaps), evidence: { characters: record.checkedHow.length } };
  },
};

function checkedHowGaps(checkedHow: string): readonly Gap[] {
  if (isBlank(checkedHow)) return [gap('checked-how-missing')];
  return isBareTick(checkedHow) ? [gap('checked-how-bare-tick')] : [];
}
