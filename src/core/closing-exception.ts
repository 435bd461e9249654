/**
 * A written reason lets an unmet criterion pass: a `justify` one for anybody, a `block` one only for those the policy names
 * (override). Never the default: without the reason nothing changes.
 */
import type { ClosingException, CriterionResult, Gap } from './decision.ts';
import { isBareTick, isBlank } from './evidence-text.ts';
import type { ClosingPolicy } from './policy.ts';
import type { TicketSnapshot } from './ticket.ts';

/** Shorter ones say nothing that a lead could judge later. */
export const MIN_REASON_CHARACTERS = 20;

/** Long enough without padding, and words rather than a tick. */
export function isReason(text: string): boolean {
  const trimmed = text.trim().replaceAll(/\s+/gu, ' ');
  return trimmed.length >= MIN_REASON_CHARACTERS && !isBlank(trimmed) && !isBareTick(trimmed);
}

export interface Weighed {
  /** Gaps that still hold the closing back, in the regulation's order. */
  readonly gaps: readonly Gap[];
  readonly exception: ClosingException | null;
}

const JUSTIFICATION_MISSING: Gap = { code: 'justification-missing', params: {} };

/** What of the unmet criteria holds the closing back once the written reason is taken into account. */
export function weighGaps(
  results: readonly CriterionResult[],
  { record, movedBy }: Pick<TicketSnapshot, 'record' | 'movedBy'>,
  policy: Pick<ClosingPolicy, 'overriders'>,
): Weighed {
  const unmet = results.filter(
    ({ strictness, verdict }) =>
      verdict.status === 'unmet' && (strictness === 'block' || strictness === 'justify'),
  );
  const reason = isReason(record.exceptionReason);
  const overrides = reason && policy.overriders.includes(movedBy);
  const waived = unmet.filter(
    ({ strictness }) => overrides || (reason && strictness === 'justify'),
  );
  const held = unmet.filter((result) => !waived.includes(result));
  const gaps = held.flatMap(({ verdict }) => (verdict.status === 'unmet' ? verdict.gaps : []));
  const justifiable = held.some(({ strictness }) => strictness === 'justify');
  return {
    gaps: justifiable ? [...gaps, JUSTIFICATION_MISSING] : gaps,
    exception: waived.length > 0 ? exceptionOf(waived) : null,
  };
}

/** Only what nobody but an overrider could let pass makes it an override. */
function exceptionOf(waived: readonly CriterionResult[]): ClosingException {
  return {
    kind: waived.some(({ strictness }) => strictness === 'block') ? 'overridden' : 'justified',
    criteria: waived.map(({ id }) => id),
  };
}
