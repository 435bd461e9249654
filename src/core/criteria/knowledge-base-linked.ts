/** step-5: a decision that names an article leads to it: the link is what makes the solution usable later. */
import { decisionLink } from '../knowledge/article-links.ts';
import type { Gap } from '../decision.ts';
import type { Criterion } from './criterion.ts';
import { gap, verdictOf } from './criterion.ts';

export const knowledgeBaseLinked: Criterion = {
  id: 'knowledge-base-linked',
  clause: 'step-5',
  check({ record }) {
    const { kbDecision } = record;
    if (kbDecision === null || kbDecision === 'not-needed') {
      return { verdict: { status: 'not-applicable' }, evidence: {} };
    }
    const { kind } = decisionLink(record.kbNote, record.resources);
    return { verdict: verdictOf(linkGaps(kind)), evidence: { kbDecision, link: kind } };
  },
};

function linkGaps(kind: ReturnType<typeof decisionLink>['kind']): readonly Gap[] {
  if (kind === 'none') return [gap('kb-link-missing')];
  return kind === 'http' ? [gap('kb-link-not-https')] : [];
}
