/** step-3: further recommendations to the client and links to the resources used are written down. */
import type { Gap } from '../decision.ts';
import { hasText } from '../evidence-text.ts';
import type { Criterion } from './criterion.ts';
import { gap, verdictOf } from './criterion.ts';

export const documentationExtras: Criterion = {
  id: 'documentation-extras',
  clause: 'step-3',
  check({ record }) {
    const gaps: Gap[] = [];
    const resources = record.resources.filter(hasText).length;
    if (!hasText(record.recommendations)) gaps.push(gap('recommendations-missing'));
    if (resources === 0) gaps.push(gap('resources-missing'));
    return { verdict: verdictOf(gaps), evidence: { resources } };
  },
};
