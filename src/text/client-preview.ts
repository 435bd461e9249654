/** A client message on sample data, for `npm run template`. */
import type { ClientMessageContext, ClientMessageKind, ClientTexts } from '../app/ports/client.ts';
import type { Language } from '../app/ports/texts.ts';
import { NOTICE_TEXTS } from '../core/notice-text.ts';
import type { NoticeText } from '../core/notice-text.ts';
import { say } from './catalog.ts';
import type { MessageFormatName } from './client-formats.ts';
import { createClientTexts } from './client-texts.ts';

const KINDS: readonly ClientMessageKind[] = [
  'request',
  'reminder',
  'notice',
  'work-goes-on',
  'update-pending',
];
export const SAMPLE_TICKET = 759;
/** example.com is reserved for examples (RFC 2606), so the link can belong to nobody. */
export const SAMPLE_LINK = 'https://example.com/c/sample';

/** What the preview can be asked for: a message, and for the notice an outcome. */
export const CLIENT_PREVIEWS = { kinds: KINDS, outcomes: NOTICE_TEXTS } as const;

export interface PreviewRequest {
  readonly kind: ClientMessageKind;
  readonly outcome: NoticeText;
  readonly language: Language;
  readonly format: MessageFormatName;
}

export interface Preview {
  readonly subject: string;
  readonly body: string;
}

/** Values a message might have; templates/README.md shows the same. */
export function sampleContext(language: Language, outcome: NoticeText): ClientMessageContext {
  return {
    clientName: say(language, 'sample.client-name'),
    ticketId: SAMPLE_TICKET,
    specialistName: say(language, 'sample.specialist-name'),
    solution: say(language, 'sample.solution'),
    recommendations: say(language, 'sample.recommendations'),
    productVersion: outcome === 'product-update' ? say(language, 'sample.product-version') : '',
    productInstruction:
      outcome === 'product-update' ? say(language, 'sample.product-instruction') : '',
    link: SAMPLE_LINK,
    closeBy: say(language, 'sample.close-by'),
    reopenUntil: say(language, 'sample.reopen-until'),
    ...(outcome === 'duplicate' ? { masterId: SAMPLE_TICKET - 1 } : {}),
    outcome,
  };
}

/** null: with this outcome nothing is sent. Throws template-failed when the templates are wrong. */
export function previewClientMessage(
  { kind, outcome, language, format }: PreviewRequest,
  texts: ClientTexts = createClientTexts(),
): Preview | null {
  const of = kind === 'update-pending' ? 'product-update' : outcome;
  const message = texts.render(kind, language, sampleContext(language, of));
  return message && { subject: message.subject, body: message[format] };
}
