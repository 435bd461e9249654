/** What the client wrote this time: without markup, quoted history, our own lines and mail-program trimmings. */
import { ownMarks, sentLines } from './own-lines.ts';
import type { OwnMark, SentLines } from './own-lines.ts';
import { layoutPhrasesIn } from './reply-rules.ts';
import type { Phrase, ReplyGroup, ReplyRules } from './reply-rules.ts';
import { wordsOf } from './reply-words.ts';
import type { Word } from './reply-words.ts';
import { withoutMarkup } from './without-markup.ts';

/** Of a message with all its markup and quotes, so many characters are looked through for the client's words. */
export const MAX_RAW_CHARACTERS = 60_000;
/** Of the client's own words, so many are read; what stands beyond either limit counts as not read: see `isCut`. */
export const MAX_READ_CHARACTERS = 8000;

const MAX_HEADER_DISTANCE = 4;
const QUOTE_LINE = /^\s{0,9}>/u;
const FENCE_LINE = /^\s{0,9}-{20,}\s{0,9}$/u;
const SIGNATURE_LINE = /^\s{0,9}(?:--|\u2014|_{3,}|\*{3,})\s{0,9}$/u;
const HEADER_LINE = /^\s{0,9}\*{0,2}([\p{L}-]{2,20})\*{0,2}:/u;
const HAS_DATE_OR_ADDRESS = /@|\d{1,2}[.:/-]\d{2}|\b20\d{2}\b/u;

export interface OwnWords {
  readonly body: string;
  /** After a signature line: still searched for problems, never needed to be understood. */
  readonly tail: string;
  /** Something stood beyond the length that is read: such a message is never taken for something harmless. */
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
  return { raw, words, phrases: layoutPhrasesIn(words, rules), key };
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
  /** Characters kept so far. */
  length: number;
  isForwarded: boolean;
  isInTail: boolean;
  isInFence: boolean;
  isEnded: boolean;
  oursSeen: boolean;
  isOnlyOurs: boolean;
}

/** The message, and which of its lines are ours. */
interface Page {
  readonly lines: readonly Line[];
  readonly marks: readonly (OwnMark | undefined)[];
  /** Place of the last line of ours outside quote marks, or -1. */
  readonly lastOurs: number;
  readonly rules: ReplyRules;
  readonly sent: SentLines;
}

function pageOf(plain: string, rules: ReplyRules, sent: SentLines): Page {
  const lines = plain.split(/\r?\n/u).map((raw) => lineOf(raw, rules));
  const marks = ownMarks(
    lines.map(({ words }) => words),
    sent,
    rules.templateLines,
  );
  let lastOurs = marks.length - 1;
  while (lastOurs >= 0 && (marks[lastOurs] === undefined || isQuote(lines[lastOurs])))
    lastOurs -= 1;
  return { lines, marks, lastOurs, rules, sent };
}

const isQuote = (line: Line | undefined): boolean => QUOTE_LINE.test(line?.raw ?? '');

/** Quoted answers may have the client's words below them, so only a history without quote marks ends the text. */
function endsText(lines: readonly Line[], at: number): boolean {
  let next = at + 1;
  while (next < lines.length && lines[next]?.raw.trim() === '') next += 1;
  return !isQuote(lines[next]);
}

function keep(raw: string, to: Gathered): void {
  to.length += raw.length + 1;
  if (to.length <= MAX_READ_CHARACTERS) (to.isInTail ? to.tail : to.body).push(raw);
}

const isBlank = (line: string): boolean => line.trim() === '';

/**
 * Where to read on after a line that begins the history: further down, past our quoted text, when the client wrote
 * nothing above it (an answer below the quote); nowhere otherwise.
 */
function skipHistory(at: number, { lines, lastOurs }: Page, to: Gathered): number {
  if (to.isForwarded || !endsText(lines, at)) return at;
  if (lastOurs > at && to.body.every(isBlank)) {
    to.isInTail = false;
    return lastOurs;
  }
  to.isEnded = true;
  return at;
}

/** @returns the place of the last line that is dealt with */
function gatherLine(at: number, page: Page, to: Gathered): number {
  const { lines, rules } = page;
  const reading = readingOf(lines, at, rules);
  const { raw } = lines[at] ?? { raw: '' };
  if (reading === 'own' && !(to.isForwarded && isHeader(raw, rules))) keep(raw, to);
  if (reading === 'tail') to.isInTail = true;
  if (reading === 'forward') {
    to.isForwarded = true;
    to.isInTail = false;
  }
  return reading === 'history' ? skipHistory(at, page, to) : at;
}

function closesFence(lines: readonly Line[], at: number): boolean {
  return lines.slice(at + 1, at + 60).some(({ raw }) => FENCE_LINE.test(raw));
}

function isFence(lines: readonly Line[], at: number, to: Gathered): boolean {
  return FENCE_LINE.test(lines[at]?.raw ?? '') && (to.isInFence || closesFence(lines, at));
}

/** Only what was really sent can come back as an echo: a template's line may also be quoted by hand. */
function countOurs(at: number, { lines, marks, sent }: Page, to: Gathered): void {
  const isSent = marks[at] === 'sent';
  to.oursSeen ||= isSent && !isQuote(lines[at]);
  to.isOnlyOurs &&= isSent || sent.all.has(lines[at]?.key ?? '');
}

/** @returns the place of the last line that is dealt with */
function readLine(at: number, page: Page, to: Gathered): number {
  const { lines, marks } = page;
  const line = lines[at];
  countOurs(at, page, to);
  if (isFence(lines, at, to)) to.isInFence = !to.isInFence;
  else if (marks[at] !== undefined || to.isInFence) return at;
  else if (!isQuote(line)) return gatherLine(at, page, to);
  else if (to.isForwarded) keep(line?.raw ?? '', to);
  return at;
}

/** Cuts the message down to the client's own words of this time (pure, linear in its length). */
export function ownWords(text: string, rules: ReplyRules, options: OwnWordsOptions): OwnWords {
  const isLong = text.length > MAX_RAW_CHARACTERS;
  const sentTexts = options.sentTexts.map((sent) =>
    withoutMarkup(sent.slice(0, MAX_RAW_CHARACTERS)),
  );
  const page = pageOf(
    withoutMarkup(text.slice(0, MAX_RAW_CHARACTERS)),
    rules,
    sentLines(sentTexts, rules.spelling),
  );
  const to: Gathered = {
    body: [],
    tail: [],
    length: 0,
    isForwarded: options.isForwarded,
    isInTail: false,
    isInFence: false,
    isEnded: false,
    oursSeen: false,
    isOnlyOurs: true,
  };
  for (let at = 0; at < page.lines.length && !to.isEnded; at += 1) at = readLine(at, page, to);
  const isCut = to.length > MAX_READ_CHARACTERS + 1 || (isLong && !to.isEnded);
  return {
    body: to.body.join('\n').trim(),
    tail: to.tail.join('\n').trim(),
    isCut,
    isOnlyOurs: to.oursSeen && to.isOnlyOurs,
    hasOurs: to.oursSeen,
  };
}
