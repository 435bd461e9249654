import { describe, expect, test } from '@jest/globals';
import { decideClosing } from '../../src/core/decide-closing.ts';
import type { ClosingDecision } from '../../src/core/decision.ts';
import type { ClosingPolicy } from '../../src/core/policy.ts';
import { CRITERION_IDS } from '../../src/core/policy.ts';
import type { Outcome, StagePlace, TicketRecord, TicketSnapshot } from '../../src/core/ticket.ts';
import { OUTCOMES } from '../../src/core/ticket.ts';
import { aPolicy, criteriaWith } from '../support/a-policy.ts';
import {
  MINUTE,
  NOON,
  UNAVAILABLE,
  UNREADABLE,
  aConversation,
  aTicket,
  known,
} from '../support/a-ticket.ts';

const CONTEXT = { now: NOON + MINUTE, recentReturns: 0 };
const NO_CAUSE: Partial<TicketRecord> = { cause: '' };

function decide(
  ticket: TicketSnapshot,
  policy: ClosingPolicy = aPolicy(),
  context: Partial<Parameters<typeof decideClosing>[2]> = {},
): ClosingDecision {
  return decideClosing(ticket, policy, { ...CONTEXT, ...context });
}

function gapCodes(decision: ClosingDecision): readonly string[] | null {
  return decision.kind === 'return' || decision.kind === 'stop'
    ? decision.gaps.map(({ code }) => code)
    : null;
}

function targetsOf(decision: ClosingDecision): readonly StagePlace[] {
  return decision.kind === 'return' ? decision.targets : [];
}

function place(stageId: string, categoryId = 5): StagePlace {
  return { categoryId, stageId };
}

describe('what is judged', () => {
  test.each([
    ['C5:EXECUTING', 'work-stage'],
    ['C5:UNMAPPED', 'work-stage'],
    ['constructor', 'work-stage'],
    ['C5:CHECK', 'awaiting-confirmation'],
    ['C5:LOSE', 'exempt'],
  ])('leaves a ticket on %s alone: %s', (stageId, why) => {
    expect(decide(aTicket({ stageId, record: NO_CAUSE }))).toEqual({ kind: 'not-gated', why });
  });

  test.each(['C5:GATE', 'C5:WON', 'C5:SILENT', 'C5:UPDATED'])(
    'judges a ticket on %s',
    (stageId) => {
      expect(decide(aTicket({ stageId, record: NO_CAUSE })).kind).toBe('return');
    },
  );

  test('leaves a move made before the cut-off alone', () => {
    const policy = aPolicy({ cutoff: NOON + 1 });

    expect(decide(aTicket({ record: NO_CAUSE }), policy)).toEqual({
      kind: 'not-gated',
      why: 'before-cutoff',
    });
  });

  test('names the stage before the cut-off as the reason for a ticket at work', () => {
    const policy = aPolicy({ cutoff: NOON + 1 });

    expect(decide(aTicket({ stageId: 'C5:NEW' }), policy)).toEqual({
      kind: 'not-gated',
      why: 'work-stage',
    });
  });

  test('judges a move made at the very cut-off', () => {
    expect(decide(aTicket({ record: NO_CAUSE }), aPolicy({ cutoff: NOON })).kind).toBe('return');
  });

  test('judges a ticket that left the pipeline for a success stage nobody mapped', () => {
    const jumped = {
      categoryId: 9,
      stageId: 'C9:WON',
      previous: place('C5:EXECUTING'),
    };

    const premature = decide(aTicket({ ...jumped, record: NO_CAUSE }), aPolicy(), {
      closedElsewhere: true,
    });
    const ready = decide(aTicket(jumped), aPolicy(), { closedElsewhere: true });

    expect(gapCodes(premature)).toEqual(['cause-missing']);
    expect(targetsOf(premature)).toEqual([place('C5:EXECUTING'), place('C5:NEW')]);
    expect(ready).toMatchObject({ kind: 'pass', outcome: 'confirmed', moveTo: null });
  });
});

describe('the outcome of a closing', () => {
  test.each<readonly [string, Outcome]>([
    ['C5:WON', 'confirmed'],
    ['C5:GATE', 'confirmed'],
    ['C5:SILENT', 'no-answer'],
    ['C5:UPDATED', 'product-update'],
    ['C5:SPAM', 'spam'],
  ])('is that of the stage %s: %s', (stageId, outcome) => {
    const ticket = aTicket({
      stageId,
      record: {
        askedAt: NOON - 2,
        remindedAt: NOON - 1,
        productVersion: '4.12',
        productInstruction: 'Обновить',
      },
    });

    expect(decide(ticket)).toMatchObject({ kind: 'pass', outcome, stamp: { outcome } });
  });

  test.each(['C5:WON', 'C5:SPAM'])(
    'is the ticket’s own where somebody set it, whatever the stage %s',
    (stageId) => {
      const ticket = aTicket({ stageId, record: { outcome: 'duplicate', cause: '' } });

      expect(decide(ticket)).toMatchObject({
        kind: 'pass',
        outcome: 'duplicate',
        stamp: { outcome: 'duplicate', closeReason: 'duplicate' },
      });
    },
  );

  test.each(OUTCOMES.filter((o) => !['confirmed', 'no-answer', 'product-update'].includes(o)))(
    '%s needs no solution, only a reason that fits',
    (outcome) => {
      const empty = {
        checkedHow: '',
        problem: '',
        cause: '',
        solution: '',
        timeSpent: null,
        recommendations: '',
        resources: [],
        kbDecision: null,
        confirmation: null,
      };
      const ticket = aTicket({
        record: { ...empty, outcome },
        openWork: known([{ kind: 'task', id: 1, title: '' }]),
      });
      const contradicting = aTicket({ record: { ...empty, outcome, closeReason: 'solved' } });

      expect(decide(ticket)).toMatchObject({ kind: 'pass', outcome, stamp: { resolution: '' } });
      expect(gapCodes(decide(contradicting))).toEqual(['close-reason-mismatch']);
    },
  );

  test('criterion 4 · out of scope still needs the client’s question answered', () => {
    const conversation = aConversation(NOON, null);

    const refused = decide(aTicket({ record: { outcome: 'out-of-scope' }, conversation }));
    const spam = decide(aTicket({ record: { outcome: 'spam' }, conversation }));

    expect(gapCodes(refused)).toEqual(['question-unanswered']);
    expect(spam.kind).toBe('pass');
  });
});

describe('a closing that passes', () => {
  test('step 7 · carries its stamp and the verdict of every criterion in the regulation’s order', () => {
    const decision = decide(aTicket());

    expect(decision).toMatchObject({
      kind: 'pass',
      outcome: 'confirmed',
      stamp: { outcome: 'confirmed', closeReason: 'solved', closedAt: NOON, cycle: 1 },
      moveTo: null,
    });
    expect(decision.kind === 'pass' ? decision.results.map(({ id }) => id) : []).toEqual(
      CRITERION_IDS,
    );
  });

  test('keeps clause, strictness and evidence of what was judged', () => {
    const decision = decide(aTicket());

    expect(decision.kind === 'pass' ? decision.results[4] : null).toEqual({
      id: 'solution-documented',
      clause: 'step-3',
      strictness: 'block',
      verdict: { status: 'met' },
      evidence: { timeSpent: 45 },
    });
  });

  test('keeps «not applicable» for a criterion the outcome does not need', () => {
    const decision = decide(aTicket());

    const results = decision.kind === 'pass' ? decision.results : [];
    expect(results.find(({ id }) => id === 'product-update-confirmed')).toEqual({
      id: 'product-update-confirmed',
      clause: 'special-product-update',
      strictness: 'block',
      verdict: { status: 'not-applicable' },
      evidence: {},
    });
  });

  test('no confirmation · keeps the clause of the special case', () => {
    const record = { outcome: 'no-answer', askedAt: NOON - 2, remindedAt: NOON - 1 } as const;

    const decision = decide(aTicket({ record }));

    expect(decision.kind === 'pass' ? decision.results[2]?.clause : null).toBe(
      'special-no-confirmation',
    );
  });

  test('reports the clause as the policy spells it', () => {
    const criteria = criteriaWith('problem-solved', { clause: 'step-6' });

    const decision = decide(aTicket(), aPolicy({ criteria }));

    expect(decision.kind === 'pass' ? decision.results[0]?.clause : null).toBe('step-6');
  });

  test.each<readonly [string, Partial<TicketRecord>, ClosingPolicy['stages'], StagePlace | null]>([
    ['the closed stage of its outcome', { outcome: 'spam' }, aPolicy().stages, place('C5:SPAM')],
    ['the confirmed stage', {}, aPolicy().stages, place('C5:WON')],
    [
      'the confirmed stage where its outcome has none',
      { outcome: 'duplicate' },
      aPolicy().stages,
      place('C5:WON'),
    ],
    [
      'nowhere when no closed stage fits',
      { outcome: 'duplicate' },
      { 'C5:GATE': 'gate', 'C5:SPAM': 'closed:spam' },
      null,
    ],
  ])('moves from the gate stage to %s', (_title, record, stages, moveTo) => {
    expect(decide(aTicket({ stageId: 'C5:GATE', record }), aPolicy({ stages }))).toMatchObject({
      kind: 'pass',
      moveTo,
    });
  });
});

describe('a closing that is returned', () => {
  test('names every gap in the regulation’s order', () => {
    const ticket = aTicket({
      record: {
        checkedHow: 'ок',
        problem: '',
        cause: '',
        solution: '',
        timeSpent: null,
        confirmation: 'asked',
        kbDecision: null,
        closeReason: 'spam',
      },
      openWork: known([{ kind: 'task', id: 31, title: 'Заменить контроллер' }]),
      conversation: aConversation(NOON, null),
    });

    expect(gapCodes(decide(ticket))).toEqual([
      'checked-how-bare-tick',
      'open-task',
      'confirmation-awaited',
      'question-unanswered',
      'problem-missing',
      'cause-missing',
      'solution-missing',
      'time-spent-missing',
      'communication-missing',
      'kb-decision-missing',
      'close-reason-mismatch',
    ]);
  });

  test('carries its outcome and the verdict of every criterion', () => {
    const decision = decide(aTicket({ record: NO_CAUSE }));

    expect(decision).toMatchObject({ kind: 'return', outcome: 'confirmed' });
    expect(decision.kind === 'return' ? decision.results : []).toHaveLength(CRITERION_IDS.length);
  });

  test.each<readonly [string, StagePlace | null, readonly StagePlace[]]>([
    [
      'where it came from, then the mapped stage',
      place('C5:EXECUTING'),
      [place('C5:EXECUTING'), place('C5:NEW')],
    ],
    ['the stage of asking the client too', place('C5:CHECK'), [place('C5:CHECK'), place('C5:NEW')]],
    [
      'an unmapped stage of the pipeline too',
      place('C5:EXTRA'),
      [place('C5:EXTRA'), place('C5:NEW')],
    ],
    ['a stage of another pipeline too', place('C7:NEW', 7), [place('C7:NEW', 7), place('C5:NEW')]],
    ['the mapped stage once', place('C5:NEW'), [place('C5:NEW')]],
    ['the mapped stage when the previous is unknown', null, [place('C5:NEW')]],
    ['never another closed stage', place('C5:SPAM'), [place('C5:NEW')]],
    ['never the gate stage', place('C5:GATE'), [place('C5:NEW')]],
    ['never an exempt stage', place('C5:LOSE'), [place('C5:NEW')]],
    ['never where it stands', place('C5:WON'), [place('C5:NEW')]],
    ['never a place without a name', place(''), [place('C5:NEW')]],
  ])('goes to %s', (_title, previous, targets) => {
    expect(targetsOf(decide(aTicket({ previous, record: NO_CAUSE })))).toEqual(targets);
  });

  test('never goes to the stage it stands on although the map calls it work', () => {
    const ticket = aTicket({
      categoryId: 9,
      stageId: 'C9:WON',
      previous: place('C9:WON', 9),
      record: NO_CAUSE,
    });

    expect(targetsOf(decide(ticket, aPolicy(), { closedElsewhere: true }))).toEqual([
      place('C5:NEW'),
    ]);
  });

  test.each(['', 'C5:SPAM', 'C5:GATE', 'C5:LOSE', 'C5:WON'])(
    'has nowhere to go when the policy’s return stage is «%s» and the previous is unknown',
    (returnStage) => {
      const decision = decide(
        aTicket({ previous: null, record: NO_CAUSE }),
        aPolicy({ returnStage }),
      );

      expect(decision).toMatchObject({ kind: 'return', targets: [] });
    },
  );

  test.each([
    [0, 'return'],
    [1, 'return'],
    [2, 'stop'],
    [3, 'stop'],
  ])('after %d returns in a short time the answer is «%s»', (recentReturns, kind) => {
    expect(decide(aTicket({ record: NO_CAUSE }), aPolicy(), { recentReturns }).kind).toBe(kind);
  });

  test('stops with the gaps, the verdicts and the number of returns', () => {
    const decision = decide(aTicket({ record: NO_CAUSE }), aPolicy(), { recentReturns: 2 });

    expect(decision).toMatchObject({ kind: 'stop', outcome: 'confirmed', returns: 2 });
    expect(gapCodes(decision)).toEqual(['cause-missing']);
    expect(decision.kind === 'stop' ? decision.results : []).toHaveLength(CRITERION_IDS.length);
  });

  test('passes after any number of returns when nothing is missing', () => {
    expect(decide(aTicket(), aPolicy(), { recentReturns: 9 }).kind).toBe('pass');
  });
});

describe('strictness', () => {
  test.each([
    ['block', 'return', 'unmet'],
    ['justify', 'return', 'unmet'],
    ['warn', 'pass', 'unmet'],
    ['off', 'pass', 'not-applicable'],
  ] as const)('«%s» makes an unmet criterion a %s', (strictness, kind, status) => {
    const policy = aPolicy({ criteria: criteriaWith('solution-documented', { strictness }) });

    const decision = decide(aTicket({ record: NO_CAUSE }), policy);

    expect(decision.kind).toBe(kind);
    expect('results' in decision ? decision.results[4] : null).toMatchObject({
      strictness,
      verdict: { status },
    });
  });

  test('step 3 · missing recommendations and resources only warn', () => {
    const decision = decide(aTicket({ record: { recommendations: '', resources: [] } }));

    expect(decision.kind).toBe('pass');
    expect('results' in decision ? decision.results[5]?.verdict.status : null).toBe('unmet');
  });

  test('warnings are not among the gaps of a returned ticket', () => {
    expect(gapCodes(decide(aTicket({ record: { cause: '', resources: [] } })))).toEqual([
      'cause-missing',
    ]);
  });

  test('a criterion the policy does not name is off', () => {
    const criteria = aPolicy().criteria.filter(({ id }) => id !== 'solution-documented');

    const decision = decide(aTicket({ record: NO_CAUSE }), aPolicy({ criteria }));

    expect(decision.kind).toBe('pass');
    expect('results' in decision ? decision.results[4] : null).toEqual({
      id: 'solution-documented',
      clause: 'step-3',
      strictness: 'off',
      verdict: { status: 'not-applicable' },
      evidence: {},
    });
  });

  test('a criterion is not applied to outcomes the policy does not name', () => {
    const policy = aPolicy({
      criteria: criteriaWith('solution-documented', { outcomes: ['no-answer'] }),
    });

    expect(decide(aTicket({ record: NO_CAUSE }), policy).kind).toBe('pass');
  });
});

describe('facts that could not be read', () => {
  test.each<readonly [string, Partial<TicketSnapshot>]>([
    ['open work', { openWork: UNREADABLE }],
    ['conversation', { conversation: UNREADABLE }],
  ])('leave a ticket undecided that lacks nothing else: %s', (_title, facts) => {
    const decision = decide(aTicket(facts));

    expect(decision.kind).toBe('undecided');
    expect('results' in decision ? decision.results : []).toHaveLength(CRITERION_IDS.length);
  });

  test('do not hold back a gap that is certain', () => {
    const ticket = aTicket({
      openWork: UNREADABLE,
      conversation: UNREADABLE,
      record: NO_CAUSE,
    });

    expect(gapCodes(decide(ticket))).toEqual(['cause-missing']);
  });

  test('do not matter where the outcome needs none', () => {
    const ticket = aTicket({
      openWork: UNREADABLE,
      conversation: UNREADABLE,
      record: { outcome: 'spam' },
    });

    expect(decide(ticket).kind).toBe('pass');
  });

  test('do not matter to a criterion that only warns', () => {
    const policy = aPolicy({
      criteria: criteriaWith('related-work-closed', { strictness: 'warn' }),
    });

    expect(decide(aTicket({ openWork: UNREADABLE }), policy).kind).toBe('pass');
  });

  test('do not hold a closing up when the portal has no such channel', () => {
    const ticket = aTicket({ openWork: UNAVAILABLE, conversation: UNAVAILABLE });

    expect(decide(ticket).kind).toBe('pass');
  });
});
