import { beforeEach, describe, expect, test } from '@jest/globals';
import { auditPast } from '../../src/app/audit-past.ts';
import type { AuditStep, PastAudit } from '../../src/app/audit-past.ts';
import type { AuditRequest } from '../../src/app/audit-plan.ts';
import type { ClosingPolicy } from '../../src/core/policy.ts';
import { AppError } from '../../src/errors.ts';
import { aPolicy } from '../support/a-policy.ts';
import type { TicketOverrides } from '../support/a-ticket.ts';
import { aTicket } from '../support/a-ticket.ts';
import type { FakeTools } from '../support/fake-tools.ts';
import { fakeTools, SERVER_TIME } from '../support/fake-tools.ts';

const DAY = 24 * 60 * 60_000;
const SUPPORT = { entityTypeId: 2, categoryId: 5 };
const STAGES = { 'C5:CHECK': 'awaiting-confirmation', 'C5:WON': 'closed:confirmed' } as const;
/** As setup stores it on the day of the audit: every closing is older than its cutoff. */
const STORED: ClosingPolicy = aPolicy({
  stages: { ...STAGES, 'C5:LOSE': 'exempt' },
  returnStage: 'C5:WORK',
  cutoff: SERVER_TIME,
});

let tools: FakeTools;
let steps: AuditStep[];
let pauses: number[];
let nextId: number;
beforeEach(() => {
  tools = fakeTools([STORED]);
  steps = [];
  pauses = [];
  nextId = 100;
});

function closed(overrides: TicketOverrides = {}): number {
  nextId += 1;
  const ticket = aTicket({
    ref: { entityTypeId: 2, id: nextId },
    movedAt: SERVER_TIME - 3 * DAY,
    ...overrides,
  });
  const { previous, openWork, conversation, ...head } = ticket;
  tools.past.tickets.put(
    { ...head, previousStageId: previous?.stageId ?? null },
    { previous, openWork, conversation },
  );
  return nextId;
}

async function audit(request: Partial<AuditRequest> = {}) {
  return auditPast(
    { days: 30, pipeline: null, ...request },
    {
      ...tools,
      pause: async (ms) => {
        pauses.push(ms);
      },
      progress: (step) => steps.push(step),
    },
  );
}

async function audited(request: Partial<AuditRequest> = {}): Promise<PastAudit> {
  const result = await audit(request);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.audit;
}

describe('an audit of a pipeline that is set up', () => {
  test('judges closings older than the cutoff by the gate’s own decision', async () => {
    closed();
    const failing = closed({ record: { cause: '' } });

    const { sums, closings } = await audited();

    expect(sums).toMatchObject({ judged: 2, passes: 1, fails: 1, failedBeforeFields: 1 });
    expect(closings.find(({ ref }) => ref.id === failing)).toMatchObject({
      verdict: 'fails',
      gaps: [{ code: 'cause-missing' }],
    });
  });

  test('reads no further back than asked', async () => {
    closed({ movedAt: SERVER_TIME - 8 * DAY });

    expect((await audited({ days: 7 })).sums.judged).toBe(0);
    expect((await audited({ days: 9 })).sums.judged).toBe(1);
  });

  test('reads facts of the closing’s own moment, with the budget of bulk work', async () => {
    closed();

    await audited();

    expect(tools.past.asked).toEqual([{ asOf: 'last-move', priority: 'bulk' }]);
  });

  test('reads chats of every closing: a gap found without them hides none', async () => {
    const gap = { record: { cause: '' }, conversation: unanswered() };
    for (let count = 0; count < 40; count += 1) closed(gap);

    const { sums } = await audited();

    expect(sums.gaps).toContainEqual({ code: 'question-unanswered', closings: 40 });
  });

  test('shows closings that nothing is asked of', async () => {
    closed({ stageId: 'C5:LOSE' });

    const { sums, closings } = await audited();

    expect(sums).toMatchObject({ judged: 0, ungated: 1 });
    expect(closings).toMatchObject([{ verdict: 'ungated', ungatedWhy: 'exempt' }]);
  });

  test('finds what was closed round the gate, and leaves other pipelines’ own closings out', async () => {
    const elsewhere = { categoryId: 9, stageId: 'C9:WON' };
    const round = closed({ ...elsewhere, previous: { categoryId: 5, stageId: 'C5:WORK' } });
    closed({ ...elsewhere, previous: { categoryId: 9, stageId: 'C9:NEW' } });

    const { closings } = await audited();

    expect(closings.map(({ ref }) => ref.id)).toEqual([round]);
    expect(closings).toMatchObject([{ verdict: 'passes', pipeline: SUPPORT }]);
  });

  test('names people, and knows who has no name', async () => {
    tools.past.names.set(11, 'Анна Орлова');
    closed({ movedBy: 11, assigneeId: 12 });

    const { names, sums } = await audited();

    expect(names.get(11)).toBe('Анна Орлова');
    expect(sums.people.map(({ userId }) => userId)).toEqual([11, 12]);
  });

  test('tells how far it is', async () => {
    for (let count = 0; count < 120; count += 1) closed();

    await audited();

    expect(steps).toEqual([
      { kind: 'listing' },
      { kind: 'reading', done: 0, total: 120 },
      { kind: 'reading', done: 100, total: 120 },
      { kind: 'reading', done: 120, total: 120 },
    ]);
  });

  test('leaves store and journal as they were', async () => {
    closed({ record: { cause: '' } });

    await audited();

    expect(tools.journal.lines).toEqual([]);
    expect(await tools.policies.list()).toEqual([STORED]);
  });
});

describe('an audit before any setup', () => {
  beforeEach(() => {
    tools = fakeTools([]);
  });

  test('goes by the regulation with guessed stages and judges what can be judged', async () => {
    closed({ record: { cause: '', checkedHow: '', confirmation: null } });
    closed({ conversation: unanswered() });

    const { sums, pipelines } = await audited({ pipeline: SUPPORT });

    expect(pipelines).toMatchObject([{ source: 'preset', name: 'Поддержка' }]);
    expect(sums).toMatchObject({ judged: 2, passes: 1, fails: 1 });
    const unjudged = sums.criteria.filter(({ noField }) => noField === 2).map(({ id }) => id);
    expect(unjudged).toEqual(expect.arrayContaining(['problem-solved', 'client-confirmed']));
    expect(await tools.policies.list()).toEqual([]);
    expect(tools.setup.present.size).toBe(0);
  });

  test('needs to be told which pipeline', async () => {
    expect(await audit()).toEqual({
      ok: false,
      problems: [{ code: 'nothing-set-up', params: {} }],
    });
  });

  test('names the pipelines there are', async () => {
    expect(await audit({ pipeline: { entityTypeId: 2, categoryId: 77 } })).toMatchObject({
      ok: false,
      problems: [
        { code: 'pipeline-unknown', params: { available: expect.stringContaining('2:5') } },
      ],
    });
  });
});

describe('a portal that is busy', () => {
  const busy = () =>
    new AppError('portal-rate-limited', 'later', { retry: 'after', retryAfterMs: 4000 });

  test('is waited for as long as it says', async () => {
    closed();
    tools.past.faults.push(busy(), busy());

    const { sums } = await audited();

    expect(sums.judged).toBe(1);
    expect(pauses).toEqual([4000, 4000]);
    expect(steps).toContainEqual({ kind: 'waiting', seconds: 4 });
  });

  test('is given up at last', async () => {
    tools.past.faults.push(...Array.from({ length: 50 }, busy));

    await expect(audit()).rejects.toMatchObject({ code: 'portal-rate-limited' });
  });

  test('any other fault is told at once', async () => {
    tools.past.faults.push(new AppError('portal-denied', 'no'));

    await expect(audit()).rejects.toMatchObject({ code: 'portal-denied' });
    expect(pauses).toEqual([]);
  });
});

function unanswered() {
  const value = { lastClientMessageAt: SERVER_TIME - 4 * DAY, lastOurAnswerAt: null };
  return { known: true, value } as const;
}
