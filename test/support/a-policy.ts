/** The regulation's own policy for the pipeline `2:5`; a test overrides what its case is about. */
import type {
  ChoiceField,
  ClosingPolicy,
  CriterionId,
  CriterionSetting,
  FieldKey,
  StageRole,
} from '../../src/core/policy.ts';
import { CHOICE_FIELDS, FIELD_KEYS } from '../../src/core/policy.ts';
import { regulationPreset } from '../../src/core/regulation-preset.ts';
import {
  CLOSE_REASONS,
  CONFIRMATIONS,
  KB_DECISIONS,
  MISTAKE_CAUSES,
  OUTCOMES,
} from '../../src/core/ticket.ts';
import { NOON } from './a-ticket.ts';

export const STAGES: Readonly<Record<string, StageRole>> = {
  'C5:NEW': 'work',
  'C5:EXECUTING': 'work',
  'C5:CHECK': 'awaiting-confirmation',
  'C5:GATE': 'gate',
  'C5:WON': 'closed:confirmed',
  'C5:SILENT': 'closed:no-answer',
  'C5:UPDATED': 'closed:product-update',
  'C5:SPAM': 'closed:spam',
  'C5:LOSE': 'exempt',
};

const CODES: Readonly<Record<ChoiceField, readonly string[]>> = {
  kbDecision: KB_DECISIONS,
  confirmation: CONFIRMATIONS,
  closeReason: CLOSE_REASONS,
  outcome: OUTCOMES,
  mistakeCause: MISTAKE_CAUSES,
};

export function aPolicy(overrides: Partial<ClosingPolicy> = {}): ClosingPolicy {
  return {
    schema: 1,
    version: 3,
    pipeline: { entityTypeId: 2, categoryId: 5 },
    mode: 'enforce',
    language: 'ru',
    cutoff: NOON - 24 * 60 * 60_000,
    stages: STAGES,
    returnStage: 'C5:NEW',
    fields: FIELD_NAMES,
    options: OPTION_IDS,
    diagnostics: null,
    leads: [1],
    overriders: [],
    ...regulationPreset(),
    ...overrides,
  };
}

/** The preset's criteria with one setting changed. */
export function criteriaWith(
  id: CriterionId,
  change: Partial<CriterionSetting>,
): readonly CriterionSetting[] {
  return regulationPreset().criteria.map((setting) =>
    setting.id === id ? { ...setting, ...change } : setting,
  );
}

/** `kbDecision` → `UF_CRM_CG_KB_DECISION`. */
function fieldName(key: FieldKey): string {
  return `UF_CRM_CG_${key.replaceAll(/[A-Z]/g, '_$&').toUpperCase()}`;
}

/** `as` is safe here: the keys are the closed list itself. */
const FIELD_NAMES = Object.fromEntries(FIELD_KEYS.map((key) => [key, fieldName(key)])) as Record<
  FieldKey,
  string
>;

const OPTION_IDS = Object.fromEntries(
  CHOICE_FIELDS.map((field, row) => [
    field,
    Object.fromEntries(CODES[field].map((code, column) => [code, (row + 1) * 100 + column])),
  ]),
) as Record<ChoiceField, Record<string, number>>;
