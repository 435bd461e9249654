/** ClientTexts from templates/client/: one source per message, three forms, nothing unfilled. */
import type {
  ClientMessageContext,
  ClientMessageKind,
  ClientTexts,
  RenderedMessage,
} from '../app/ports/client.ts';
import type { Language } from '../app/ports/texts.ts';
import { isBlank } from '../core/evidence-text.ts';
import type { NoticeText } from '../core/notice-text.ts';
import { AppError } from '../errors.ts';
import { say } from './catalog.ts';
import type { MessageFormatName, MessagePart } from './client-formats.ts';
import { messageFormat } from './client-formats.ts';
import type { ClientTemplateName, ClientTemplates, ClientVariable } from './client-templates.ts';
import { CLIENT_VARIABLES, loadClientTemplates, requiredVariables } from './client-templates.ts';
import { safeLink } from './escape-bb.ts';

/** Longest message in each form: the limit of a chat message. */
export const MAX_MESSAGE = 20_000;
const MAX_SUBJECT = 200;
const MAX_LINE = 200;
/** Tried in order until the message fits; a longer value is cut with an ellipsis. */
const VALUE_LIMITS = [8000, 3000, 1000, 300];

/** While a template is filled, each value is one private character: so a value can never be taken for markup. */
const FIRST_TOKEN = 0xe000;
const TOKEN = /[\uE000-\uE0FF]/u;
const LINK_MARKUP = /\[([^[\]\n]+)\]\(([\uE000-\uE0FF])\)/u;
const PIECES = /(\[[^[\]\n]+\]\([\uE000-\uE0FF]\)|[\uE000-\uE0FF])/u;

const LANGUAGES: readonly Language[] = ['ru', 'en'];

type Values = Readonly<Record<ClientVariable, string>>;

/** The kind and, for some, the outcome name a template together; null when the client is told nothing. */
export function templateFor(
  kind: ClientMessageKind,
  outcome: NoticeText | null,
): ClientTemplateName | null {
  const asks = kind === 'request' || kind === 'reminder';
  if (asks && outcome === 'product-update') return `${kind}-update`;
  if (kind !== 'notice') return kind;
  if (outcome === null) {
    throw new AppError(
      'template-failed',
      'Give the notice an outcome: each has a text of its own.',
    );
  }
  return outcome === 'spam' ? null : `notice-${outcome}`;
}

/** Joiners stay (emoji and some scripts need them); everything else that is invisible or half a character goes. */
function visible(text: string): string {
  return text
    .replaceAll(/\r\n?|[\u2028\u2029\u0085\v\f]/gu, '\n')
    .replaceAll('\t', ' ')
    .replaceAll(/(?![\n\u200c\u200d])[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu, '');
}

function oneLine(text: string, limit: number): string {
  return shortened(visible(text).replaceAll(/\s+/gu, ' ').trim(), limit);
}

function lines(text: string): string {
  return visible(text)
    .replaceAll(/[^\S\n]+$/gmu, '')
    .replaceAll(/\n{3,}/gu, '\n\n')
    .trim();
}

function shortened(text: string, limit: number): string {
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
function valuesOf(context: ClientMessageContext): Values {
  const values = cleaned(context);
  return {
    ...values,
    ...Object.fromEntries(
      CLIENT_VARIABLES.filter((variable) => isBlank(values[variable])).map((name) => [name, '']),
    ),
  };
}

function cleaned(context: ClientMessageContext): Values {
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

function checkValues(values: Values, name: ClientTemplateName, label: string): void {
  for (const variable of CLIENT_VARIABLES) {
    const empty = values[variable] === '' && requiredVariables(name).includes(variable);
    if (empty || hasPlaceholder(values[variable])) {
      const what = empty ? 'is empty' : 'still holds a placeholder';
      throw new AppError('template-failed', `${label}: fill in "${variable}", it ${what}.`, {
        detail: variable,
      });
    }
  }
}

const tokenOf = (variable: ClientVariable): string =>
  String.fromCharCode(FIRST_TOKEN + CLIENT_VARIABLES.indexOf(variable));

/** A filled value stands as its token, an empty one stays empty for the template's conditions. */
function tokensOf(values: Values): Record<string, string> {
  return Object.fromEntries(
    CLIENT_VARIABLES.map((variable) => [
      variable,
      values[variable] === '' ? '' : tokenOf(variable),
    ]),
  );
}

/** A condition in the template must not drop what the message cannot do without. */
function checkFilled(filled: string, name: ClientTemplateName, label: string): void {
  const dropped = requiredVariables(name).find((variable) => !filled.includes(tokenOf(variable)));
  const [subject = ''] = filled.split('\n');
  const lost = dropped ?? (subject.includes(tokenOf('ticketId')) ? undefined : 'ticketId');
  if (lost !== undefined) {
    throw new AppError('template-failed', `${label}: show "${lost}" whatever the conditions.`, {
      detail: lost,
    });
  }
}

function variableOf(token: string): ClientVariable {
  const variable = CLIENT_VARIABLES[token.charCodeAt(0) - FIRST_TOKEN];
  if (variable === undefined) throw new AppError('template-failed', 'Reload the templates.');
  return variable;
}

function partsOf(filled: string, values: Values): readonly MessagePart[] {
  return filled
    .split(PIECES)
    .filter((piece) => piece !== '')
    .map((piece): MessagePart => {
      const [, label, token] = LINK_MARKUP.exec(piece) ?? [];
      if (label !== undefined && token !== undefined) {
        return { kind: 'link', label, address: values[variableOf(token)] };
      }
      if (!TOKEN.test(piece)) return { kind: 'words', text: piece };
      const variable = variableOf(piece);
      const text = values[variable];
      return variable === 'link'
        ? { kind: 'link', label: '', address: text }
        : { kind: 'value', text };
    });
}

interface Draft {
  readonly label: string;
  readonly language: Language;
  readonly subject: string;
  readonly paragraphs: readonly (readonly MessagePart[])[];
}

function write({ subject, paragraphs, language }: Draft, name: MessageFormatName, limit: number) {
  const format = messageFormat(name);
  const one = (part: MessagePart): string => {
    if (part.kind === 'link') return format.link(part.label, part.address);
    if (part.kind === 'words') return format.words(part.text);
    return format.value(shortened(part.text, limit));
  };
  const texts = paragraphs.map((parts) => parts.map(one).join(''));
  return format.document(texts, subject, language);
}

function writeFitting(draft: Draft, name: MessageFormatName): string {
  for (const limit of VALUE_LIMITS) {
    const text = write(draft, name, limit);
    if (text.length <= MAX_MESSAGE) return text;
  }
  throw new AppError('template-failed', `${draft.label}: shorten the template.`);
}

function draftOf(filled: string, values: Values, label: string, language: Language): Draft {
  const [first = '', ...rest] = filled.split('\n');
  const subject = partsOf(first, values)
    .map((part) => (part.kind === 'link' ? '' : part.text))
    .join('');
  const paragraphs = rest
    .join('\n')
    .split(/\n\s*\n/u)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '')
    .map((paragraph) => partsOf(paragraph, values));
  return { label, language, subject: oneLine(subject, MAX_SUBJECT), paragraphs };
}

/** @throws AppError template-failed when a template is missing or uses what it may not */
export function createClientTexts(templates: ClientTemplates = loadClientTemplates()): ClientTexts {
  return {
    render(kind, language, context): RenderedMessage | null {
      const name = templateFor(kind, context.outcome);
      if (name === null) return null;
      const label = `client/${language}/${name}.hbs`;
      const values = valuesOf(context);
      checkValues(values, name, label);
      const filled = templates[language][name](tokensOf(values));
      checkFilled(filled, name, label);
      const draft = draftOf(filled, values, label, language);
      const message = {
        subject: draft.subject,
        plain: writeFitting(draft, 'plain'),
        html: writeFitting(draft, 'html'),
        bb: writeFitting(draft, 'bb'),
      };
      if (hasPlaceholder(message.plain) || hasPlaceholder(message.subject)) {
        throw new AppError('template-failed', `${label}: a place is left unfilled.`);
      }
      return message;
    },
  };
}
