/** Labels of close reasons and outcomes: the resolution text of a ticket whose agent wrote none. */
import type { Language } from '../app/ports/texts.ts';
import type { CloseReason, Outcome } from '../core/ticket.ts';
import { say } from './catalog.ts';

export function closeReasonLabel(language: Language, closeReason: CloseReason): string {
  return say(language, `field.closeReason.${closeReason}`);
}

export function outcomeLabel(language: Language, outcome: Outcome): string {
  return say(language, `field.outcome.${outcome}`);
}
