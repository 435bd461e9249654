/** From what a client typed to words that rules can be held against: one pass, no language known here. */

/** How words are evened out; data, because letters belong to a language. */
export interface Spelling {
  /** Letters written in two ways, e.g. with and without dots: from → to. */
  readonly letters: ReadonlyMap<string, string>;
  /** Latin letters that look like Cyrillic ones, evened out only inside a Cyrillic word. */
  readonly lookalikes: ReadonlyMap<string, string>;
}

export interface Word {
  /** Lower case, evened out; or one of the signs `?`, `((`, `+`, an emoji. */
  readonly text: string;
  readonly startsSentence: boolean;
  /** First of its line; the first of a sentence always is taken for one. */
  readonly startsLine: boolean;
  /** After a comma, colon or dash too. */
  readonly startsClause: boolean;
  readonly isSign: boolean;
  /** Written with one leading capital, as names are. */
  readonly isCapitalised: boolean;
}

const ADDRESS = /\bhttps?:\/\/\S{1,2000}|\bwww\.\S{1,2000}|[\w.+-]{1,64}@[\w.-]{1,255}/gu;
const INVISIBLE = /[\p{Cf}\p{Variation_Selector}]/gu;
const PIECE =
  /(?<word>[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}'\u2019\u02BC]|(?<=\p{N})[.,:](?=\p{N}))*)|(?<ellipsis>\.{2,}|\u2026)|(?<end>[.!;])|(?<ask>\?)|(?<line>\n)|(?<sad>[:=]'?-?\(|\({2,})|(?<plus>\+)|(?<emoji>\p{Extended_Pictographic})|(?<clause>[,:()\u2013\u2014]|(?<=\s)-(?=\s))/gu;
const STRETCHED = /(\p{L})\1{2,}/gu;
const CYRILLIC = /\p{Script=Cyrillic}/u;
const CAPITALISED = /^\p{Lu}\p{Ll}/u;

function evenOut(raw: string, spelling: Spelling): string {
  const lower = raw
    .toLowerCase()
    .replaceAll(/['\u2019\u02BC]|\p{M}/gu, '')
    .replaceAll(STRETCHED, '$1');
  const isCyrillic = CYRILLIC.test(lower);
  let evened = '';
  for (const letter of lower) {
    const plain = spelling.letters.get(letter) ?? letter;
    evened += isCyrillic ? (spelling.lookalikes.get(plain) ?? plain) : plain;
  }
  return evened;
}

/** One form per letter, nothing invisible. Not NFKC: it would turn the number sign into an English "No". */
function compose(text: string): string {
  return text.normalize('NFC').replaceAll(INVISIBLE, '').replaceAll('\r\n', '\n');
}

/** The words of a text in order; web and mail addresses are left out. */
export function wordsOf(text: string, spelling: Spelling): readonly Word[] {
  const words: Word[] = [];
  let startsSentence = true;
  let startsLine = true;
  let startsClause = true;
  for (const { groups = {} } of compose(text).replaceAll(ADDRESS, ' ').matchAll(PIECE)) {
    const sign = signOf(groups);
    const raw = groups['word'];
    if (raw !== undefined || sign !== '') {
      const word = raw === undefined ? sign : evenOut(raw, spelling);
      words.push({
        text: word,
        startsSentence,
        startsLine: startsLine || startsSentence,
        startsClause: startsClause || startsLine || startsSentence,
        isSign: raw === undefined,
        isCapitalised: raw !== undefined && CAPITALISED.test(raw),
      });
      startsSentence = sign === '?';
      startsLine = false;
      startsClause = sign !== '';
    } else if (groups['end'] !== undefined) startsSentence = true;
    else if (groups['line'] !== undefined) startsLine = true;
    else startsClause = true;
  }
  return words;
}

function signOf(groups: Readonly<Record<string, string | undefined>>): string {
  if (groups['ask'] !== undefined) return '?';
  if (groups['sad'] !== undefined) return '((';
  return groups['plus'] ?? groups['emoji'] ?? '';
}
