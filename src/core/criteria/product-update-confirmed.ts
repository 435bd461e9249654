/** special-product-update: the client got the version and the instruction, and confirmed the update. */
import { isClientConfirmed } from '../client-confirmation.ts';
import type { Gap } from '../decision.ts';
import { hasText } from '../evidence-text.ts';
import type { Criterion } from './criterion.ts';
import { gap, verdictOf } from './criterion.ts';

export const productUpdateConfirmed: Criterion = {
  id: 'product-update-confirmed',
  clause: 'special-product-update',
  check({ record }, outcome) {
    const evidence = { confirmation: record.confirmation ?? 'not-asked' };
    if (outcome !== 'product-update') return { verdict: { status: 'not-applicable' }, evidence };
    const gaps: Gap[] = [];
    if (!hasText(record.productVersion)) gaps.push(gap('product-version-missing'));
    if (!hasText(record.productInstruction)) gaps.push(gap('product-instruction-missing'));
    if (!isClientConfirmed(record)) gaps.push(gap('product-update-unconfirmed'));
    return { verdict: verdictOf(gaps), evidence };
  },
};
