/** What a policy is held against before it is saved: every problem has the path of its setting. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { policyProblems, policyWarnings } from '../../src/app/settings/check-policy.ts';
import type { CheckedAgainst, Finding } from '../../src/app/settings/check-policy.ts';
import type { ClosingPolicy } from '../../src/core/policy.ts';
import { aPolicy, criteriaWith } from '../support/a-policy.ts';
import { aField } from '../support/fake-settings.ts';
import { fakeTools, SERVER_TIME } from '../support/fake-tools.ts';

const STAGES = {
  'C5:NEW': 'work',
  'C5:WORK': 'work',
  'C5:CHECK': 'awaiting-confirmation',
  'C5:WON': 'closed:confirmed',
  'C5:LOSE': 'closed:spam',
} as const;
const DAY = 24 * 60 * 60_000;
const GOOD: Partial<ClosingPolicy> = {
  stages: STAGES,
  returnStage: 'C5:WORK',
  cutoff: SERVER_TIME,
};
const CODES = ['created', 'updated', 'exists', 'not-needed'];
const items = CODES.map((label, at) => ({ id: 70 + at, label }));

let against: CheckedAgainst;
beforeEach(async () => {
  const tools = fakeTools();
  tools.setup.crmFields = [
    aField('UF_CRM_CAUSE'),
    aField('UF_CRM_MINUTES', { type: 'double' }),
    aField('UF_CRM_TAGS', { multiple: true }),
    aField('UF_CRM_SEALED', { readOnly: true }),
    aField('UF_CRM_KB', { type: 'enumeration', items }),
    aField('UF_CRM_KIND', { type: 'enumeration', items: [{ id: 12, label: 'Ошибка' }] }),
    aField('UF_CRM_CG_SOLUTION'),
  ];
  const look = await tools.settings.look({ entityTypeId: 2, categoryId: 5 });
  if (!look) throw new Error('the fake portal has the pipeline');
  against = { look, previous: null, specs: tools.fieldSpecs, staff: new Set([1, 2]) };
});

const placed = (found: readonly Finding[]) => found.map(({ path, code }) => `${path}: ${code}`);
const problems = (change: Partial<ClosingPolicy>) =>
  placed(policyProblems(aPolicy({ ...GOOD, ...change }), against));
const warnings = (change: Partial<ClosingPolicy>, previous: ClosingPolicy | null = null) =>
  placed(policyWarnings(aPolicy({ ...GOOD, ...change }), { ...against, previous }));
const fields = (change: Partial<ClosingPolicy['fields']>): Partial<ClosingPolicy> => ({
  fields: { ...aPolicy().fields, ...change },
});

describe('a policy', () => {
  test('of the portal’s own stages has no problems', () => {
    expect(problems({})).toEqual([]);
  });

  test.each<[string, Partial<ClosingPolicy>, readonly string[]]>([
    [
      'another pipeline',
      { pipeline: { entityTypeId: 2, categoryId: 9 } },
      ['pipeline: other-pipeline'],
    ],
    [
      'a stage that is not there',
      { stages: { ...STAGES, 'C5:GONE': 'gate' } },
      ['stages.C5:GONE: stage-unknown'],
    ],
    [
      'no closed stage',
      { stages: { ...STAGES, 'C5:WON': 'exempt', 'C5:LOSE': 'exempt' } },
      ['stages: no-closed-stage'],
    ],
    ['no stage to return to', { returnStage: '' }, ['returnStage: return-stage-missing']],
    [
      'a return to a closed stage',
      { returnStage: 'C5:WON' },
      ['returnStage: return-stage-not-work'],
    ],
    [
      'no work stage',
      { stages: { ...STAGES, 'C5:NEW': 'exempt', 'C5:WORK': 'gate' } },
      ['stages: no-work-stage'],
    ],
    ['a wait beyond the regulation', { firstWaitDays: 5 }, ['firstWaitDays: number-range']],
    ['half a day', { secondWaitDays: 1.5 }, ['secondWaitDays: number-range']],
    ['a strange zone', { timeZone: 'Mars/Olympus' }, ['timeZone: zone-unknown']],
    ['a date that is none', { daysOff: ['2026-02-30'] }, ['daysOff: not-a-date']],
    [
      'a date on both lists',
      { daysOff: ['2026-12-31'], workDays: ['2026-12-31'] },
      ['workDays: date-both'],
    ],
    ['no channel', { channels: [] }, ['channels: no-channel']],
    ['a channel twice', { channels: ['chat', 'chat'] }, ['channels: channel-twice']],
    ['a stranger as a lead', { leads: [1, 99] }, ['leads: user-unknown']],
    ['a stranger who overrides', { overriders: [98] }, ['overriders: user-unknown']],
    [
      'a category of nothing',
      { diagnostics: { field: 'UF_CRM_KIND', values: [] } },
      ['diagnostics: no-category'],
    ],
    [
      'a category that is gone',
      { diagnostics: { field: 'UF_CRM_KIND', values: ['12', '13'] } },
      ['diagnostics: category-unknown'],
    ],
    [
      'a category field that is gone',
      { diagnostics: { field: 'UF_CRM_NO', values: ['1'] } },
      ['diagnostics: field-unknown'],
    ],
    [
      'a criterion left out',
      { criteria: aPolicy().criteria.slice(1) },
      ['criteria.problem-solved: criterion-missing'],
    ],
    [
      'a criterion twice',
      { criteria: [...aPolicy().criteria, ...aPolicy().criteria.slice(0, 1)] },
      ['criteria.problem-solved: criterion-twice'],
    ],
  ])('with %s is refused there', (_case, change, expected) => {
    expect(problems(change)).toEqual(expected);
  });

  test('names everything that is wrong with it at once', () => {
    expect(problems({ channels: [], firstWaitDays: 0, leads: [77] })).toEqual([
      'firstWaitDays: number-range',
      'channels: no-channel',
      'leads: user-unknown',
    ]);
  });

  test('is not held against people whom the portal does not tell', () => {
    against = { ...against, staff: null };

    expect(problems({ leads: [99] })).toEqual([]);
  });
});

describe('a key of the field map', () => {
  test('may stand on an existing field of its type', () => {
    expect(problems(fields({ cause: 'UF_CRM_CAUSE' }))).toEqual([]);
  });

  test.each([
    ['a field that is not there', { cause: 'UF_CRM_NO' }, 'fields.cause: field-unknown'],
    ['one of another type', { timeSpent: 'UF_CRM_MINUTES' }, 'fields.timeSpent: field-type'],
    ['one of many values', { cause: 'UF_CRM_TAGS' }, 'fields.cause: field-type'],
    ['one that cannot be written', { cause: 'UF_CRM_SEALED' }, 'fields.cause: field-type'],
    ['the own field of another key', { cause: 'UF_CRM_CG_SOLUTION' }, 'fields.cause: field-own'],
  ])('does not stand on %s', (_case, change, expected) => {
    expect(problems(fields(change))).toEqual([expected]);
  });

  test('shares its field with no other key', () => {
    expect(problems(fields({ problem: 'UF_CRM_CAUSE', cause: 'UF_CRM_CAUSE' }))).toEqual([
      'fields.cause: field-taken',
    ]);
  });

  const options = (kbDecision: Readonly<Record<string, number>>) => ({
    ...fields({ kbDecision: 'UF_CRM_KB' }),
    options: { ...aPolicy().options, kbDecision },
  });
  const whole = Object.fromEntries(CODES.map((code, at) => [code, 70 + at]));

  test('of a choice needs an item of its own for every code', () => {
    expect(problems(options(whole))).toEqual([]);
    expect(problems(options({ ...whole, updated: 70 }))).toEqual([
      'options.kbDecision.created: items-unknown',
      'options.kbDecision.updated: items-unknown',
    ]);
    expect(problems(options({ created: 70 }))).toEqual(
      CODES.slice(1).map((code) => `options.kbDecision.${code}: items-missing`),
    );
    expect(problems(options({ ...whole, exists: 99 }))).toEqual([
      'options.kbDecision.exists: items-unknown',
    ]);
  });
});

describe('a policy that may be saved', () => {
  test('warns of what a person should know', () => {
    const { 'C5:CHECK': _check, ...stages } = STAGES;

    expect(warnings({})).toEqual([]);
    expect(warnings({ stages, leads: [], mode: 'observe' })).toEqual([
      'stages: no-awaiting-stage',
      'leads: no-leads',
      'mode: observe-mode',
    ]);
    expect(warnings({ stages: { ...STAGES, 'C5:LOSE': 'exempt' } })).toEqual([
      'stages.C5:LOSE: free-end',
    ]);
    expect(warnings({ criteria: criteriaWith('text-quality', { outcomes: [] }) })).toEqual([
      'criteria.text-quality.outcomes: criterion-nobody',
    ]);
  });

  test('warns of a stage that the saved one still names', () => {
    const previous = aPolicy({ ...GOOD, stages: { ...STAGES, 'C5:OLD': 'gate' } });

    expect(warnings({}, previous)).toEqual(['stages.C5:OLD: stage-gone']);
  });

  test('warns of a cut-off date that moves back, or is yet to come', () => {
    const previous = aPolicy(GOOD);

    expect(warnings({ cutoff: SERVER_TIME - 1 }, previous)).toEqual(['cutoff: cutoff-back']);
    expect(warnings({ cutoff: SERVER_TIME - 2 * DAY })).toEqual(['cutoff: cutoff-back']);
    expect(warnings({ cutoff: SERVER_TIME + DAY })).toEqual(['cutoff: cutoff-ahead']);
  });
});
