/**
 * step-4: nothing is left out: the communication with the client is on record and, where the ticket's category asks
 * for it, so is the diagnostic information. (Problem, solution and time, named here too, are step-3's.)
 */
import type { CriterionVerdict, Gap } from '../decision.ts';
import { hasText } from '../evidence-text.ts';
import type { ClosingPolicy } from '../policy.ts';
import { applicabilityOf, NO_WORDS } from '../text-quality.ts';
import type { Applicability, TextWords } from '../text-quality.ts';
import type { TicketSnapshot } from '../ticket.ts';
import type { Criterion } from './criterion.ts';
import { gap, verdictOf } from './criterion.ts';

type Communication = 'recorded' | 'missing' | 'unreadable' | 'unavailable';

export const informationComplete: Criterion = {
  id: 'information-complete',
  clause: 'step-4',
  check(snapshot, _outcome, policy, words = NO_WORDS) {
    const communication = communicationOf(snapshot);
    const diagnosticsNeeded = needsDiagnostics(snapshot, policy);
    const diagnostics = diagnosticsOf(snapshot.record.diagnostics, words);
    const gaps: Gap[] = [];
    if (communication === 'missing') gaps.push(gap('communication-missing'));
    if (diagnosticsNeeded && diagnostics === 'missing') gaps.push(gap('diagnostics-missing'));
    if (diagnosticsNeeded && diagnostics === 'not-applicable-unexplained') {
      gaps.push(gap('diagnostics-reason-missing'));
    }
    return {
      verdict: combine(gaps, communication, diagnosticsNeeded),
      evidence: {
        communication,
        diagnosticsNeeded,
        // Counted by reports: with a reason it passes, and a lead sees how often.
        ...(diagnosticsNeeded &&
          diagnostics === 'not-applicable' && { diagnosticsNotApplicable: true }),
      },
    };
  },
};

/** "Not applicable" is two letters in some languages and a dash in none: what has no text at all is missing. */
function diagnosticsOf(text: string, words: TextWords): 'missing' | Applicability {
  if (!hasText(text)) return 'missing';
  return applicabilityOf(text, words);
}

/** A known gap is certain and beats an unread fact; a channel the portal lacks leaves only the other half to judge. */
function combine(
  gaps: readonly Gap[],
  communication: Communication,
  diagnosticsNeeded: boolean,
): CriterionVerdict {
  if (gaps.length === 0 && communication === 'unreadable') {
    return { status: 'unknown', fact: 'conversation' };
  }
  if (communication === 'unavailable' && !diagnosticsNeeded) return { status: 'not-applicable' };
  return verdictOf(gaps);
}

function communicationOf({ record, conversation }: TicketSnapshot): Communication {
  if (
    record.confirmation === 'confirmed' ||
    record.confirmation === 'by-agent' ||
    hasText(record.confirmationEvidence) ||
    record.askedAt !== null
  ) {
    return 'recorded';
  }
  if (!conversation.known) return conversation.why;
  return conversation.value.lastOurAnswerAt === null ? 'missing' : 'recorded';
}

function needsDiagnostics(
  { diagnosticsCategory }: TicketSnapshot,
  { diagnostics }: ClosingPolicy,
): boolean {
  return diagnostics !== null && diagnostics.values.includes(diagnosticsCategory);
}
