/** What a criterion reads of the app's own fields: a portal that lacks them cannot tell whether it was met. */
import { CRITERION_IDS } from '../policy.ts';
import type { ClosingPolicy, CriterionId, FieldKey } from '../policy.ts';

const FIELDS_OF: Readonly<Record<CriterionId, readonly FieldKey[]>> = {
  'problem-solved': ['checkedHow'],
  'related-work-closed': [],
  'client-confirmed': ['confirmation'],
  'questions-answered': [],
  'solution-documented': ['problem', 'cause', 'solution', 'timeSpent'],
  'text-quality': ['problem', 'cause', 'solution'],
  'documentation-extras': ['recommendations', 'resources'],
  // Its half about diagnostics is left out by `policyForPast` where that field is missing.
  'information-complete': [],
  'knowledge-base-decided': ['kbDecision'],
  'knowledge-base-linked': ['kbDecision', 'kbNote'],
  'product-update-confirmed': ['productVersion', 'productInstruction', 'confirmation'],
  'close-reason-given': ['closeReason'],
  'duplicate-linked': ['duplicateOf'],
};

/** The criterion looks at fields that the app itself adds to the card. */
export function readsOwnFields(id: CriterionId): boolean {
  return FIELDS_OF[id].length > 0;
}

/** Criteria that the policy asks for and the portal has no field to judge by, in the regulation's order. */
export function blindCriteria({ criteria, fields }: ClosingPolicy): readonly CriterionId[] {
  const asked = new Set(criteria.filter((one) => one.strictness !== 'off').map(({ id }) => id));
  return CRITERION_IDS.filter(
    (id) => asked.has(id) && FIELDS_OF[id].some((key) => fields[key] === ''),
  );
}

/**
 * The policy as closings before it are judged: whatever its cutoff, and without the criteria nothing can be known
 * about, which would otherwise count every ticket as a failure.
 */
export function policyForPast(policy: ClosingPolicy): ClosingPolicy {
  const blind = blindCriteria(policy);
  return {
    ...policy,
    cutoff: 0,
    criteria: policy.criteria.map((setting) =>
      blind.includes(setting.id) ? { ...setting, strictness: 'off' } : setting,
    ),
    diagnostics: policy.fields.diagnostics === '' ? null : policy.diagnostics,
  };
}
