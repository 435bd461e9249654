/** special-product-update: what holds for a ticket whose solution comes with an update of the product. */
import { hasText, isBlank } from './evidence-text.ts';
import type { TicketRecord } from './ticket.ts';

type Update = Pick<TicketRecord, 'outcome' | 'productVersion' | 'productInstruction'>;

/** Silence confirms no update: the ticket stays open until somebody says that it helped. */
export function closesOnSilence({ outcome }: Pick<TicketRecord, 'outcome'>): boolean {
  return outcome !== 'product-update';
}

/** The version is not out yet: there is nothing that the client could install, so nothing to confirm. */
export function waitsForRelease({
  outcome,
  productInstruction,
}: Pick<Update, 'outcome' | 'productInstruction'>): boolean {
  return outcome === 'product-update' && !hasText(productInstruction);
}

/**
 * The same for every spelling of one version: `PASS24 v4.12`, `pass24  4.12`. Product and version are one text, as the
 * agent wrote them; '' when nothing is written.
 */
export function versionKey(text: string): string {
  if (isBlank(text)) return '';
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/(?<![\p{L}\p{N}])v\.?\s*(?=\d)/gu, '')
    .replaceAll(/\s+/gu, ' ')
    .replaceAll(/^[\s.,;:]+|[\s.,;:]+$/gu, '');
}
