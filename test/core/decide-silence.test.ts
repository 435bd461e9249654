import { describe, expect, test } from '@jest/globals';
import { asIfSilent, decideSilence, isToBeAsked } from '../../src/core/decide-silence.ts';
import type { TicketRecord } from '../../src/core/ticket.ts';
import { aPolicy } from '../support/a-policy.ts';
import type { TicketOverrides } from '../support/a-ticket.ts';
import { UNREADABLE, aConversation, aTicket, known } from '../support/a-ticket.ts';
import { instant } from '../support/a-working-time.ts';

const askedAt = instant('2026-03-13 17:30');
const remindedAt = instant('2026-03-16 17:30');
const closeAt = instant('2026-03-17 17:30');
const schedule = { remindAt: remindedAt, closeAt };
const asked = { confirmation: 'asked', askedAt } as const;
const reminded = { ...asked, remindedAt } as const;

function decide(now: number, { record = {}, ...ticket }: TicketOverrides = {}, policy = aPolicy()) {
  const snapshot = aTicket({
    stageId: 'C5:CHECK',
    conversation: aConversation(askedAt - 2000, askedAt - 1000),
    ...ticket,
    record: { ...asked, ...record },
  });
  return decideSilence(snapshot, policy, { now, schedule });
}

describe('special-no-confirmation: silence', () => {
  test('waits until the reminder is due, to the millisecond', () => {
    expect(decide(remindedAt - 1)).toEqual({ kind: 'wait', until: remindedAt, next: 'remind' });
    expect(decide(remindedAt)).toEqual({ kind: 'remind' });
  });

  test('waits again after the reminder, then closes on the stage for it', () => {
    const place = { categoryId: 5, stageId: 'C5:SILENT' };
    expect(decide(closeAt - 1, { record: reminded })).toEqual({
      kind: 'wait',
      until: closeAt,
      next: 'close',
    });
    expect(decide(closeAt, { record: reminded })).toEqual({ kind: 'close', place });
  });

  test('without a stage of its own closes on the one for confirmed tickets', () => {
    const policy = aPolicy({
      stages: { 'C5:CHECK': 'awaiting-confirmation', 'C5:WON': 'closed:confirmed' },
    });
    expect(decide(closeAt, { record: reminded }, policy)).toMatchObject({
      place: { stageId: 'C5:WON' },
    });
  });

  test('never closes without any closed stage', () => {
    const policy = aPolicy({ stages: { 'C5:CHECK': 'awaiting-confirmation' } });
    expect(decide(closeAt, { record: reminded }, policy).kind).toBe('blocked');
  });

  test('a reminder of an earlier round is none', () => {
    const record = { remindedAt: askedAt - 1 };
    expect(decide(closeAt, { record })).toEqual({ kind: 'remind' });
  });

  test.each<[string, TicketOverrides]>([
    ['nobody was asked', { record: { confirmation: null } }],
    ['the request was never delivered', { record: { askedAt: null } }],
    ['the client answered', { record: { confirmation: 'rejected' } }],
    ['the client confirmed', { record: { confirmation: 'confirmed' } }],
    ['the ticket moved on', { stageId: 'C5:EXECUTING' }],
    ['the ticket is closed', { stageId: 'C5:WON' }],
  ])('counts nothing when %s', (_name, ticket) => {
    expect(decide(closeAt, ticket)).toEqual({ kind: 'no-countdown' });
  });

  test('is held until the hold ends', () => {
    const holdUntil = closeAt + 1000;
    const record: Partial<TicketRecord> = { ...reminded, holdUntil };
    expect(decide(closeAt, { record })).toEqual({ kind: 'held', until: holdUntil });
    expect(decide(holdUntil, { record }).kind).toBe('close');
  });

  test('is held by a pause without a reason too, and not by one that has passed', () => {
    const record = { ...reminded, holdReason: '', holdUntil: closeAt + 1 };
    expect(decide(closeAt, { record })).toEqual({ kind: 'held', until: closeAt + 1 });
    expect(decide(closeAt, { record: { ...record, holdUntil: closeAt - 1 } }).kind).toBe('close');
  });

  test.each([
    ['the reminder', asked],
    ['the closing', reminded],
  ])('is blocked before %s by a reason for a pause that names no end', (_what, round) => {
    const record = { ...round, holdReason: 'Клиент в отпуске', holdUntil: null };
    expect(decide(closeAt, { record })).toEqual({
      kind: 'blocked',
      blockers: [{ kind: 'hold-without-end' }],
    });
  });

  test.each<[string, TicketOverrides, string]>([
    [
      'step-1: an open task',
      { openWork: known([{ kind: 'task', id: 1, title: '' }]) },
      'open-task',
    ],
    ['step-3: a missing cause', { record: { cause: '' } }, 'cause-missing'],
    [
      'criterion-4: an unanswered message',
      { conversation: aConversation(askedAt + 1000, askedAt) },
      'question-unanswered',
    ],
  ])('is blocked by %s', (_name, { record, ...ticket }, code) => {
    const decision = decide(closeAt, { ...ticket, record: { ...reminded, ...record } });
    expect(decision).toEqual({ kind: 'blocked', blockers: [{ kind: 'gap', code }] });
  });

  test('special-product-update: is blocked by a product update', () => {
    const record = { ...reminded, outcome: 'product-update' as const };
    expect(decide(closeAt, { record })).toEqual({
      kind: 'blocked',
      blockers: [{ kind: 'product-update' }],
    });
  });

  test('is blocked by a fact that cannot be read', () => {
    const decision = decide(closeAt, { record: reminded, conversation: UNREADABLE });
    expect(decision).toEqual({ kind: 'blocked', blockers: [{ kind: 'unread-fact' }] });
  });

  test('gaps of the agent hold back no reminder; a client who wrote is not reminded', () => {
    expect(decide(remindedAt, { record: { cause: '' } })).toEqual({ kind: 'remind' });
    const spoke = { conversation: aConversation(askedAt + 1000, askedAt) };
    expect(decide(remindedAt, spoke).kind).toBe('blocked');
  });

  test('is judged as a closing without an answer, whatever outcome the ticket has', () => {
    const closed = asIfSilent(aTicket({ record: { outcome: 'confirmed' } }), closeAt, null);
    expect(closed.record).toMatchObject({ outcome: 'no-answer', closeReason: 'no-answer' });
  });
});

describe('step-2: who is asked by the app itself', () => {
  const moved = askedAt + 1000;
  test.each<[string, TicketOverrides, boolean]>([
    ['a ticket that was never asked', { record: { confirmation: null } }, true],
    ['a reopened one', { record: { confirmation: 'not-asked' } }, true],
    ['one asked already', { record: asked }, false],
    ['one confirmed', { record: { confirmation: 'confirmed' } }, false],
    ['one confirmed by phone', { record: { confirmation: 'by-agent' } }, false],
    ['one whose client had a question', { record: { ...asked, confirmation: 'not-asked' } }, false],
    [
      'that one, brought back later',
      { movedAt: moved, record: { ...asked, confirmation: 'not-asked' } },
      true,
    ],
    ['one worked on after "not solved"', { record: { ...asked, confirmation: 'rejected' } }, true],
    ['one at work', { stageId: 'C5:EXECUTING', record: { confirmation: null } }, false],
  ])('%s', (_name, ticket, expected) => {
    const snapshot = aTicket({ stageId: 'C5:CHECK', movedAt: askedAt - 1000, ...ticket });
    expect(isToBeAsked(snapshot, aPolicy())).toBe(expected);
  });
});
