/** A client message with everything filled in; a test overrides what its case is about. */
import type { ClientMessageContext, ClientMessageKind } from '../../src/app/ports/client.ts';
import type { Language } from '../../src/app/ports/texts.ts';
import type { Outcome } from '../../src/core/ticket.ts';
import { OUTCOMES } from '../../src/core/ticket.ts';

export const LANGUAGES: readonly Language[] = ['ru', 'en'];

export function aClientMessage(change: Partial<ClientMessageContext> = {}): ClientMessageContext {
  return {
    clientName: 'Анна Орлова',
    ticketId: 759,
    specialistName: 'Игорь Смирнов',
    solution: 'Перевыпустили пропуск',
    recommendations: 'Обновите приложение',
    productVersion: '4.12',
    productInstruction: 'Нажмите «Обновить»',
    link: 'https://gate.test/c/token',
    closeBy: '2 июня 2026 г., 17:30 (Москва)',
    reopenUntil: '9 июня 2026 г., 17:30 (Москва)',
    outcome: null,
    ...change,
  };
}

export interface MessageCase {
  readonly kind: ClientMessageKind;
  readonly outcome: Outcome | null;
  readonly language: Language;
}

/** Every kind, the notice once for each outcome that tells the client something, in every language. */
export const EVERY_MESSAGE: readonly MessageCase[] = LANGUAGES.flatMap((language) => [
  { kind: 'request' as const, outcome: null, language },
  { kind: 'reminder' as const, outcome: null, language },
  { kind: 'work-goes-on' as const, outcome: null, language },
  ...OUTCOMES.filter((outcome) => outcome !== 'spam').map((outcome) => ({
    kind: 'notice' as const,
    outcome,
    language,
  })),
]);
