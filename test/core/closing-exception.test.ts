import { describe, expect, test } from '@jest/globals';
import { isReason } from '../../src/core/closing-exception.ts';
import { decideClosing } from '../../src/core/decide-closing.ts';
import type { ClosingPolicy } from '../../src/core/policy.ts';
import type { TicketRecord } from '../../src/core/ticket.ts';
import { aPolicy, criteriaWith } from '../support/a-policy.ts';
import { MINUTE, NOON, UNREADABLE, aTicket } from '../support/a-ticket.ts';

const REASON = 'The client was told by phone, the manager agreed';
const LEAD = 7;
const AGENT = 9;
const JUSTIFIABLE = { criteria: criteriaWith('solution-documented', { strictness: 'justify' }) };

function attempt(
  { movedBy = AGENT, ...record }: Partial<TicketRecord> & { readonly movedBy?: number },
  policy: Partial<ClosingPolicy> = {},
): readonly string[] | { readonly kind: string; readonly criteria: readonly string[] } | null {
  const ticket = aTicket({ movedBy, record: { cause: '', ...record } });
  const decision = decideClosing(ticket, aPolicy({ overriders: [LEAD], ...policy }), {
    now: NOON + MINUTE,
    recentReturns: 0,
  });
  if (decision.kind === 'pass') return decision.exception;
  return decision.kind === 'return' ? decision.gaps.map(({ code }) => code) : [decision.kind];
}

describe('a written reason', () => {
  test.each([
    ['', false],
    ['too short', false],
    ['nineteen characters', false],
    ['twenty characters ok', true],
    ['a               lot of spaces', false],
    ['--------------------------', false],
    ['ааааааааааааааааааааааааа', false],
    ['Клиент подтвердил устно, руководитель согласовал', true],
  ])('%j counts: %s', (text, counts) => {
    expect(isReason(text)).toBe(counts);
  });
});

describe('strictness "justify"', () => {
  test('returns with the gap and says that a reason would let it pass', () => {
    expect(attempt({}, JUSTIFIABLE)).toEqual(['cause-missing', 'justification-missing']);
  });

  test('passes with a reason written by anybody, and says which criterion', () => {
    expect(attempt({ exceptionReason: REASON }, JUSTIFIABLE)).toEqual({
      kind: 'justified',
      criteria: ['solution-documented'],
    });
  });

  test('does not pass with a reason too short to be judged', () => {
    expect(attempt({ exceptionReason: 'because' }, JUSTIFIABLE)).toEqual([
      'cause-missing',
      'justification-missing',
    ]);
  });

  test('a reason does not let another, blocking criterion pass', () => {
    expect(attempt({ exceptionReason: REASON, checkedHow: '' }, JUSTIFIABLE)).toEqual([
      'checked-how-missing',
    ]);
  });
});

describe('override', () => {
  test('passes for one of those who may, with a reason', () => {
    expect(attempt({ movedBy: LEAD, exceptionReason: REASON })).toEqual({
      kind: 'overridden',
      criteria: ['solution-documented'],
    });
  });

  test.each([
    ['without a reason', { movedBy: LEAD }],
    ['with a reason too short', { movedBy: LEAD, exceptionReason: 'let it go' }],
    ['for somebody else', { movedBy: AGENT, exceptionReason: REASON }],
    ['for a robot', { movedBy: 0, exceptionReason: REASON }],
  ])('does not pass %s', (_case, change) => {
    expect(attempt(change)).toEqual(['cause-missing']);
  });

  test("is nobody's until somebody is named", () => {
    expect(attempt({ movedBy: LEAD, exceptionReason: REASON }, { overriders: [] })).toEqual([
      'cause-missing',
    ]);
  });

  test('a complete ticket is no exception, whatever is written', () => {
    expect(attempt({ movedBy: LEAD, exceptionReason: REASON, cause: 'A worn cable' })).toBeNull();
  });

  test('FAQ 1 · a fact that cannot be read still waits', () => {
    const ticket = aTicket({
      movedBy: LEAD,
      conversation: UNREADABLE,
      record: { cause: '', exceptionReason: REASON },
    });
    const decision = decideClosing(ticket, aPolicy({ overriders: [LEAD] }), {
      now: NOON,
      recentReturns: 0,
    });
    expect(decision.kind).toBe('undecided');
  });
});
