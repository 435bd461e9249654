/** The lines of our own messages, so that a client's quote of them is never read as the client's words. */
import type { ClientMessageContext, ClientTexts, RenderedMessage } from '../app/ports/client.ts';
import type { Language } from '../app/ports/texts.ts';
import { CLIENT_PREVIEWS } from './client-preview.ts';
import { isClientTemplate } from './client-templates.ts';
import { createClientTexts, renderClientMessage } from './client-texts.ts';
import type { Template } from './template.ts';

const VALUE = 'zqvalueqz';
const TICKET_NUMBER = 904_090_409;
/** example.com is reserved for examples (RFC 2606). */
const LINK = 'https://example.com/c/own-lines';
const LANGUAGES = ['ru', 'en'] as const;

/** Only what every message must have, and everything: conditional words of a template show in one of the two. */
const BARE = {
  clientName: '',
  ticketId: TICKET_NUMBER,
  specialistName: '',
  solution: VALUE,
  recommendations: '',
  productVersion: '',
  productInstruction: '',
  link: LINK,
  closeBy: VALUE,
  reopenUntil: '',
} as const satisfies Omit<ClientMessageContext, 'outcome'>;
const FULL = {
  ...BARE,
  clientName: VALUE,
  specialistName: VALUE,
  recommendations: VALUE,
  productVersion: VALUE,
  productInstruction: VALUE,
  reopenUntil: VALUE,
  masterId: TICKET_NUMBER,
} as const satisfies Omit<ClientMessageContext, 'outcome'>;

const VALUES = new RegExp(`${VALUE}|${TICKET_NUMBER}`, 'u');

/** Every line of every client template in the pieces between its values, as core/replies/own-lines.ts takes them. */
export function ownTemplateLines(
  texts: ClientTexts = createClientTexts(),
): readonly (readonly string[])[] {
  const { kinds, outcomes } = CLIENT_PREVIEWS;
  const rendered = LANGUAGES.flatMap((language) =>
    kinds.flatMap((kind) =>
      outcomes.flatMap((outcome) =>
        [BARE, FULL].map((values) => texts.render(kind, language, { ...values, outcome })),
      ),
    ),
  );
  return piecesOf(rendered);
}

/** The same for one template, of a portal. */
export function linesOfTemplate(
  template: Template,
  name: string,
  language: Language,
): readonly (readonly string[])[] {
  if (!isClientTemplate(name)) return [];
  const rendered = [BARE, FULL].map((values) =>
    renderClientMessage({ template, name, language }, { ...values, outcome: null }),
  );
  return piecesOf(rendered);
}

function piecesOf(
  messages: readonly (Pick<RenderedMessage, 'subject' | 'plain'> | null)[],
): readonly (readonly string[])[] {
  const lines = messages.flatMap((message) =>
    message === null ? [] : [message.subject, ...message.plain.split('\n')],
  );
  return [...new Set(lines)].map((line) => line.split(VALUES));
}
