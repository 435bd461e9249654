/** What holds for every ticket and every policy, not only for those somebody thought of. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decideClosing, gatedStages, stageRole } from '../../src/core/decide-closing.ts';
import type { ClosingPolicy, StageRole } from '../../src/core/policy.ts';
import { planActions } from '../../src/core/plan-actions.ts';
import type { TicketRecord, TicketSnapshot } from '../../src/core/ticket.ts';
import { CLOSE_REASONS, CONFIRMATIONS, KB_DECISIONS, OUTCOMES } from '../../src/core/ticket.ts';
import { STAGES, aPolicy, criteriaWith } from '../support/a-policy.ts';
import { NOON, UNAVAILABLE, UNREADABLE, aRecord, aTicket, known } from '../support/a-ticket.ts';

const instant = fc.integer({ min: NOON - 1_000_000, max: NOON + 1_000_000 });
const text = fc.oneof(
  fc.constantFrom('', '+', 'ок', 'Проверили вход с телефона клиента'),
  fc.string({ unit: 'binary', maxLength: 300 }),
);
const oneOf = <T>(values: readonly T[]) => fc.constantFrom(...values);
const nullable = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });

const record: fc.Arbitrary<TicketRecord> = fc
  .record({
    checkedHow: text,
    problem: text,
    cause: text,
    solution: text,
    recommendations: text,
    diagnostics: text,
    kbNote: text,
    confirmationEvidence: text,
    resolution: text,
    productVersion: text,
    productInstruction: text,
    timeSpent: nullable(fc.oneof(fc.integer(), fc.constant(Number.NaN))),
    cycle: nullable(fc.integer()),
    returns: nullable(fc.nat()),
    resources: fc.array(text, { maxLength: 3 }),
    askedAt: nullable(instant),
    remindedAt: nullable(instant),
    kbDecision: nullable(oneOf(KB_DECISIONS)),
    confirmation: nullable(oneOf(CONFIRMATIONS)),
    closeReason: nullable(oneOf(CLOSE_REASONS)),
    outcome: nullable(oneOf(OUTCOMES)),
  })
  .map((fields) => aRecord(fields));

const stageId = fc.oneof(
  fc.constantFrom(...Object.keys(STAGES), 'C7:NEW', 'constructor', '__proto__', ''),
  fc.string(),
);
const unknownFact = oneOf([UNREADABLE, UNAVAILABLE]);

const ticket: fc.Arbitrary<TicketSnapshot> = fc
  .record({
    stageId,
    categoryId: oneOf([5, 7]),
    previous: nullable(fc.record({ categoryId: oneOf([5, 7]), stageId })),
    movedBy: fc.integer({ min: -1, max: 3 }),
    assigneeId: fc.integer({ min: -1, max: 3 }),
    movedAt: instant,
    diagnosticsCategory: oneOf(['', 'device']),
    record,
    openWork: fc.oneof(
      unknownFact,
      fc
        .array(
          fc.record({ kind: oneOf(['task', 'ticket'] as const), id: fc.nat(), title: fc.string() }),
          { maxLength: 2 },
        )
        .map((work) => known(work)),
    ),
    conversation: fc.oneof(
      unknownFact,
      fc
        .record({ lastClientMessageAt: nullable(instant), lastOurAnswerAt: nullable(instant) })
        .map((conversation) => known(conversation)),
    ),
  })
  .map((snapshot) => aTicket(snapshot));

const role: fc.Arbitrary<StageRole> = oneOf<StageRole>([
  'work',
  'awaiting-confirmation',
  'gate',
  'exempt',
  ...OUTCOMES.map((outcome) => `closed:${outcome}` as const),
]);

const policy: fc.Arbitrary<ClosingPolicy> = fc
  .record({
    stages: fc.oneof(fc.constant(STAGES), fc.dictionary(stageId, role, { maxKeys: 8 })),
    returnStage: stageId,
    cutoff: instant,
    criteria: fc.constant(aPolicy().criteria).chain((criteria) =>
      fc
        .array(oneOf(['off', 'warn', 'justify', 'block'] as const), {
          minLength: criteria.length,
          maxLength: criteria.length,
        })
        .map((strictness) =>
          criteria.map((setting, index) => ({
            ...setting,
            strictness: strictness[index] ?? 'block',
          })),
        ),
    ),
    diagnostics: oneOf([null, { field: 'UF_CATEGORY', values: ['device'] }]),
  })
  .map((overrides) => aPolicy(overrides));

const context = fc.record({
  now: instant,
  recentReturns: fc.nat({ max: 4 }),
  closedElsewhere: fc.boolean(),
});

const CLOSED = ['C5:WON', 'C5:SILENT', 'C5:UPDATED', 'C5:GATE'] as const;

/** A ready ticket for each outcome that claims a solution, on any gated stage. */
const readyTicket: fc.Arbitrary<TicketSnapshot> = fc
  .record({
    outcome: oneOf(['confirmed', 'no-answer', 'product-update'] as const),
    stageId: oneOf(CLOSED),
  })
  .map(({ outcome, stageId: closed }) =>
    aTicket({
      stageId: closed,
      record: {
        outcome,
        askedAt: NOON - 200,
        remindedAt: NOON - 100,
        productVersion: '4.12',
        productInstruction: 'Обновить приложение',
      },
    }),
  );

/** Ways to spoil a ready ticket, each by one gap that blocks every solved outcome. */
const SPOILS: readonly ((ready: TicketSnapshot) => TicketSnapshot)[] = [
  (ready) => withRecord(ready, { checkedHow: 'да' }),
  (ready) => withRecord(ready, { problem: '' }),
  (ready) => withRecord(ready, { cause: '-' }),
  (ready) => withRecord(ready, { solution: ' ' }),
  (ready) => withRecord(ready, { timeSpent: null }),
  (ready) => withRecord(ready, { kbDecision: null }),
  (ready) => withRecord(ready, { kbDecision: 'not-needed', kbNote: '' }),
  (ready) => withRecord(ready, { confirmation: 'rejected' }),
  (ready) => withRecord(ready, { closeReason: 'spam' }),
  (ready) => ({ ...ready, openWork: known([{ kind: 'task', id: 1, title: '' }]) }),
  (ready) => ({
    ...ready,
    conversation: known({ lastClientMessageAt: NOON, lastOurAnswerAt: null }),
  }),
];

function withRecord(snapshot: TicketSnapshot, change: Partial<TicketRecord>): TicketSnapshot {
  return { ...snapshot, record: { ...snapshot.record, ...change } };
}

describe('every decision', () => {
  test('is reached and planned without a fault, and twice the same', () => {
    fc.assert(
      fc.property(ticket, policy, context, (snapshot, rules, given) => {
        const decision = decideClosing(snapshot, rules, given);

        expect(decideClosing(snapshot, rules, given)).toEqual(decision);
        expect(planActions(snapshot, decision, rules).length).toBeLessThanOrEqual(3);
      }),
    );
  });

  test('returns only with gaps, and never to where the ticket stands or to a gated stage', () => {
    fc.assert(
      fc.property(ticket, policy, context, (snapshot, rules, given) => {
        const decision = decideClosing(snapshot, rules, given);
        fc.pre(decision.kind === 'return');

        expect(decision.gaps.length).toBeGreaterThan(0);
        for (const target of decision.targets) {
          expect(target.stageId).not.toBe(snapshot.stageId);
          expect(gatedStages(rules)).not.toContain(target.stageId);
          expect(stageRole(rules, target.stageId)).not.toBe('exempt');
        }
      }),
    );
  });

  test('passes only when no blocking criterion is unmet or unknown', () => {
    fc.assert(
      fc.property(ticket, policy, context, (snapshot, rules, given) => {
        const decision = decideClosing(snapshot, rules, given);
        fc.pre(decision.kind === 'pass');

        const blocking = decision.results.filter(({ strictness }) =>
          ['block', 'justify'].includes(strictness),
        );
        expect(blocking.map(({ verdict }) => verdict.status)).not.toContain('unmet');
        expect(blocking.map(({ verdict }) => verdict.status)).not.toContain('unknown');
        expect(decision.stamp.resolution.length).toBeLessThanOrEqual(255);
      }),
    );
  });

  test('gives the same gaps whatever was not read, or fewer; never other ones', () => {
    fc.assert(
      fc.property(ticket, context, (snapshot, given) => {
        const seen = decideClosing(snapshot, aPolicy(), given);
        const blind = decideClosing({ ...snapshot, openWork: UNREADABLE }, aPolicy(), given);
        fc.pre('gaps' in blind);

        expect('gaps' in seen ? seen.gaps : []).toEqual(expect.arrayContaining([...blind.gaps]));
      }),
    );
  });
});

describe('a ready ticket', () => {
  test('passes for every outcome on every gated stage', () => {
    fc.assert(
      fc.property(readyTicket, context, (ready, given) => {
        expect(decideClosing(ready, aPolicy(), given).kind).toBe('pass');
      }),
    );
  });

  test('never passes with any blocking gap added, and the gap is told', () => {
    fc.assert(
      fc.property(
        readyTicket,
        fc.subarray([...SPOILS], { minLength: 1 }),
        context,
        (ready, spoils, given) => {
          const spoiled = spoils.reduce((snapshot, spoil) => spoil(snapshot), ready);

          const decision = decideClosing(spoiled, aPolicy(), given);

          expect(decision.kind).toBe(given.recentReturns >= 2 ? 'stop' : 'return');
          expect('gaps' in decision ? decision.gaps.length : 0).toBeGreaterThanOrEqual(1);
        },
      ),
    );
  });

  test('never passes while a fact is unread', () => {
    fc.assert(
      fc.property(
        readyTicket,
        oneOf([{ openWork: UNREADABLE }, { conversation: UNREADABLE }] as const),
        context,
        (ready, fact, given) => {
          expect(decideClosing({ ...ready, ...fact }, aPolicy(), given).kind).toBe('undecided');
        },
      ),
    );
  });

  test('is never returned when a criterion is made less strict', () => {
    fc.assert(
      fc.property(
        readyTicket,
        oneOf(aPolicy().criteria),
        oneOf(['off', 'warn'] as const),
        (ready, { id }, strictness) => {
          const looser = aPolicy({ criteria: criteriaWith(id, { strictness }) });

          expect(decideClosing(ready, looser, { now: NOON, recentReturns: 0 }).kind).toBe('pass');
        },
      ),
    );
  });
});
