import { describe, expect, test } from '@jest/globals';
import { CRITERION_IDS } from '../../src/core/policy.ts';
import { AppError } from '../../src/errors.ts';
import { aGate } from '../support/a-gate.ts';
import { aPolicy } from '../support/a-policy.ts';
import { MINUTE, NOON, UNREADABLE, aConversation, known } from '../support/a-ticket.ts';
import { APP_USER } from '../support/fake-tickets.ts';

const TICKET = { entityTypeId: 2, id: 759 };
const unsolved = { record: { solution: '', cause: '' } };

describe('a premature closing', () => {
  test('goes back to where it came from, with its gaps on the ticket and told to mover and assignee', async () => {
    const gate = aGate();
    gate.put(unsolved);

    await gate.sweep();

    expect(gate.tickets.stageOf(TICKET)).toBe('C5:EXECUTING');
    expect(gate.tickets.comments).toEqual([
      { ref: TICKET, text: 'returned: cause-missing, solution-missing' },
    ]);
    expect(gate.tickets.notices.map(({ userId }) => userId)).toEqual([11, 12]);
    expect(gate.tickets.notices[0]?.text).toBe(
      '1: 759[cause-missing,solution-missing] https://portal.example/crm/deal/details/759/',
    );
    expect(gate.journal.lines).toMatchObject([
      {
        kind: 'returned',
        movedBy: 11,
        movedAt: NOON,
        from: 'C5:WON',
        to: 'C5:EXECUTING',
        policyVersion: 3,
      },
    ]);
    expect(gate.journal.lines[0]?.results).toHaveLength(CRITERION_IDS.length);
    expect(gate.ledger.entries.size).toBe(0);
  });

  test('is judged knowing the stages that finish child tickets in any pipeline', async () => {
    const gate = aGate();
    gate.put(unsolved);
    const odd = { entityTypeId: 2, name: 'x', sort: 1 };
    gate.tickets.stages.push(
      { ...odd, categoryId: 9, stageId: 'C9:UC_TWIN', semantics: 'failure' },
      { ...odd, categoryId: 9, stageId: 'C9:UC_LATER', semantics: 'process' },
    );

    await gate.sweep();

    expect([...gate.tickets.finalStages]).toEqual(
      expect.arrayContaining(['2:C5:WON', '2:C9:UC_TWIN']),
    );
    expect(gate.tickets.finalStages).not.toContain('2:C9:UC_LATER');
    expect(gate.tickets.finalStages).not.toContain('2:C5:NEW');
  });

  test('is judged once: the next sweep and the echo of our own move do nothing', async () => {
    const gate = aGate();
    gate.put(unsolved);

    await gate.sweep();
    const after = await gate.sweep();

    expect(after.found).toBe(0);
    expect(gate.tickets.comments).toHaveLength(1);
    expect(gate.tickets.moves).toHaveLength(1);
  });

  test('whose previous stage refuses goes to the mapped work stage', async () => {
    const gate = aGate();
    gate.put(unsolved);
    gate.tickets.refusing.set('C5:EXECUTING', 'required-fields');

    await gate.sweep();

    expect(gate.tickets.stageOf(TICKET)).toBe('C5:NEW');
    expect(gate.journal.kinds()).toEqual(['returned']);
  });

  test('that no stage takes back stays, is marked, and the lead is told', async () => {
    const gate = aGate();
    gate.put(unsolved);
    gate.tickets.refusing.set('C5:EXECUTING', 'required-fields').set('C5:NEW', 'required-fields');

    await gate.sweep();
    await gate.sweep();

    expect(gate.tickets.stageOf(TICKET)).toBe('C5:WON');
    expect(gate.tickets.comments.map(({ text }) => text)).toEqual([
      'left: cause-missing, solution-missing',
    ]);
    expect(gate.tickets.notices).toMatchObject([{ userId: 1, text: 'return-refused 759' }]);
    expect(gate.journal.kinds()).toEqual(['return-refused', 'alert']);
    expect(gate.ledger.entries.size).toBe(0);
  });

  test('the app may not change is reported as such and not tried elsewhere', async () => {
    const gate = aGate();
    gate.put(unsolved);
    gate.tickets.refusing.set('C5:EXECUTING', 'denied');

    await gate.sweep();

    expect(gate.tickets.moves).toHaveLength(1);
    expect(gate.tickets.notices).toMatchObject([{ userId: 1, text: 'write-denied 759' }]);
  });

  test('made before the cut-off is left alone', async () => {
    const gate = aGate([aPolicy({ cutoff: NOON + 1 })]);
    gate.put({ ...unsolved, movedAt: NOON });

    await gate.sweep();

    expect(gate.tickets.moves).toEqual([]);
    expect(gate.journal.lines).toEqual([]);
  });
});

describe('loop guard', () => {
  test('the third closing within ten minutes is not returned: the gate stops and tells the lead', async () => {
    const gate = aGate();
    for (let turn = 0; turn < 3; turn += 1) {
      gate.now = NOON + turn * MINUTE;
      gate.put({ ...unsolved, movedAt: NOON + turn * MINUTE });
      await gate.sweep();
    }

    expect(gate.tickets.stageOf(TICKET)).toBe('C5:WON');
    expect(gate.journal.kinds()).toEqual(['returned', 'returned', 'stopped', 'alert']);
    expect(gate.tickets.notices.at(-1)).toMatchObject({ userId: 1, text: 'return-loop 759' });
  });

  test('two returns an hour apart do not add up', async () => {
    const gate = aGate();
    for (let turn = 0; turn < 3; turn += 1) {
      gate.now = NOON + turn * 60 * MINUTE;
      gate.put({ ...unsolved, movedAt: gate.now });
      await gate.sweep();
    }

    expect(gate.journal.kinds()).toEqual(['returned', 'returned', 'returned']);
  });
});

describe('a robot that closes the ticket again in the very second it was returned', () => {
  test('is answered each time, though both closings look like one move, until the loop guard stops', async () => {
    const gate = aGate();
    const returned = 1000;
    for (let turn = 0; turn < 8; turn += 1) {
      // The portal tells whole seconds: closing, return and the next closing share one.
      gate.tickets.now = NOON - returned;
      gate.put({ ...unsolved, movedBy: 0, movedAt: NOON });
      await gate.sweep();
    }

    const kinds = gate.journal.kinds();
    expect(kinds.filter((kind) => kind === 'returned').length).toBeGreaterThan(1);
    expect(kinds.filter((kind) => kind === 'stopped')).toHaveLength(1);
  });
});

describe('own moves', () => {
  test('a ready ticket on the gate stage is closed by the app and that move is not judged', async () => {
    const gate = aGate();
    gate.put({ stageId: 'C5:GATE' });

    await gate.sweep();
    const after = await gate.sweep();

    expect(gate.tickets.stageOf(TICKET)).toBe('C5:WON');
    expect(gate.tickets.stamps).toHaveLength(1);
    expect(after.found).toBe(0);
  });

  test('a trigger that moves the ticket there again in the name of the app is judged like anybody', async () => {
    const gate = aGate();
    gate.put({ stageId: 'C5:GATE' });
    await gate.sweep();
    await gate.sweep();

    gate.put({ ...unsolved, movedBy: APP_USER, movedAt: NOON + 10 * MINUTE });
    await gate.sweep();

    expect(gate.tickets.stageOf(TICKET)).toBe('C5:EXECUTING');
  });

  test('a drag by the person whose webhook it is is judged like any other', async () => {
    const gate = aGate();
    gate.put({ ...unsolved, movedBy: APP_USER });

    await gate.sweep();

    expect(gate.tickets.stageOf(TICKET)).toBe('C5:EXECUTING');
  });
});

describe('a closing that passes (step 7)', () => {
  test('gets outcome, reason, time, cycle and policy version, and a journal line with every criterion', async () => {
    const gate = aGate();
    gate.put();

    await gate.sweep();

    expect(gate.tickets.stamps[0]?.stamp).toEqual({
      outcome: 'confirmed',
      closeReason: 'solved',
      resolution: 'Выпустили новый сертификат',
      closedAt: NOON,
      cycle: 1,
      policyVersion: '2:5@3',
    });
    expect(gate.journal.lines).toMatchObject([
      { kind: 'closed', outcome: 'confirmed', to: 'C5:WON', detail: { cycle: 1 } },
    ]);
    expect(gate.tickets.moves).toEqual([]);
    expect(gate.tickets.comments).toEqual([]);
  });

  test('without a solution to quote gets the name of its reason as the resolution', async () => {
    const gate = aGate();
    gate.put({ stageId: 'C5:SPAM', record: { solution: '' } });

    await gate.sweep();

    expect(gate.tickets.stamps[0]?.stamp).toMatchObject({
      outcome: 'spam',
      resolution: 'label spam',
    });
  });

  test('by override stands in the journal with who, what and why beside its verdict', async () => {
    const gate = aGate([aPolicy({ overriders: [11] })]);
    const exceptionReason = 'The manager agreed, the client moves to another contract';
    gate.put({ record: { cause: '', exceptionReason } });

    await gate.sweep();

    expect(gate.tickets.stageOf(TICKET)).toBe('C5:WON');
    expect(gate.journal.lines).toMatchObject([
      { kind: 'closed', movedBy: 11 },
      {
        kind: 'overridden',
        movedBy: 11,
        detail: { cycle: 1, criteria: 'solution-documented', reason: exceptionReason },
      },
    ]);
  });

  test('that does not read back as written is reported to the lead', async () => {
    const gate = aGate();
    gate.put();
    gate.tickets.mismatched = ['UF_CRM_CG_OUTCOME'];

    await gate.sweep();

    expect(gate.journal.kinds()).toEqual(['closing-not-verified', 'alert']);
    expect(gate.tickets.notices).toMatchObject([{ userId: 1, text: 'closing-not-verified 759' }]);
  });
});

describe('observe mode', () => {
  test('touches nothing; the journal says what would have been returned, for whom and why', async () => {
    const gate = aGate([aPolicy({ mode: 'observe' })]);
    gate.put(unsolved);
    gate.put({ ref: { entityTypeId: 2, id: 760 } });

    await gate.sweep();

    expect(gate.tickets.moves).toEqual([]);
    expect(gate.tickets.comments).toEqual([]);
    expect(gate.tickets.notices).toEqual([]);
    expect(gate.tickets.stamps).toEqual([]);
    expect(gate.journal.lines).toMatchObject([
      { kind: 'would-return', movedBy: 11, to: 'C5:EXECUTING' },
      { kind: 'would-close' },
    ]);
  });
});

describe('facts that cannot be read', () => {
  test('decide nothing: the ticket waits and is judged when they can', async () => {
    const gate = aGate();
    gate.put({ conversation: UNREADABLE });

    await gate.sweep();
    expect(gate.tickets.stamps).toEqual([]);
    expect(gate.tickets.moves).toEqual([]);
    expect(gate.state.waiting.size).toBe(1);

    gate.put({ conversation: aConversation(NOON, null) });
    await gate.sweep();
    expect(gate.tickets.comments).toMatchObject([{ text: 'returned: question-unanswered' }]);
    expect(gate.state.waiting.size).toBe(0);
  });

  test('a ticket deleted while it waits is forgotten with a journal line', async () => {
    const gate = aGate();
    gate.put({ conversation: UNREADABLE });
    await gate.sweep();
    gate.tickets.heads.clear();

    await gate.sweep();

    expect(gate.journal.kinds()).toEqual(['vanished']);
    expect(gate.state.waiting.size).toBe(0);
  });
});

describe('a storm', () => {
  test('of forty closings is moved and explained in phases, with one notice per person', async () => {
    const gate = aGate();
    for (let id = 1; id <= 40; id += 1) {
      gate.put({ ...unsolved, ref: { entityTypeId: 2, id }, assigneeId: 11 });
    }

    await gate.sweep();

    expect(gate.tickets.reads).toEqual(['list', 'facts']);
    expect(gate.tickets.comments).toHaveLength(40);
    expect(gate.tickets.notices).toHaveLength(1);
    expect(gate.tickets.notices[0]?.text).toMatch(/^40: 1\[/);
    expect(gate.journal.lines).toHaveLength(40);
  });

  test('reads chats only for tickets that nothing else holds back', async () => {
    const gate = aGate();
    for (let id = 1; id <= 20; id += 1) {
      gate.put({ ref: { entityTypeId: 2, id }, ...(id > 3 ? unsolved : {}) });
    }

    await gate.sweep();

    expect(gate.tickets.reads).toEqual(['list', 'facts', 'chats:3']);
    expect(gate.journal.kinds().filter((kind) => kind === 'closed')).toHaveLength(3);
    expect(gate.journal.kinds().filter((kind) => kind === 'returned')).toHaveLength(17);
  });
});

describe('several pipelines', () => {
  const other = aPolicy({
    pipeline: { entityTypeId: 1034, categoryId: 12 },
    stages: { 'DT1034_12:NEW': 'work', 'DT1034_12:SUCCESS': 'closed:confirmed' },
    returnStage: 'DT1034_12:NEW',
    mode: 'observe',
  });

  test('each is judged by its own map', async () => {
    const gate = aGate([aPolicy(), other]);
    gate.put(unsolved);
    gate.put({
      ...unsolved,
      ref: { entityTypeId: 1034, id: 4 },
      categoryId: 12,
      stageId: 'DT1034_12:SUCCESS',
      previous: null,
    });

    await gate.sweep();

    expect(gate.journal.kinds().toSorted()).toEqual(['returned', 'would-return']);
  });

  test('a jump straight into a closed stage of an unmapped pipeline is judged by the pipeline it left', async () => {
    const gate = aGate();
    gate.tickets.stages.push({
      entityTypeId: 2,
      categoryId: 0,
      stageId: 'WON',
      name: 'Won',
      sort: 1,
      semantics: 'success',
    });
    gate.put({ ...unsolved, categoryId: 0, stageId: 'WON' });

    await gate.sweep();

    expect(gate.tickets.moves).toMatchObject([
      { to: { categoryId: 5, stageId: 'C5:EXECUTING' }, from: { categoryId: 0, stageId: 'WON' } },
    ]);
  });

  test('a closing in an unmapped pipeline that came from nowhere near the gate is nobody’s business', async () => {
    const gate = aGate();
    gate.tickets.stages.push({
      entityTypeId: 2,
      categoryId: 0,
      stageId: 'WON',
      name: 'Won',
      sort: 1,
      semantics: 'success',
    });
    gate.put({
      ...unsolved,
      categoryId: 0,
      stageId: 'WON',
      previous: { categoryId: 0, stageId: 'NEW' },
    });

    await gate.sweep();

    expect(gate.tickets.moves).toEqual([]);
    expect(gate.journal.lines).toEqual([]);
  });
});

describe('stage map', () => {
  test('a deleted stage raises one alert to the leads', async () => {
    const gate = aGate();
    gate.tickets.stages = gate.tickets.stages.filter(({ stageId }) => stageId !== 'C5:CHECK');

    await gate.sweep();
    gate.now += 11 * MINUTE;
    await gate.sweep();

    expect(gate.tickets.notices).toMatchObject([{ userId: 1, text: 'stage-deleted C5:CHECK' }]);
    expect(gate.journal.kinds()).toEqual(['alert']);
  });

  test('that cannot be read does not keep the gate from working', async () => {
    const gate = aGate();
    gate.put(unsolved);
    gate.tickets.listStages = () => Promise.reject(new AppError('portal-rejected', 'no stages'));

    await gate.sweep();

    expect(gate.journal.kinds()).toEqual(['returned']);
  });

  test('a renamed stage changes nothing', async () => {
    const gate = aGate();
    gate.tickets.stages = gate.tickets.stages.map((stage) => ({ ...stage, name: 'Другое имя' }));
    gate.put(unsolved);

    await gate.sweep();

    expect(gate.journal.kinds()).toEqual(['returned']);
  });
});

describe('related work (step 1)', () => {
  test('an open task is named by its number only', async () => {
    const gate = aGate();
    gate.put({ openWork: known([{ kind: 'task' as const, id: 31, title: 'Позвонить Ивановой' }]) });

    await gate.sweep();

    expect(gate.tickets.comments).toMatchObject([{ text: 'returned: open-task' }]);
    expect(JSON.stringify([gate.journal.lines, gate.logged])).not.toContain('Иванов');
  });
});

describe('rings', () => {
  test('an entry rung again while the sweep runs stays for another sweep', async () => {
    const gate = aGate();
    gate.state.inbox.set('2:759', 1);
    const read = gate.tickets.listMoved.bind(gate.tickets);
    gate.tickets.listMoved = async (queries) => {
      gate.state.inbox.set('2:759', 2);
      return read(queries);
    };

    expect(await gate.sweep()).toEqual({ found: 0, again: true });
    expect(gate.state.inbox.size).toBe(1);
  });

  test('with no policy yet the inbox is emptied and nothing is read', async () => {
    const gate = aGate([]);
    gate.state.inbox.set('2:759', 1);

    expect(await gate.sweep()).toEqual({ found: 0, again: false });
    expect(gate.tickets.reads).toEqual([]);
  });
});
