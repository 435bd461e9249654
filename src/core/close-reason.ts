import type { CloseReason, Outcome } from './ticket.ts';

interface ReasonsOfOutcome {
  /** Written when nobody chose one. */
  readonly derived: CloseReason;
  readonly compatible: readonly CloseReason[];
}

const REASONS: Readonly<Record<Outcome, ReasonsOfOutcome>> = {
  confirmed: { derived: 'solved', compatible: ['solved', 'solved-by-update', 'consultation'] },
  'no-answer': { derived: 'no-answer', compatible: ['no-answer'] },
  'product-update': { derived: 'solved-by-update', compatible: ['solved-by-update'] },
  duplicate: { derived: 'duplicate', compatible: ['duplicate'] },
  'out-of-scope': { derived: 'out-of-scope', compatible: ['out-of-scope'] },
  withdrawn: { derived: 'withdrawn', compatible: ['withdrawn'] },
  spam: { derived: 'spam', compatible: ['spam'] },
};

/** Close reasons that do not contradict the outcome (step-7). */
export function closeReasonsOf(outcome: Outcome): readonly CloseReason[] {
  return REASONS[outcome].compatible;
}

/** The reason an outcome implies when nobody chose one (step-7). */
export function derivedCloseReason(outcome: Outcome): CloseReason {
  return REASONS[outcome].derived;
}
