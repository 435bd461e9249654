/** What an incoming message is, so that auto-replies stop nothing and every problem report reaches an agent. */
import { ownWords } from './own-words.ts';
import type { OwnWords } from './own-words.ts';
import { phrasesIn } from './reply-rules.ts';
import type { ReplyGroup, ReplyRules } from './reply-rules.ts';
import { senseOf } from './reply-sense.ts';
import type { ReplySense } from './reply-sense.ts';
import { wordsOf } from './reply-words.ts';

export type ReplyKind =
  'auto-reply' | 'bounce' | 'echo' | 'thanks-confirms' | 'problem' | 'question' | 'other';

/** Mail headers as far as the portal tells them. */
export interface ReplyHeaders {
  readonly autoSubmitted?: string;
  readonly precedence?: string;
  readonly returnPath?: string;
  readonly contentType?: string;
}

export interface ClientMessage {
  readonly channel: 'email' | 'chat' | 'page';
  readonly subject: string;
  /** Plain text, HTML or BB-code, as it came. */
  readonly text: string;
  readonly headers?: ReplyHeaders;
  readonly fromAddress?: string;
}

/** What we know of our own side of the talk. */
export interface ReplyContext {
  readonly ownAddresses?: readonly string[];
  /** Texts sent to this client in this cycle: their lines are never read as the client's. */
  readonly sentTexts?: readonly string[];
}

export interface ReplyReading {
  readonly kind: ReplyKind;
  /** The id of the rule that decided, or one of `no-words`, `not-understood`, `too-long`, `our-text`, `headers`. */
  readonly why: string;
}

/** Kinds that are no answer of the client: the caller keeps a ledger of each so that it can be undone. */
export const SUPPRESSED_KINDS: ReadonlySet<ReplyKind> = new Set(['auto-reply', 'bounce', 'echo']);

const MAX_UNREAD_IN_THANKS = 2;
const MIN_HINTS = 2;
const MAX_SUBJECT_CHARACTERS = 500;

interface SubjectReading {
  readonly text: string;
  readonly isReply: boolean;
  readonly isForward: boolean;
}

function readSubject(message: ClientMessage, rules: ReplyRules): SubjectReading {
  const text = message.channel === 'email' ? message.subject.slice(0, MAX_SUBJECT_CHARACTERS) : '';
  const prefix = text.split(/[:[]/u)[0] ?? '';
  const [word] = wordsOf(prefix, rules.spelling);
  const name = word?.text ?? '';
  return {
    text,
    isReply: rules.replyPrefixes.has(name),
    isForward: rules.forwardPrefixes.has(name),
  };
}

/** Everything the decision looks at. */
interface Reading {
  readonly words: OwnWords;
  readonly sense: ReplySense;
  readonly subject: SubjectReading;
  readonly headers: ReplyHeaders;
  readonly address: string;
  readonly isFromUs: boolean;
  /** Rule ids per group in the subject and in everything the message shows. */
  readonly marks: (group: ReplyGroup) => readonly string[];
}

function isAutomaticSubject(marks: ReadonlySet<ReplyGroup>): boolean {
  return marks.has('auto-reply') || marks.has('bounce');
}

function gather(message: ClientMessage, rules: ReplyRules, context: ReplyContext): Reading {
  const subject = readSubject(message, rules);
  const sentTexts = context.sentTexts ?? [];
  const words = ownWords(message.text, rules, { sentTexts, isForwarded: subject.isForward });
  const inSubject = phrasesIn(wordsOf(subject.text, rules.spelling), rules);
  const isAutomatic = isAutomaticSubject(new Set(inSubject.map(({ group }) => group)));
  const readsSubject = !subject.isReply && !subject.isForward && !isAutomatic;
  const body = readsSubject && subject.text !== '' ? `${subject.text}.\n${words.body}` : words.body;
  const sense = senseOf({ body, tail: words.tail }, rules);
  const shown = [...inSubject, ...sense.found];
  const address = (message.fromAddress ?? '').trim().toLowerCase();
  return {
    words,
    sense,
    subject,
    headers: message.headers ?? {},
    address,
    isFromUs: (context.ownAddresses ?? []).some((own) => own.trim().toLowerCase() === address),
    marks: (group) => [
      ...new Set(shown.filter((phrase) => phrase.group === group).map(({ id }) => id)),
    ],
  };
}

function isFromDaemon({ address }: Reading, rules: ReplyRules): boolean {
  return rules.daemons.has((address.split('@')[0] ?? '').replaceAll(/[^a-z]/gu, ''));
}

function isAutoSubmitted({ autoSubmitted = 'no' }: ReplyHeaders): boolean {
  return /^\s{0,9}auto-(?:replied|generated|notified)/iu.test(autoSubmitted);
}

function isDeliveryReport({ contentType = '' }: ReplyHeaders): boolean {
  return /multipart\/report|delivery-status/iu.test(contentType);
}

/** A header that is no proof by itself: mailing lists carry it too. */
function hasWeakSign({ precedence = '', returnPath = '' }: ReplyHeaders): boolean {
  return /^(?:auto_reply|bulk|junk)$/iu.test(precedence.trim()) || /^<?>?$/u.test(returnPath.trim())
    ? precedence !== '' || returnPath.trim() === '<>'
    : false;
}

function bounceSign(reading: Reading, rules: ReplyRules): string | undefined {
  const { headers, marks } = reading;
  const [certain] = marks('bounce');
  const hints = marks('bounce-hint');
  if (isDeliveryReport(headers)) return certain ?? hints[0] ?? 'headers';
  const isMachine = isFromDaemon(reading, rules) || hasWeakSign(headers);
  if (isMachine) return certain ?? hints[0];
  return certain !== undefined && hints.length > 0 ? certain : undefined;
}

/** Rule id and whether the message itself says that a machine wrote it. */
function autoReplySign(
  reading: Reading,
): { readonly id: string; readonly isProof: boolean } | undefined {
  const { headers, marks } = reading;
  const [certain] = marks('auto-reply');
  const hints = marks('auto-reply-hint');
  const [hint] = hints;
  if (isAutoSubmitted(headers)) return { id: certain ?? hint ?? 'headers', isProof: true };
  if (certain !== undefined) return { id: certain, isProof: true };
  const isEnough = hints.length >= MIN_HINTS || hasWeakSign(headers);
  return hint !== undefined && isEnough ? { id: hint, isProof: false } : undefined;
}

function suppressed(reading: Reading, rules: ReplyRules): ReplyReading | undefined {
  const { words, sense, subject } = reading;
  if (words.isCut) return undefined;
  if (words.isOnlyOurs) return { kind: 'echo', why: 'our-text' };
  if (subject.isForward || (sense.first('problem') ?? sense.first('sarcasm')) !== undefined) {
    return undefined;
  }
  if (reading.isFromUs && words.hasOurs) return { kind: 'echo', why: 'our-text' };
  const bounce = bounceSign(reading, rules);
  if (bounce !== undefined) return { kind: 'bounce', why: bounce };
  const auto = autoReplySign(reading);
  const asks = sense.first('question') !== undefined;
  if (auto === undefined || (asks && !auto.isProof)) return undefined;
  return { kind: 'auto-reply', why: auto.id };
}

function spoken({ words, sense }: Reading): ReplyReading {
  const problem = sense.first('problem') ?? sense.first('sarcasm');
  if (problem !== undefined) return { kind: 'problem', why: problem };
  const question = sense.first('question');
  if (question !== undefined) return { kind: 'question', why: question };
  const doubt = sense.first('doubt');
  if (doubt !== undefined) return { kind: 'other', why: doubt };
  if (words.isCut) return { kind: 'other', why: 'too-long' };
  const pleased = sense.first('confirms') ?? sense.first('fine') ?? sense.first('thanks');
  if (pleased !== undefined && sense.unreadWords <= MAX_UNREAD_IN_THANKS) {
    return { kind: 'thanks-confirms', why: pleased };
  }
  return { kind: 'other', why: sense.isEmpty ? 'no-words' : 'not-understood' };
}

/**
 * Reads one incoming message (steps 2 and "the client did not confirm" of the regulation). Auto-replies, bounces and
 * echoes only when certain; whatever reports a problem is a problem first, and what nobody understands is `other`.
 */
export function readReply(
  message: ClientMessage,
  rules: ReplyRules,
  context: ReplyContext = {},
): ReplyReading {
  const reading = gather(message, rules, context);
  return suppressed(reading, rules) ?? spoken(reading);
}
