/** step-5 and FAQ 3: it is decided whether the knowledge base needs the solution; "not needed" says why. */
import type { Gap } from '../decision.ts';
import { hasText } from '../evidence-text.ts';
import type { TicketRecord } from '../ticket.ts';
import type { Criterion } from './criterion.ts';
import { gap, verdictOf } from './criterion.ts';

export const knowledgeBaseDecided: Criterion = {
  id: 'knowledge-base-decided',
  clause: 'step-5',
  check({ record }) {
    return {
      verdict: verdictOf(knowledgeBaseGaps(record)),
      evidence: { kbDecision: record.kbDecision ?? 'none' },
    };
  },
};

function knowledgeBaseGaps({ kbDecision, kbNote }: TicketRecord): readonly Gap[] {
  if (kbDecision === null) return [gap('kb-decision-missing')];
  if (kbDecision === 'not-needed' && !hasText(kbNote)) return [gap('kb-reason-missing')];
  return [];
}
