/** Where a gap is mended: the field of the map, if a field does it. */
import type { Gap, GapCode } from './decision.ts';
import type { FieldKey } from './policy.ts';
import { FIELD_KEYS } from './policy.ts';

const FIELDS: Readonly<Partial<Record<GapCode, FieldKey>>> = {
  'checked-how-missing': 'checkedHow',
  'checked-how-bare-tick': 'checkedHow',
  'confirmation-evidence-missing': 'confirmationEvidence',
  'problem-missing': 'problem',
  'cause-missing': 'cause',
  'solution-missing': 'solution',
  'time-spent-missing': 'timeSpent',
  'recommendations-missing': 'recommendations',
  'resources-missing': 'resources',
  'solution-says-nothing': 'solution',
  'solution-too-short': 'solution',
  'solution-copies-question': 'solution',
  'cause-is-empty-words': 'cause',
  'cause-too-short': 'cause',
  'cause-repeats-problem': 'cause',
  'diagnostics-missing': 'diagnostics',
  'diagnostics-reason-missing': 'diagnostics',
  'kb-reason-missing': 'kbNote',
  'kb-link-missing': 'kbNote',
  'kb-link-not-https': 'kbNote',
  'product-version-missing': 'productVersion',
  'product-instruction-missing': 'productInstruction',
  'close-reason-mismatch': 'closeReason',
  'duplicate-master-missing': 'duplicateOf',
  'justification-missing': 'exceptionReason',
};

/** null where no field does: an action, a task, an answer to the client. */
export function gapField({ code, params }: Gap): FieldKey | null {
  // Hints about texts name the field themselves.
  const named = FIELD_KEYS.find((key) => key === params['field']);
  return named ?? FIELDS[code] ?? null;
}
