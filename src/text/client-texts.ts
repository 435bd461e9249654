/** ClientTexts from templates/client/: one source per message, three forms, nothing unfilled. */
import type {
  ClientMessageContext,
  ClientMessageKind,
  ClientTexts,
  RenderedMessage,
} from '../app/ports/client.ts';
import type { Language } from '../app/ports/texts.ts';
import type { NoticeText } from '../core/notice-text.ts';
import { AppError } from '../errors.ts';
import type { MessageFormatName, MessagePart } from './client-formats.ts';
import { messageFormat } from './client-formats.ts';
import type { ClientTemplateName, ClientTemplates, ClientVariable } from './client-templates.ts';
import { CLIENT_VARIABLES, loadClientTemplates, requiredVariables } from './client-templates.ts';
import type { ClientValues } from './client-values.ts';
import { hasPlaceholder, oneLine, shortened, valuesOf } from './client-values.ts';
import type { Template } from './template.ts';

/** Longest message in each form: the limit of a chat message. */
export const MAX_MESSAGE = 20_000;
const MAX_SUBJECT = 200;
/** Tried in order until the message fits; a longer value is cut with an ellipsis. */
const VALUE_LIMITS = [8000, 3000, 1000, 300];

/** While a template is filled, each value is one private character: so a value can never be taken for markup. */
const FIRST_TOKEN = 0xe000;
const TOKEN = /[\uE000-\uE0FF]/u;
const LINK_MARKUP = /\[([^[\]\n]+)\]\(([\uE000-\uE0FF])\)/u;
const PIECES = /(\[[^[\]\n]+\]\([\uE000-\uE0FF]\)|[\uE000-\uE0FF])/u;

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

function checkValues(values: ClientValues, name: ClientTemplateName, label: string): void {
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
function tokensOf(values: ClientValues): Record<string, string> {
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

function partsOf(filled: string, values: ClientValues): readonly MessagePart[] {
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
  throw new AppError('template-failed', `${draft.label}: shorten the template.`, {
    detail: 'too-long',
  });
}

function draftOf(filled: string, values: ClientValues, label: string, language: Language): Draft {
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

/** One template, and where a complaint about it points. */
export interface ClientTemplateAt {
  readonly template: Template;
  readonly name: ClientTemplateName;
  readonly language: Language;
}

export interface ClientMessage extends RenderedMessage {
  /** What the letter consists of, without its markup. */
  readonly paragraphs: Draft['paragraphs'];
}

/** @throws AppError template-failed rather than leave a placeholder unfilled; its detail names the variable */
export function renderClientMessage(
  { template, name, language }: ClientTemplateAt,
  context: ClientMessageContext,
): ClientMessage {
  const label = `client/${language}/${name}.hbs`;
  const values = valuesOf(context);
  checkValues(values, name, label);
  const filled = template(tokensOf(values));
  checkFilled(filled, name, label);
  const draft = draftOf(filled, values, label, language);
  const message = {
    subject: draft.subject,
    plain: writeFitting(draft, 'plain'),
    html: writeFitting(draft, 'html'),
    bb: writeFitting(draft, 'bb'),
    paragraphs: draft.paragraphs,
  };
  if (hasPlaceholder(message.plain) || hasPlaceholder(message.subject)) {
    throw new AppError('template-failed', `${label}: a place is left unfilled.`, {
      detail: 'unfilled',
    });
  }
  return message;
}

/** Variables that the template drops under some condition although a message cannot do without them. */
export function checkWhatever(
  { template, name, language }: ClientTemplateAt,
  filled: ReadonlySet<ClientVariable>,
): void {
  const tokens = CLIENT_VARIABLES.map((variable) => [
    variable,
    filled.has(variable) ? tokenOf(variable) : '',
  ]);
  checkFilled(template(Object.fromEntries(tokens)), name, `client/${language}/${name}.hbs`);
}

/** Values a message cannot do without and this ticket does not have. */
export function lackingValues(
  name: ClientTemplateName,
  context: ClientMessageContext,
): readonly ClientVariable[] {
  const values = valuesOf(context);
  return requiredVariables(name).filter(
    (variable) => values[variable] === '' || hasPlaceholder(values[variable]),
  );
}

/** @throws AppError template-failed when a template is missing or uses what it may not */
export function createClientTexts(templates: ClientTemplates = loadClientTemplates()): ClientTexts {
  return {
    render(kind, language, context): RenderedMessage | null {
      const name = templateFor(kind, context.outcome);
      if (name === null) return null;
      const template = templates[language][name];
      const { subject, plain, html, bb } = renderClientMessage(
        { template, name, language },
        context,
      );
      return { subject, plain, html, bb };
    },
  };
}
