/**
 * Patterns over words, in a notation that a support lead can read (explained in templates/replies/README.md):
 * `word`, `stem*`, `word~` (one typo), `a|b*`, `[optional]`, `<3>` (up to three words), `^` and `$` (line edges).
 */
import type { Word } from './reply-words.ts';

interface WordTest {
  readonly text: string;
  readonly how: 'exact' | 'stem' | 'typo';
}

/** The tests of one place, sorted so that a word is compared with few of them. */
interface WordTests {
  readonly all: readonly WordTest[];
  readonly exact: ReadonlySet<string>;
  /** By their first two letters, which every stem has. */
  readonly stems: ReadonlyMap<string, readonly string[]>;
  readonly typos: readonly string[];
}

type Step =
  | { readonly kind: 'word'; readonly tests: WordTests; readonly optional: boolean }
  | { readonly kind: 'gap'; readonly most: number }
  | { readonly kind: 'line-start' | 'line-end' };

export interface WordPattern {
  readonly steps: readonly Step[];
  /** First letters a match can begin with: the key of the rule index. */
  readonly initials: ReadonlySet<string>;
}

const MAX_GAP = 12;
const MAX_GAPS = 3;
const MAX_STEPS = 16;
const MIN_STEM = 2;
const MIN_TYPO_WORD = 5;

function parseTest(source: string): WordTest {
  if (source.endsWith('*')) return { text: source.slice(0, -1), how: 'stem' };
  if (source.endsWith('~')) return { text: source.slice(0, -1), how: 'typo' };
  return { text: source, how: 'exact' };
}

function sortTests(all: readonly WordTest[]): WordTests {
  const textsOf = (how: WordTest['how']) =>
    all.filter((test) => test.how === how).map(({ text }) => text);
  const stems = new Map<string, string[]>();
  for (const stem of textsOf('stem')) {
    const start = stem.slice(0, MIN_STEM);
    stems.set(start, [...(stems.get(start) ?? []), stem]);
  }
  return { all, exact: new Set(textsOf('exact')), stems, typos: textsOf('typo') };
}

function parseStep(source: string): Step {
  if (source === '^') return { kind: 'line-start' };
  if (source === '$') return { kind: 'line-end' };
  const gap = /^<(\d{1,2})>$/u.exec(source);
  if (gap) return { kind: 'gap', most: Number(gap[1]) };
  const optional = source.startsWith('[') && source.endsWith(']');
  const body = optional ? source.slice(1, -1) : source;
  return { kind: 'word', tests: sortTests(body.split('|').map(parseTest)), optional };
}

function testProblem({ text, how }: WordTest): string {
  if (text === '' || /[[\]<>*~^$|{}]/u.test(text)) return 'an empty or misplaced part';
  if (how === 'stem' && text.length < MIN_STEM) return `a stem shorter than ${MIN_STEM} letters`;
  if (how === 'typo' && text.length < MIN_TYPO_WORD)
    return `a typo word shorter than ${MIN_TYPO_WORD} letters`;
  return '';
}

function stepsProblem(steps: readonly Step[]): string {
  const gaps = steps.flatMap((step) => (step.kind === 'gap' ? [step.most] : []));
  if (steps.length > MAX_STEPS) return `more than ${MAX_STEPS} parts`;
  if (gaps.length > MAX_GAPS) return `more than ${MAX_GAPS} gaps`;
  if (gaps.some((most) => most < 1 || most > MAX_GAP)) return `a gap outside 1…${MAX_GAP}`;
  if (steps.find(({ kind }) => kind === 'word' || kind === 'gap')?.kind === 'gap')
    return 'a gap at the start';
  if (!steps.some((step) => step.kind === 'word' && !step.optional)) return 'no required word';
  const tests = steps.flatMap((step) => (step.kind === 'word' ? step.tests.all : []));
  return tests.map(testProblem).find((problem) => problem !== '') ?? '';
}

/** The first code unit: enough to tell apart which patterns can begin with a word. */
export function initialOf(word: string): string {
  return word.slice(0, 1);
}

function initialsOf(steps: readonly Step[]): ReadonlySet<string> {
  const initials = new Set<string>();
  for (const step of steps) {
    if (step.kind !== 'word') continue;
    for (const { text } of step.tests.all) initials.add(initialOf(text));
    if (!step.optional) break;
  }
  return initials;
}

/** A pattern, or what is wrong with its text; every pattern that is accepted runs in bounded time per word. */
export function parseWordPattern(source: string): WordPattern | { readonly problem: string } {
  const steps = source.trim().split(/\s+/u).map(parseStep);
  const problem = stepsProblem(steps);
  return problem === '' ? { steps, initials: initialsOf(steps) } : { problem };
}

/** At most one letter added, missing, other, or swapped with its neighbour; the first letter must be right. */
function isOneTypoAway(word: string, wanted: string): boolean {
  if (word === wanted) return true;
  if (word[0] !== wanted[0] || Math.abs(word.length - wanted.length) > 1) return false;
  let at = 0;
  while (at < word.length && word[at] === wanted[at]) at += 1;
  const rest = (text: string, skip: number) => text.slice(at + skip);
  if (word.length > wanted.length) return rest(word, 1) === rest(wanted, 0);
  if (word.length < wanted.length) return rest(word, 0) === rest(wanted, 1);
  const isSwapped = word[at] === wanted[at + 1] && word[at + 1] === wanted[at];
  return rest(word, 1) === rest(wanted, 1) || (isSwapped && rest(word, 2) === rest(wanted, 2));
}

function fits(word: Word | undefined, { exact, stems, typos }: WordTests): boolean {
  if (word === undefined) return false;
  const { text } = word;
  if (exact.has(text)) return true;
  const isStem = stems.get(text.slice(0, MIN_STEM))?.some((stem) => text.startsWith(stem)) ?? false;
  return isStem || typos.some((wanted) => isOneTypoAway(text, wanted));
}

/** Everything a match needs beside the pattern itself. */
export interface MatchGround {
  readonly words: readonly Word[];
  /** Words that a gap never crosses: what follows a "not" means something else. */
  readonly negations: ReadonlySet<string>;
}

function crossed(from: number, most: number, { words, negations }: MatchGround): number {
  let at = from;
  while (at < from + most) {
    const word = words[at];
    if (word === undefined || negations.has(word.text)) break;
    if (word.startsSentence && at > 0) break;
    at += 1;
  }
  return at;
}

/** Ways to have matched so far: where each ends, and which words were named by the pattern, not skipped in a gap. */
type Ways = Map<number, readonly number[]>;

function addWay(ways: Ways, end: number, named: readonly number[]): void {
  const known = ways.get(end);
  if (known === undefined || known.length < named.length) ways.set(end, named);
}

function advance(ways: Ways, step: Step, ground: MatchGround): Ways {
  const { words } = ground;
  const next: Ways = new Map();
  for (const [at, named] of ways) {
    if (step.kind === 'gap') {
      for (let end = crossed(at, step.most, ground); end >= at; end -= 1) addWay(next, end, named);
    } else if (step.kind === 'word') {
      if (step.optional) addWay(next, at, named);
      if (fits(words[at], step.tests)) addWay(next, at + 1, [...named, at]);
    } else if (step.kind === 'line-start' ? isLineStart(at, words) : isLineEnd(at, words)) {
      addWay(next, at, named);
    }
  }
  return next;
}

function isLineStart(at: number, words: readonly Word[]): boolean {
  return words[at]?.startsLine ?? false;
}

function isLineEnd(at: number, words: readonly Word[]): boolean {
  const word = words[at];
  return word === undefined || word.startsLine || word.isSign;
}

export interface WordMatch {
  /** Exclusive. */
  readonly end: number;
  /** The words that the pattern names, by place. */
  readonly named: readonly number[];
}

/** The longest match that starts at a word, or undefined; a match never runs into the next sentence. */
export function matchAt(
  pattern: WordPattern,
  from: number,
  ground: MatchGround,
): WordMatch | undefined {
  let ways: Ways = new Map([[from, []]]);
  for (const step of pattern.steps) {
    ways = advance(ways, step, ground);
    for (const end of ways.keys()) if (isBroken(from, end, ground.words)) ways.delete(end);
    if (ways.size === 0) return undefined;
  }
  const end = Math.max(...ways.keys());
  return { end, named: ways.get(end) ?? [] };
}

/** Whether the last word taken already belongs to the next sentence; a `?` closes its own sentence. */
function isBroken(from: number, end: number, words: readonly Word[]): boolean {
  const last = words[end - 1];
  return end - 1 > from && last !== undefined && last.startsSentence;
}
