/**
 * step-2: the client confirmed the solution.
 * special-no-confirmation: closing for silence needs a request and then a reminder; "not solved" is never silence.
 */
import { isClientConfirmed } from '../client-confirmation.ts';
import type { Gap, GapCode } from '../decision.ts';
import type { Confirmation, TicketRecord } from '../ticket.ts';
import type { Criterion } from './criterion.ts';
import { gap, verdictOf } from './criterion.ts';

const GAP_OF_CONFIRMATION: Readonly<Record<Exclude<Confirmation, 'confirmed'>, GapCode>> = {
  'not-asked': 'confirmation-not-asked',
  asked: 'confirmation-awaited',
  rejected: 'confirmation-rejected',
  'no-answer': 'confirmation-not-asked',
  'by-agent': 'confirmation-evidence-missing',
};

export const clientConfirmed: Criterion = {
  id: 'client-confirmed',
  clause: 'step-2',
  check({ record }, outcome) {
    const evidence = {
      confirmation: record.confirmation ?? 'not-asked',
      asked: record.askedAt !== null,
      reminded: record.remindedAt !== null,
    };
    if (outcome === 'confirmed') return { verdict: verdictOf(confirmationGaps(record)), evidence };
    if (outcome === 'no-answer') {
      return {
        verdict: verdictOf(silenceGaps(record)),
        evidence,
        clause: 'special-no-confirmation',
      };
    }
    return { verdict: { status: 'not-applicable' }, evidence };
  },
};

function confirmationGaps(record: TicketRecord): readonly Gap[] {
  const confirmation = record.confirmation ?? 'not-asked';
  if (confirmation === 'confirmed' || isClientConfirmed(record)) return [];
  return [gap(GAP_OF_CONFIRMATION[confirmation])];
}

/** A reminder counts only after a request: without one, both are missing. */
function silenceGaps({ confirmation, askedAt, remindedAt }: TicketRecord): readonly Gap[] {
  const gaps: Gap[] = [];
  if (confirmation === 'rejected') gaps.push(gap('confirmation-rejected'));
  if (askedAt === null) gaps.push(gap('silence-request-missing'));
  if (askedAt === null || remindedAt === null || remindedAt <= askedAt) {
    gaps.push(gap('silence-reminder-missing'));
  }
  return gaps;
}
