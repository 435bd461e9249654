/** Structural tests of what an agent typed. They know no language, so that no list of words has to be kept. */

const MIN_TEXT_CHARACTERS = 2;
const MIN_EVIDENCE_CHARACTERS = 10;
const MIN_EVIDENCE_WORDS = 2;

/** Runs of letters and digits; combining marks (stress, diacritics) stay inside their word. */
function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu) ?? [];
}

function characterCount(words: Iterable<string>): number {
  return [...words].join('').replaceAll(/\p{M}/gu, '').length;
}

/** No letter and no digit: empty, spaces, `+`, `-`, an emoji. */
export function isBlank(text: string): boolean {
  return wordsOf(text).length === 0;
}

/** At least two letters or digits: the least that can say anything. */
export function hasText(text: string): boolean {
  return characterCount(wordsOf(text)) >= MIN_TEXT_CHARACTERS;
}

/**
 * Something was typed, yet it cannot name what was checked: fewer than two different words, or fewer than ten
 * letters and digits in them. Repeated words count once, so that padding a tick does not make it evidence.
 */
export function isBareTick(text: string): boolean {
  const words = new Set(wordsOf(text));
  if (words.size === 0) return false;
  return words.size < MIN_EVIDENCE_WORDS || characterCount(words) < MIN_EVIDENCE_CHARACTERS;
}
