/** What a ticket brings into a client message, made fit to be read: no invisible characters, no holes, bounded lines. */
import type { ClientMessageContext } from '../app/ports/client.ts';
import type { Language } from '../app/ports/texts.ts';
import { isBlank } from '../core/evidence-text.ts';
import { say } from './catalog.ts';
import type { ClientVariable } from './client-templates.ts';
import { CLIENT_VARIABLES } from './client-templates.ts';
import { safeLink } from './escape-bb.ts';

export type ClientValues = Readonly<Record<ClientVariable, string>>;

const MAX_LINE = 200;
const LANGUAGES: readonly Language[] = ['ru', 'en'];

/** Joiners stay (emoji and some scripts need them); everything else that is invisible or half a character goes. */
function visible(text: string): string {
  return text
    .replaceAll(/\r\n?|[\u2028\u2029\u0085\v\f]/gu, '\n')
    .replaceAll('\t', ' ')
    .replaceAll(/(?![\n\u200c\u200d])[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu, '');
}

export function oneLine(text: string, limit: number): string {
  return shortened(visible(text).replaceAll(/\s+/gu, ' ').trim(), limit);
}

function lines(text: string): string {
  return visible(text)
    .replaceAll(/[^\S\n]+$/gmu, '')
    .replaceAll(/\n{3,}/gu, '\n\n')
    .trim();
}

export function shortened(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const cut = text.slice(0, limit - 1).replace(/[\uD800-\uDBFF]$/u, '');
  return `${cut.trimEnd()}…`;
}

const wordsKey = (text: string): string =>
  (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).join(' ');

const noRecommendations: ReadonlySet<string> = new Set(
  LANGUAGES.flatMap((language) => say(language, 'recommendations.none').split('|')),
);

/** Agents write "not needed" into the field because the gate asks for it; the client has no use for that. */
function recommendationsOf(text: string): string {
  return noRecommendations.has(wordsKey(text)) ? '' : lines(text);
}

/** A value without a letter or digit would be read as a hole. */
export function valuesOf(context: ClientMessageContext): ClientValues {
  const values = cleaned(context);
  return {
    ...values,
    ...Object.fromEntries(
      CLIENT_VARIABLES.filter((variable) => isBlank(values[variable])).map((name) => [name, '']),
    ),
  };
}

function cleaned(context: ClientMessageContext): ClientValues {
  return {
    clientName: oneLine(context.clientName, MAX_LINE),
    ticketId: ticketNumber(context.ticketId),
    specialistName: oneLine(context.specialistName, MAX_LINE),
    solution: lines(context.solution),
    recommendations: recommendationsOf(context.recommendations),
    productVersion: oneLine(context.productVersion, MAX_LINE),
    productInstruction: lines(context.productInstruction),
    link: safeLink(context.link),
    closeBy: oneLine(context.closeBy, MAX_LINE),
    reopenUntil: oneLine(context.reopenUntil ?? '', MAX_LINE),
    masterId: ticketNumber(context.masterId ?? 0),
  };
}

const ticketNumber = (id: number): string => (Number.isSafeInteger(id) && id > 0 ? String(id) : '');

const placeholderNames: ReadonlySet<string> = new Set(
  LANGUAGES.flatMap((language) => say(language, 'placeholder.names').split('|')),
);

/** A place that somebody forgot to fill in: double braces, or one of the regulation's own `[…]` placeholders. */
export function hasPlaceholder(text: string): boolean {
  if (/\{\{|\}\}|\[object \w+\]/u.test(text)) return true;
  return [...text.matchAll(/\[([^[\]]{1,60})\]/gu)].some(([, name]) =>
    placeholderNames.has((name ?? '').replaceAll(/\s+/gu, ' ').trim().toLowerCase()),
  );
}
