/** The regulation as it stands, as policy settings: what a fresh pipeline starts with. */
import { ALL_CRITERIA } from './criteria/all-criteria.ts';
import type { ClosingPolicy, CriterionId, PolicyNumbers, Strictness } from './policy.ts';
import { CLIENT_CHANNELS } from './policy.ts';
import type { Outcome } from './ticket.ts';
import { OUTCOMES } from './ticket.ts';

export type RegulationPreset = PolicyNumbers &
  Pick<
    ClosingPolicy,
    | 'criteria'
    | 'autoAsk'
    | 'channels'
    | 'thanksConfirms'
    | 'digest'
    | 'timeZone'
    | 'daysOff'
    | 'workDays'
  >;

/** Outcomes that claim a solution; the others (duplicate, spam…) close a ticket nobody solved. */
const SOLVED: readonly Outcome[] = ['confirmed', 'no-answer', 'product-update'];

const OUTCOMES_OF: Readonly<Record<CriterionId, readonly Outcome[]>> = {
  'problem-solved': SOLVED,
  'related-work-closed': SOLVED,
  'client-confirmed': ['confirmed', 'no-answer'],
  // Refusing a request is an answer too: the client must have heard it.
  'questions-answered': [...SOLVED, 'out-of-scope'],
  'solution-documented': SOLVED,
  'documentation-extras': SOLVED,
  'text-quality': SOLVED,
  'information-complete': SOLVED,
  'knowledge-base-decided': SOLVED,
  'knowledge-base-linked': SOLVED,
  'product-update-confirmed': ['product-update'],
  'close-reason-given': OUTCOMES,
  'duplicate-linked': ['duplicate'],
};

/**
 * Extras only warn: the regulation's own notice template has recommendations "if applicable", and an empty list of
 * links cannot be told from "no resources were used". Whether a text says enough is a guess by words. The link of a duplicate is good practice, not the regulation's word.
 */
const WARNINGS: readonly CriterionId[] = [
  'documentation-extras',
  'text-quality',
  'knowledge-base-linked',
  'duplicate-linked',
];

function strictnessOf(id: CriterionId): Strictness {
  return WARNINGS.includes(id) ? 'warn' : 'block';
}

/** Waits in working days where named so (special-no-confirmation: 1-2 working days, hence 1 + 1). */
export function regulationPreset(): RegulationPreset {
  return {
    criteria: ALL_CRITERIA.map(({ id, clause }) => ({
      id,
      clause,
      strictness: strictnessOf(id),
      outcomes: OUTCOMES_OF[id],
    })),
    firstWaitDays: 1,
    secondWaitDays: 1,
    undoMinutes: 10,
    reopenWindowDays: 5,
    maxReturns: 2,
    returnWindowMinutes: 10,
    autoAsk: true,
    channels: CLIENT_CHANNELS,
    thanksConfirms: false,
    digest: true,
    timeZone: 'Europe/Moscow',
    daysOff: [],
    workDays: [],
  };
}
