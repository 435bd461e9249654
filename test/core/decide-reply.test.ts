import { expect, test } from '@jest/globals';
import { decideReply } from '../../src/core/decide-reply.ts';
import type { ClientAnswerFacts } from '../../src/core/decide-reply.ts';
import { aPolicy } from '../support/a-policy.ts';
import { NOON, aTicket } from '../support/a-ticket.ts';

type Case = readonly [string, string, Partial<ClientAnswerFacts>, string];

const CASES: readonly Case[] = [
  ['step-2', 'C5:CHECK', { answer: 'solved' }, 'confirm'],
  ['step-2', 'C5:GATE', { answer: 'solved' }, 'confirm'],
  ['step-2', 'C5:CHECK', { answer: 'solved', contradicts: true }, 'to-agent'],
  ['step-2', 'C5:CHECK', { answer: 'question' }, 'to-agent'],
  ['special-no-confirmation', 'C5:CHECK', { answer: 'not-solved' }, 'back-to-work'],
  ['step-2', 'C5:EXECUTING', { answer: 'solved' }, 'note-confirmed'],
  ['step-2', 'C5:EXECUTING', { answer: 'not-solved' }, 'back-to-work'],
  ['step-6', 'C5:WON', { answer: 'solved' }, 'thanks'],
  ['step-6', 'C5:WON', { answer: 'question' }, 'tell-agent'],
  ['step-6', 'C5:WON', { answer: 'solved', contradicts: true }, 'tell-agent'],
  ['special-mistake', 'C5:WON', { answer: 'not-solved' }, 'reopen'],
  ['special-mistake', 'C5:SILENT', { answer: 'not-solved', reopenUntil: NOON }, 'reopen'],
  ['special-mistake', 'C5:WON', { answer: 'not-solved', reopenUntil: NOON - 1 }, 'new-ticket'],
  ['an exempt stage', 'C5:LOSE', { answer: 'not-solved' }, 'tell-agent'],
  ['an exempt stage', 'C5:LOSE', { answer: 'solved' }, 'thanks'],
  ['an earlier cycle', 'C5:CHECK', { answer: 'solved', cycle: 1 }, 'outdated'],
  ['an earlier cycle', 'C5:WON', { answer: 'not-solved', cycle: 1 }, 'outdated'],
  ['a later cycle', 'C5:CHECK', { answer: 'solved', cycle: 3 }, 'outdated'],
];

test.each(CASES)('%s: on %s, %j leads to %s', (_clause, stageId, facts, kind) => {
  const ticket = aTicket({ stageId, record: { cycle: 2 } });
  const all = {
    answer: 'solved',
    contradicts: false,
    cycle: 2,
    now: NOON,
    reopenUntil: null,
  } as const;
  expect(decideReply(ticket, aPolicy(), { ...all, ...facts })).toEqual({ kind });
});

test('a ticket without a cycle is in its first', () => {
  const ticket = aTicket({ stageId: 'C5:CHECK' });
  const facts = { answer: 'solved', contradicts: false, now: NOON, reopenUntil: null } as const;
  expect(decideReply(ticket, aPolicy(), { ...facts, cycle: 1 })).toEqual({ kind: 'confirm' });
});
