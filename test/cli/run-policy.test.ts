import { describe, expect, test } from '@jest/globals';
import { REFUSED } from '../../src/cli/parsed-args.ts';
import { parsePolicyArgs, runPolicy } from '../../src/cli/run-policy.ts';
import { policyChanges } from '../../src/core/policy-changes.ts';
import { clauseTexts } from '../../src/text/clause-texts.ts';
import { CLAUSE_IDS } from '../../src/core/policy.ts';
import { aPolicy } from '../support/a-policy.ts';
import { fakeContext, fakeTerminal } from '../support/fake-terminal.ts';
import { fakeTools } from '../support/fake-tools.ts';

const FIRST = aPolicy({ version: 1, mode: 'observe' });
const SECOND = {
  ...FIRST,
  version: 2,
  mode: 'enforce' as const,
  undoMinutes: FIRST.undoMinutes + 5,
  criteria: FIRST.criteria.map((one) =>
    one.id === 'solution-documented' ? { ...one, strictness: 'warn' as const } : one,
  ),
};

async function run(...argv: string[]) {
  const terminal = fakeTerminal();
  const tools = fakeTools();
  tools.policyArchive.all = [
    { policy: FIRST, savedAt: null, savedBy: 0, clauseTexts: null },
    {
      policy: SECOND,
      savedAt: Date.UTC(2026, 10, 22, 9),
      savedBy: 7,
      clauseTexts: {
        ru: {},
        en: { 'step-3': 'Document the solution, as it was worded that day.' },
      },
    },
  ];
  const code = await runPolicy(argv, fakeContext(terminal, tools, { language: 'en' }));
  return { code, out: terminal.stdout.join('\n'), said: terminal.stderr.join('\n') };
}

describe('npm run policy', () => {
  test('lists every version with its day', async () => {
    const { out } = await run('list');

    expect(out.split('\n')).toEqual([
      'Pipeline 2:5, version 1, saved (not recorded), mode observe',
      'Pipeline 2:5, version 2, saved 2026-11-22 09:00 UTC, mode enforce',
    ]);
  });

  test('shows a past version with the clause texts of its day', async () => {
    const { code, out } = await run('show', '--pipeline', '2:5', '--version', '2');

    expect(code).toBe(0);
    expect(out).toContain('step 3. Document the solution, as it was worded that day.');
    expect(out).toMatch(/Solution documented: warning — step 3/);
  });

  test('shows the newest version without a number, and says when texts were not kept', async () => {
    const newest = JSON.parse((await run('show', '--pipeline', '2:5', '--json')).out);
    const first = await run('show', '--pipeline', '2:5', '--version', '1');

    expect(newest.policy.version).toBe(2);
    expect(first.out).toContain('The clause texts of this version were not kept');
  });

  test('tells what changed between two versions by the key of each setting', async () => {
    const { out } = await run('diff', '--pipeline', '2:5', '1', '2');

    expect(out.split('\n')).toEqual([
      '  criteria.solution-documented.strictness: block → warn',
      '  mode: observe → enforce',
      `  undoMinutes: ${FIRST.undoMinutes} → ${FIRST.undoMinutes + 5}`,
    ]);
    expect((await run('diff', '--pipeline', '2:5', '1', '1')).out).toBe(
      'The versions are the same.',
    );
  });

  test('fails for a version that there is not', async () => {
    const { code, said } = await run('show', '--pipeline', '2:5', '--version', '7');

    expect(code).toBe(1);
    expect(said).toContain('no version 7');
  });

  test.each([
    [['show']],
    [['show', '--pipeline', 'x']],
    [['show', '--pipeline', '2:5', '--version', '0']],
    [['diff', '--pipeline', '2:5', '1']],
    [['list', 'all']],
    [['forget']],
    [[]],
  ])('refuses %j', (argv) => {
    expect(parsePolicyArgs(argv)).toEqual(REFUSED);
  });
});

describe('what differs between two policies', () => {
  test('does not depend on the order of criteria, and the version is no change', () => {
    const turned = { ...FIRST, version: 9, criteria: FIRST.criteria.toReversed() };

    expect(policyChanges(FIRST, turned)).toEqual([]);
  });

  test('tells what was added and what went', () => {
    const fewer = { ...FIRST, stages: { 'C5:NEW': 'work' as const }, leads: [5] };
    const keys = policyChanges(FIRST, fewer).map(({ key, after }) => [key, after]);

    expect(keys).toContainEqual(['leads', [5]]);
    expect(keys).toContainEqual(['stages.C5:WON', undefined]);
  });
});

test('every clause has its text in both languages', () => {
  const { ru, en } = clauseTexts();

  for (const id of CLAUSE_IDS) {
    expect(ru[id]).toMatch(/[а-я]/);
    expect(en[id]).toMatch(/[a-z]/);
  }
});
