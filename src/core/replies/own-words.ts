/** What the client wrote this time: without markup, quoted history, our own lines and mail-program trimmings. */
import { phrasesIn } from './reply-rules.ts';
import type { Phrase, ReplyGroup, ReplyRules } from './reply-rules.ts';
import { wordsOf } from './reply-words.ts';
import type { Word } from './reply-words.ts';
import { withoutMarkup } from './without-markup.ts';

/** Longer messages are read up to here, and never taken for something harmless. */
export const MAX_READ_CHARACTERS = 20_000;

const MAX_HEADER_DISTANCE = 4;
const MIN_OWN_LINE_WORDS = 3;
const QUOTE_LINE = /^\s{0,9}>/u;
const FENCE_LINE = /^\s{0,9}-{20,}\s{0,9}$/u;
const SIGNATURE_LINE = /^\s{0,9}(?:--|\u2014|_{3,}|\*{3,})\s{0,9}$/u;
const HEADER_LINE = /^\s{0,9}\*{0,2}([\p{L}-]{2,20})\*{0,2}:/u;
const HAS_DATE_OR_ADDRESS = /@|\d{1,2}[.:/-]\d{2}|\b20\d{2}\b/u;

export interface OwnWords {
  readonly body: string;
  /** After a signature line: still searched for problems, never needed to be understood. */
  readonly tail: string;
  /** Something stood beyond the length that is read. */
  readonly isCut: boolean;
  /** Every line of the message was one of ours, and there was at least one. */
  readonly isOnlyOurs: boolean;
  /** At least one whole line was ours, unquoted. */
  readonly hasOurs: boolean;
}

export interface OwnWordsOptions {
  /** Texts that we sent to this client: their lines are ours wherever they stand. */
  readonly sentTexts: readonly string[];
  readonly isForwarded: boolean;
}

interface Line {
  readonly raw: string;
  readonly words: readonly Word[];
  readonly phrases: readonly Phrase[];
  readonly key: string;
}

function lineOf(raw: string, rules: ReplyRules): Line {
  const words = wordsOf(raw, rules.spelling);
  const key = words.map(({ text }) => text).join(' ');
  return { raw, words, phrases: phrasesIn(words, rules), key };
}

function has(line: Line, group: ReplyGroup): boolean {
  return line.phrases.some((phrase) => phrase.group === group);
}

/** The phrase is all that the line says. */
function isNothingBut(line: Line, group: ReplyGroup): boolean {
  return line.phrases.some(
    (phrase) => phrase.group === group && phrase.end - phrase.start === line.words.length,
  );
}

function isHeader(raw: string, rules: ReplyRules): boolean {
  const name = HEADER_LINE.exec(raw)?.[1];
  if (name === undefined) return false;
  const [word] = wordsOf(name, rules.spelling);
  return word !== undefined && rules.headerNames.has(word.text);
}

/** At least two mail header lines close together. */
function isHeaderBlock(lines: readonly Line[], at: number, rules: ReplyRules): boolean {
  if (!isHeader(lines[at]?.raw ?? '', rules)) return false;
  const next = lines.slice(at + 1, at + 1 + MAX_HEADER_DISTANCE);
  return next.some(({ raw }) => isHeader(raw, rules));
}

/** "On such a date somebody wrote:": ends in a colon and has a date or an address, as mail programs write it. */
function isHistoryAuthor(line: Line): boolean {
  const raw = line.raw.trim();
  if (!raw.endsWith(':') || !HAS_DATE_OR_ADDRESS.test(raw)) return false;
  return /<[^<>\s]{1,250}@[^<>\s]{1,250}>:$/u.test(raw) || has(line, 'history-author');
}

type Reading = 'own' | 'drop' | 'tail' | 'history' | 'forward';

function readingOf(lines: readonly Line[], at: number, rules: ReplyRules): Reading {
  const line = lines[at];
  if (line === undefined) return 'drop';
  if (SIGNATURE_LINE.test(line.raw)) return 'tail';
  if (isNothingBut(line, 'forward-start')) return 'forward';
  if (isNothingBut(line, 'history-start') || isHistoryAuthor(line)) return 'history';
  if (isHeaderBlock(lines, at, rules)) return 'history';
  if (isNothingBut(line, 'device-line') || has(line, 'disclaimer')) return 'drop';
  return isNothingBut(line, 'own-line') ? 'drop' : 'own';
}

interface Gathered {
  readonly body: string[];
  readonly tail: string[];
  isForwarded: boolean;
  isInTail: boolean;
  isInFence: boolean;
  isEnded: boolean;
  oursSeen: boolean;
  isOnlyOurs: boolean;
}

/** Quoted answers may have the client's words below them, so only a history without quote marks ends the text. */
function endsText(lines: readonly Line[], at: number): boolean {
  const next = lines.slice(at + 1).find(({ raw }) => raw.trim() !== '');
  return next === undefined || !QUOTE_LINE.test(next.raw);
}

function keep(raw: string, gathered: Gathered): void {
  (gathered.isInTail ? gathered.tail : gathered.body).push(raw);
}

function gatherMarked(lines: readonly Line[], at: number, reading: Reading, to: Gathered): void {
  if (reading === 'tail') to.isInTail = true;
  if (reading === 'forward') {
    to.isForwarded = true;
    to.isInTail = false;
  }
  if (reading === 'history' && !to.isForwarded) to.isEnded = endsText(lines, at);
}

function gatherLine(lines: readonly Line[], at: number, rules: ReplyRules, to: Gathered): void {
  const line = lines[at];
  if (line === undefined) return;
  const reading = readingOf(lines, at, rules);
  if (reading !== 'own') gatherMarked(lines, at, reading, to);
  else if (!(to.isForwarded && isHeader(line.raw, rules))) keep(line.raw, to);
}

function closesFence(lines: readonly Line[], at: number): boolean {
  return lines.slice(at + 1, at + 60).some(({ raw }) => FENCE_LINE.test(raw));
}

/** Our lines of some length, which are dropped; and all of them, to know a message that holds nothing else. */
interface SentLines {
  readonly long: ReadonlySet<string>;
  readonly all: ReadonlySet<string>;
}

function sentLines(sentTexts: readonly string[], rules: ReplyRules): SentLines {
  const lines = sentTexts
    .flatMap((sent) => withoutMarkup(sent.slice(0, MAX_READ_CHARACTERS)).split('\n'))
    .map((raw) => wordsOf(raw, rules.spelling).map(({ text }) => text));
  const keys = (most: readonly (readonly string[])[]) =>
    new Set(most.map((words) => words.join(' ')));
  return {
    long: keys(lines.filter(({ length }) => length >= MIN_OWN_LINE_WORDS)),
    all: keys(lines),
  };
}

interface LineReader {
  readonly rules: ReplyRules;
  readonly sent: SentLines;
  readonly to: Gathered;
}

function isFence(lines: readonly Line[], at: number, to: Gathered): boolean {
  return FENCE_LINE.test(lines[at]?.raw ?? '') && (to.isInFence || closesFence(lines, at));
}

function readLine(lines: readonly Line[], at: number, { rules, sent, to }: LineReader): void {
  const { raw, key } = lines[at] ?? { raw: '', key: '' };
  const isQuote = QUOTE_LINE.test(raw);
  const isOurs = sent.long.has(key);
  to.oursSeen ||= isOurs && !isQuote;
  to.isOnlyOurs &&= key === '' || sent.all.has(key);
  if (isFence(lines, at, to)) to.isInFence = !to.isInFence;
  else if (isOurs || to.isInFence) return;
  else if (!isQuote) gatherLine(lines, at, rules, to);
  else if (to.isForwarded) keep(raw, to);
}

/** Cuts the message down to the client's own words of this time (pure, linear in its length). */
export function ownWords(text: string, rules: ReplyRules, options: OwnWordsOptions): OwnWords {
  const isLong = text.length > MAX_READ_CHARACTERS;
  const plain = withoutMarkup(text.slice(0, MAX_READ_CHARACTERS));
  const sent = sentLines(options.sentTexts, rules);
  const lines = plain.split(/\r?\n/u).map((raw) => lineOf(raw, rules));
  const to: Gathered = {
    body: [],
    tail: [],
    isForwarded: options.isForwarded,
    isInTail: false,
    isInFence: false,
    isEnded: false,
    oursSeen: false,
    isOnlyOurs: true,
  };
  for (let at = 0; at < lines.length && !to.isEnded; at += 1)
    readLine(lines, at, { rules, sent, to });
  const body = to.body.join('\n').trim();
  const tail = to.tail.join('\n').trim();
  const isCut = isLong && !to.isEnded;
  return { body, tail, isCut, isOnlyOurs: to.oursSeen && to.isOnlyOurs, hasOurs: to.oursSeen };
}
