import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { ALL_CRITERIA } from '../../src/core/criteria/all-criteria.ts';
import { CLAUSE_IDS, CRITERION_IDS } from '../../src/core/policy.ts';
import en from '../../src/text/locale/en.json' with { type: 'json' };
import ru from '../../src/text/locale/ru.json' with { type: 'json' };

const page = readFileSync('docs/REGULATION.md', 'utf8');
const rows =
  page
    .split('## The gate itself')[0]
    ?.split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .map((cell) => cell.trim())
        .slice(1, -1),
    ) ?? [];
const codesIn = (cell: string | undefined): string[] =>
  [...(cell ?? '').matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');

describe('docs/REGULATION.md', () => {
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
