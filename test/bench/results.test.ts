/** Rows of parts that were not run again stay on the page. */
import { expect, test } from '@jest/globals';
import { document } from './report.ts';
import type { Result } from './results.ts';
import { mergeResults } from './results.ts';

const aResult = (part: string, date: string, command = 'npm run bench'): Result => ({
  part,
  date,
  command,
  load: [1, 2],
  seconds: 3,
  section: {
    name: `Section ${part}`,
    rows: [{ what: `row ${part}`, figure: '', ours: '1', beside: '', ratio: '', reached: null }],
    notes: ['a note'],
    missed: [],
  },
});

test('a new result takes the place of the old one of its part, others stay, in the order of the parts', () => {
  const old = [
    aResult('b', '2026-01-01'),
    aResult('a', '2026-01-01'),
    aResult('gone', '2026-01-01'),
  ];

  const merged = mergeResults(old, [aResult('a', '2026-02-02')], ['a', 'b', 'c']);

  expect(merged.map(({ part, date }) => [part, date])).toEqual([
    ['a', '2026-02-02'],
    ['b', '2026-01-01'],
  ]);
});

test('a row that this run did not measure carries its date', () => {
  const command = 'npm run bench -- --only a';
  const page = document({
    command,
    date: '2026-02-02',
    machine: { cores: 2, memoryGb: 24, node: 'v20', redis: '7' },
    results: [aResult('a', '2026-02-02', command), aResult('b', '2026-01-01')],
  });

  expect(page).toContain('row b (2026-01-01)');
  expect(page).not.toContain('row a (2026');
  expect(page).toContain('b from `npm run bench`');
});
