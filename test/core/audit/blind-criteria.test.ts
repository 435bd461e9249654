import { describe, expect, test } from '@jest/globals';
import { blindCriteria, policyForPast } from '../../../src/core/audit/blind-criteria.ts';
import { aPolicy, criteriaWith } from '../../support/a-policy.ts';
import { withoutFields } from '../../support/a-past-closing.ts';

describe('blindCriteria', () => {
  test('names none where the card has every field', () => {
    expect(blindCriteria(aPolicy())).toEqual([]);
  });

  test('names every criterion that reads a field the card lacks, and no other', () => {
    const blind = blindCriteria(withoutFields(aPolicy()));

    expect(blind).toEqual(
      expect.arrayContaining(['problem-solved', 'client-confirmed', 'solution-documented']),
    );
    for (const seen of ['related-work-closed', 'questions-answered', 'information-complete']) {
      expect(blind).not.toContain(seen);
    }
  });

  test('one missing field is enough: what it would hold cannot be known', () => {
    const policy = aPolicy();

    expect(blindCriteria({ ...policy, fields: { ...policy.fields, cause: '' } })).toContain(
      'solution-documented',
    );
  });

  test('leaves out what the policy does not ask for', () => {
    const criteria = criteriaWith('problem-solved', { strictness: 'off' });

    expect(blindCriteria(withoutFields(aPolicy({ criteria })))).not.toContain('problem-solved');
  });
});

describe('policyForPast', () => {
  test('judges whatever is older than the cutoff', () => {
    expect(policyForPast(aPolicy()).cutoff).toBe(0);
  });

  test('asks nothing of a field that is not there', () => {
    const { criteria, diagnostics } = policyForPast(
      withoutFields(aPolicy({ diagnostics: { field: 'UF_CRM_KIND', values: ['1'] } })),
    );

    const asked = criteria.filter(({ strictness }) => strictness !== 'off').map(({ id }) => id);
    expect(asked).toEqual(['related-work-closed', 'questions-answered', 'information-complete']);
    expect(diagnostics).toBeNull();
  });

  test('changes nothing else', () => {
    const policy = aPolicy();

    expect(policyForPast(policy)).toEqual({ ...policy, cutoff: 0 });
  });
});
