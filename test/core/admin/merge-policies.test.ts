import { describe, expect, it } from '@jest/globals';
import { mergePolicies, sameSettings } from '../../../src/core/admin/merge-policies.ts';
import type { ClosingPolicy } from '../../../src/core/policy.ts';
import { aPolicy } from '../../support/a-policy.ts';

const base = aPolicy();
const strict = (
  policy: ClosingPolicy,
  wanted: string,
  strictness: 'warn' | 'off',
): Pick<ClosingPolicy, 'criteria'> => ({
  criteria: policy.criteria.map((one) => (one.id === wanted ? { ...one, strictness } : one)),
});

describe('settings that two people changed', () => {
  it('keep what each of them changed, setting by setting', () => {
    const mine: ClosingPolicy = {
      ...base,
      firstWaitDays: 2,
      stages: { ...base.stages, NEW_ONE: 'exempt' },
      fields: { ...base.fields, cause: 'UF_CRM_MINE' },
      ...strict(base, 'text-quality', 'off'),
    };
    const theirs: ClosingPolicy = {
      ...base,
      version: base.version + 1,
      secondWaitDays: 2,
      stages: { ...base.stages, OTHER_ONE: 'work' },
      fields: { ...base.fields, solution: 'UF_CRM_THEIRS' },
      ...strict(base, 'solution-documented', 'warn'),
    };
    const merged = mergePolicies(base, mine, theirs);

    expect(merged).toMatchObject({
      version: theirs.version,
      firstWaitDays: 2,
      secondWaitDays: 2,
      stages: { NEW_ONE: 'exempt', OTHER_ONE: 'work' },
      fields: { cause: 'UF_CRM_MINE', solution: 'UF_CRM_THEIRS' },
    });
    const strictness = new Map(merged.criteria.map((one) => [one.id, one.strictness]));
    expect([strictness.get('text-quality'), strictness.get('solution-documented')]).toEqual([
      'off',
      'warn',
    ]);
  });

  it('are mine where both changed the same one', () => {
    const merged = mergePolicies(
      base,
      { ...base, leads: [5], firstWaitDays: 2 },
      { ...base, leads: [7], firstWaitDays: 1.5 },
    );

    expect([merged.leads, merged.firstWaitDays]).toEqual([[5], 2]);
  });

  it('are theirs as a whole where I changed nothing', () => {
    const theirs: ClosingPolicy = { ...base, version: 9, digest: !base.digest, stages: {} };

    expect(mergePolicies(base, { ...base }, theirs)).toEqual(theirs);
  });

  it('are the same settings whatever the version and the order of stages', () => {
    const turned = Object.fromEntries(Object.entries(base.stages).toReversed());

    expect(sameSettings(base, { ...base, version: base.version + 3, stages: turned })).toBe(true);
    expect(sameSettings(base, { ...base, undoMinutes: base.undoMinutes + 1 })).toBe(false);
  });
});
