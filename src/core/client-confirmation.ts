import { hasText } from './evidence-text.ts';
import type { TicketRecord } from './ticket.ts';

/** The client said so, or an agent wrote down where and how the client said so (step 2). */
export function isClientConfirmed(record: TicketRecord): boolean {
  if (record.confirmation === 'confirmed') return true;
  return record.confirmation === 'by-agent' && hasText(record.confirmationEvidence);
}
