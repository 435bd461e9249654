import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { ALL_CRITERIA } from '../../src/core/criteria/all-criteria.ts';
import { CLAUSE_IDS, CRITERION_IDS } from '../../src/core/policy.ts';
import { regulationPreset } from '../../src/core/regulation-preset.ts';
import { OUTCOMES } from '../../src/core/ticket.ts';
import en from '../../src/text/locale/en.json' with { type: 'json' };
import ru from '../../src/text/locale/ru.json' with { type: 'json' };
import demands from '../fixtures/regulation/demands.json' with { type: 'json' };

const page = readFileSync('docs/REGULATION.md', 'utf8');

/** Cells of the table rows under a heading of level two. */
function rowsUnder(heading: string): readonly (readonly string[])[] {
  const [, after = ''] = page.split(`\n## ${heading}\n`);
  const [section = ''] = after.split('\n## ');
  return section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .map((cell) => cell.trim())
        .slice(1, -1),
    );
}

const codesIn = (cell: string | undefined): string[] =>
  [...(cell ?? '').matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');
const filesIn = (cell: string | undefined): string[] =>
  codesIn(cell).filter((code) => /^(?:src|templates|test)\//.test(code));

const rows = rowsUnder('Before closing: criteria');
const outcomes = rowsUnder('Outcomes');
const sentences = rowsUnder('Sentence by sentence').map(([clause, quote, how, what, proof]) => ({
  clause: codesIn(clause)[0] ?? '',
  quote: quote ?? '',
  how: (how ?? '').split(' + '),
  what: what ?? '',
  proof: proof ?? '',
}));

describe('docs/REGULATION.md: the criteria', () => {
  test('names every criterion, and no other', () => {
    expect(new Set(rows.flatMap((row) => codesIn(row[2])))).toEqual(new Set(CRITERION_IDS));
    expect(ALL_CRITERIA.map(({ id }) => id)).toEqual([...CRITERION_IDS]);
  });

  test('gives each criterion the clause it is judged by', () => {
    for (const criterion of ALL_CRITERIA) {
      const clauses = rows
        .filter((row) => codesIn(row[2]).includes(criterion.id))
        .flatMap((row) => codesIn(row[0]));
      expect(clauses).toContain(criterion.clause);
    }
  });

  test('names every gap code exactly once, each with a Russian and an English text', () => {
    const named = rows.flatMap((row) => codesIn(row[3]));
    const written = Object.keys(ru)
      .filter((key) => key.startsWith('gap.'))
      .map((key) => key.slice(4));

    expect(named.toSorted()).toEqual(written.toSorted());
    expect(
      Object.keys(en)
        .filter((key) => key.startsWith('gap.'))
        .toSorted(),
    ).toEqual(named.map((code) => `gap.${code}`).toSorted());
  });

  test('points to tests that exist and speak of the criterion and its clause', () => {
    for (const row of rows) {
      const [criterion] = codesIn(row[2]);
      const [clause] = codesIn(row[0]);
      for (const file of codesIn(row[4])) {
        expect(existsSync(file)).toBe(true);
        expect(readFileSync(file, 'utf8')).toContain(`${criterion} (${clause})`);
      }
    }
  });

  test('speaks of every clause that has a code', () => {
    const named = codesIn(page);
    for (const clause of CLAUSE_IDS) expect(named).toContain(clause);
  });
});

describe('docs/REGULATION.md: the outcomes', () => {
  test('are all there, each with the criteria of the regulation’s own policy', () => {
    const preset = OUTCOMES.map((outcome) => [
      outcome,
      regulationPreset()
        .criteria.filter((criterion) => criterion.outcomes.includes(outcome))
        .map(({ id }) => id),
    ]);

    expect(outcomes.map((row) => [codesIn(row[0])[0], codesIn(row[1])])).toEqual(preset);
  });

  test('name the text their client reads and a test', () => {
    for (const [, , text, proof] of outcomes) {
      expect(text === 'nothing' || filesIn(text).length === 1).toBe(true);
      expect(filesIn(proof)).not.toEqual([]);
      for (const file of [...filesIn(text), ...filesIn(proof)]) expect(existsSync(file)).toBe(true);
    }
  });
});

describe('docs/REGULATION.md: sentence by sentence', () => {
  test('answers each demand of the regulation in exactly one row, and nothing else', () => {
    expect(sentences.map(({ clause, quote }) => `${clause} ${quote}`).toSorted()).toEqual(
      demands.map(({ clause, sentence }) => `${clause} «${sentence}»`).toSorted(),
    );
    expect(new Set(sentences.map(({ clause, quote }) => clause + quote)).size).toBe(
      sentences.length,
    );
  });

  test.each(sentences)('$clause $quote: $how is said in full', ({ how, what }) => {
    const criteria = codesIn(what).filter((code) => CRITERION_IDS.some((id) => id === code));
    const commands = codesIn(what).filter((code) => code.startsWith('npm run '));

    for (const one of how) expect(['criterion', 'action', 'person']).toContain(one);
    if (how.includes('criterion')) expect(criteria).not.toEqual([]);
    if (how.includes('action')) expect([...filesIn(what), ...commands]).not.toEqual([]);
    // Whoever leaves a demand to a person says why.
    expect(how.includes('person')).toBe(/, because \S/.test(what));
  });

  test('names criteria, gaps, outcomes and files that exist, and nothing else', () => {
    const known = new Set<string>([
      ...CRITERION_IDS,
      ...OUTCOMES,
      ...Object.keys(ru).flatMap((key) => (key.startsWith('gap.') ? [key.slice(4)] : [])),
      'diagnostics',
    ]);
    const strangers = sentences
      .flatMap(({ what }) => codesIn(what))
      .filter((code) => !code.startsWith('npm run ') && !known.has(code) && !existsSync(code));

    expect(strangers).toEqual([]);
  });

  test('proves each by tests that exist, and by titles that stand in them', () => {
    for (const { proof } of sentences) {
      const files = filesIn(proof);
      expect(files).not.toEqual([]);
      for (const file of files) expect(file).toMatch(/^test\/.+\.test\.ts$/);
      const sources = files.map((file) => readFileSync(file, 'utf8')).join('\n');
      for (const [, title = ''] of proof.matchAll(/“([^”]+)”/g)) expect(sources).toContain(title);
    }
  });

  test('leaves no criterion without a sentence that demands it', () => {
    const named = new Set(sentences.flatMap(({ what }) => codesIn(what)));
    for (const id of CRITERION_IDS) expect(named).toContain(id);
  });
});
