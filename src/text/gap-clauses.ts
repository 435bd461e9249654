/** Which clause of the regulation each gap is about; shown in brackets after the gap. */
import type { GapCode } from '../core/decision.ts';
import type { ClauseId } from '../core/policy.ts';

export const GAP_CLAUSES: Readonly<Record<GapCode, ClauseId>> = {
  'checked-how-missing': 'step-1',
  'checked-how-bare-tick': 'step-1',
  'open-task': 'step-1',
  'open-ticket': 'step-1',
  'confirmation-not-asked': 'step-2',
  'confirmation-awaited': 'step-2',
  'confirmation-will-be-asked': 'step-2',
  'confirmation-rejected': 'step-2',
  'confirmation-evidence-missing': 'step-2',
  'silence-request-missing': 'special-no-confirmation',
  'silence-reminder-missing': 'special-no-confirmation',
  'question-unanswered': 'criterion-4',
  'problem-missing': 'step-3',
  'cause-missing': 'step-3',
  'solution-missing': 'step-3',
  'time-spent-missing': 'step-3',
  'recommendations-missing': 'step-3',
  'resources-missing': 'step-3',
  'communication-missing': 'step-4',
  'diagnostics-missing': 'step-4',
  'kb-decision-missing': 'step-5',
  'kb-reason-missing': 'step-5',
  'product-version-missing': 'special-product-update',
  'product-instruction-missing': 'special-product-update',
  'product-update-unconfirmed': 'special-product-update',
  'close-reason-mismatch': 'step-7',
  'duplicate-master-missing': 'step-7',
  'justification-missing': 'step-7',
};
