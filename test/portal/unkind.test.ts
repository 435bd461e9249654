/** The ticket gateway against answers that are documented but awkward: odd shapes, torn pages, closed doors. */
import { afterEach, describe, expect, test } from '@jest/globals';
import type { MovedQuery, TicketGateway, TicketHead } from '../../src/app/ports/tickets.ts';
import { connectPortal } from '../../src/bitrix24/connect-portal.ts';
import type { TicketRef } from '../../src/core/ticket.ts';
import { aPolicy } from '../support/a-policy.ts';
import { CountingBudget } from '../support/counting-budget.ts';
import { recordingLog } from '../support/recording-log.ts';
import { byCommand, startUnkindPortal } from '../support/unkind-portal.ts';
import type { CommandReply, Step, UnkindPortal } from '../support/unkind-portal.ts';

const open: UnkindPortal[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((portal) => portal.close()));
});

async function gateway(
  steps: readonly Step[],
): Promise<{ readonly tickets: TicketGateway; readonly portal: UnkindPortal }> {
  const portal = await startUnkindPortal(steps);
  open.push(portal);
  const { tickets } = connectPortal({
    webhookUrl: portal.webhookUrl,
    portalId: 'p1',
    budget: new CountingBudget(),
    log: recordingLog(),
    timeoutMs: 2000,
    retryDelayMs: 1,
  });
  return { tickets, portal };
}

const POLICY = aPolicy();
const QUERY: MovedQuery = {
  entityTypeId: 2,
  stageIds: ['C5:WON'],
  since: 0,
  alsoIds: [],
  policies: [POLICY],
};

const item = (id: number | string, more: object = {}): object => ({
  id,
  title: `T${id}`,
  categoryId: '5',
  stageId: 'C5:WON',
  movedBy: '3',
  movedTime: '2026-03-02T12:00:00+03:00',
  createdTime: '2026-03-02T09:00:00+00:00',
  assignedById: '4',
  ...more,
});

const page = (ids: readonly (number | string)[], marks: object = {}): CommandReply => ({
  value: { items: ids.map((id) => item(id)) },
  ...marks,
});

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, n) => from + n);

const startOf = (query: string): number =>
  Number(/"start":(\d+)|(?:^|&)start=(\d+)/.exec(query)?.slice(1).find(Boolean) ?? 0);

function head(id: number, more: Partial<TicketHead> = {}): TicketHead {
  const ref: TicketRef = { entityTypeId: 2, id };
  return {
    ref,
    title: `T${id}`,
    categoryId: 5,
    stageId: 'C5:WON',
    movedBy: 3,
    movedAt: 0,
    createdAt: 0,
    assigneeId: 4,
    diagnosticsCategory: '',
    previousStageId: 'C5:NEW',
    record: { ...EMPTY },
    ...more,
  };
}

const EMPTY: TicketHead['record'] = {
  checkedHow: '',
  problem: '',
  cause: '',
  solution: '',
  recommendations: '',
  diagnostics: '',
  kbNote: '',
  confirmationEvidence: '',
  resolution: '',
  mistakeMeasure: '',
  productVersion: '',
  productInstruction: '',
  holdReason: '',
  policyVersion: '',
  exceptionReason: '',
  duplicateOf: '',
  timeSpent: null,
  cycle: null,
  returns: null,
  resources: [],
  closedAt: null,
  askedAt: null,
  remindedAt: null,
  holdUntil: null,
  kbDecision: null,
  confirmation: null,
  closeReason: null,
  outcome: null,
  mistakeCause: null,
};

describe('a listing', () => {
  test('reads ids as texts, empty values of every kind and any time zone', async () => {
    const { fields, options } = POLICY;
    const odd = item('41', {
      [fields.solution]: null,
      [fields.problem]: false,
      [fields.cause]: [],
      [fields.checkedHow]: 'logs',
      [fields.timeSpent]: '15',
      [fields.resources]: false,
      [fields.kbDecision]: String(options.kbDecision['created']),
      [fields.outcome]: '999999',
      [fields.closedAt]: '2026-03-02T12:00:00+0300',
      [fields.askedAt]: '',
    });
    const { tickets } = await gateway([byCommand(() => ({ value: { items: [odd, { id: '' }] } }))]);
    const [read, ...others] = await tickets.listMoved([QUERY], 'live');
    expect(others).toEqual([]);
    expect(read).toMatchObject({
      ref: { entityTypeId: 2, id: 41 },
      categoryId: 5,
      movedBy: 3,
      movedAt: Date.UTC(2026, 2, 2, 9),
      assigneeId: 4,
      record: {
        solution: '',
        problem: '',
        cause: '',
        checkedHow: 'logs',
        timeSpent: 15,
        resources: [],
        kbDecision: 'created',
        outcome: null,
        closedAt: Date.UTC(2026, 2, 2, 9),
        askedAt: null,
      },
    });
  });

  test('torn by a move while it was read is read again', async () => {
    let round = 0;
    const { tickets } = await gateway([
      byCommand((method, query) => {
        if (method !== 'crm.item.list') return { error: 'ERROR_METHOD_NOT_FOUND' };
        const start = startOf(query);
        if (start === 0) round += 1;
        if (start === 0) return page(range(1, 50), { total: 60, next: 50 });
        // Ticket 51 left while the second page was read, and came back.
        return round === 1
          ? page(range(52, 60), { total: 59 })
          : page(range(51, 60), { total: 60 });
      }),
    ]);
    const heads = await tickets.listMoved([QUERY], 'live');
    expect(heads.map(({ ref }) => ref.id)).toEqual(range(1, 60));
    expect(round).toBe(2);
  });

  test('that repeats a ticket on the next page is not taken for complete', async () => {
    const { tickets, portal } = await gateway([
      byCommand((method, query) => {
        if (method !== 'crm.item.list') return { error: 'ERROR_METHOD_NOT_FOUND' };
        return startOf(query) === 0
          ? page(range(1, 50), { total: 52, next: 50 })
          : page([50, 52], { total: 52 });
      }),
    ]);
    await expect(tickets.listMoved([QUERY], 'live')).rejects.toMatchObject({
      code: 'portal-unreachable',
      retry: 'backoff',
      detail: 'TORN_LISTING',
    });
    expect(portal.requests).toHaveLength(6);
  });

  test('without totals follows the pages one by one', async () => {
    const { tickets } = await gateway([
      byCommand((method, query) => {
        if (method !== 'crm.item.list') return { error: 'ERROR_METHOD_NOT_FOUND' };
        const start = startOf(query);
        return start < 100 ? page(range(start + 1, start + 50), { next: start + 50 }) : page([101]);
      }),
    ]);
    const heads = await tickets.listMoved([QUERY], 'live');
    expect(heads.map(({ ref }) => ref.id)).toEqual(range(1, 101));
  });

  test('of a smart process that was deleted holds no other pipeline up', async () => {
    const { tickets } = await gateway([
      byCommand((_method, query) =>
        query.includes('entityTypeId=999')
          ? { error: 'NOT_FOUND', description: 'Smart process not found' }
          : page([1], { total: 1 }),
      ),
    ]);
    const heads = await tickets.listMoved([QUERY, { ...QUERY, entityTypeId: 999 }], 'live');
    expect(heads.map(({ ref }) => ref.id)).toEqual([1]);
  });

  test('refused for want of rights is a fault that names the way out', async () => {
    const { tickets } = await gateway([byCommand(() => ({ error: 'ACCESS_DENIED' }))]);
    await expect(tickets.listMoved([QUERY], 'live')).rejects.toMatchObject({
      code: 'portal-denied',
      retry: 'never',
    });
  });
});

const NO_ROWS: CommandReply = { value: [], total: 0 };

describe('facts', () => {
  test('told by the list need no history', async () => {
    const { tickets, portal } = await gateway([byCommand(() => NO_ROWS)]);
    const heads = [head(1, { previousStageId: 'C9:WAIT' })];
    const facts = await tickets.loadFacts(heads, { conversations: false }, 'live');
    expect(facts.get('2:1')?.previous).toEqual({ categoryId: 9, stageId: 'C9:WAIT' });
    const commands = Object.values(portal.requests[0]?.commands ?? {});
    expect(commands.filter((c) => c.startsWith('crm.stagehistory'))).toEqual([]);
  });

  test('without a readable history leave the previous stage open, nothing else', async () => {
    const { tickets } = await gateway([
      byCommand((method) => (method === 'crm.stagehistory.list' ? { error: 0 } : NO_ROWS)),
    ]);
    const facts = await tickets.loadFacts(
      [head(1, { previousStageId: null })],
      { conversations: true },
      'live',
    );
    expect(facts.get('2:1')).toEqual({
      previous: null,
      openWork: { known: true, value: [] },
      conversation: { known: true, value: { lastClientMessageAt: null, lastOurAnswerAt: null } },
    });
  });

  test('that fail for a moment are unreadable; those not granted are unavailable', async () => {
    const { tickets } = await gateway([
      byCommand((method) => {
        if (method === 'crm.activity.list') return { error: 'OPERATION_TIME_LIMIT' };
        return { error: 'insufficient_scope' };
      }),
    ]);
    const facts = await tickets.loadFacts([head(1)], { conversations: true }, 'live');
    expect(facts.get('2:1')).toMatchObject({
      openWork: { known: false, why: 'unreadable' },
      conversation: { known: false, why: 'unreadable' },
    });
  });

  test('of activities owned by a contact are asked for ticket by ticket', async () => {
    const { tickets, portal } = await gateway([
      byCommand((method, query) => {
        if (method !== 'crm.activity.list' || !query.includes('TYPE_ID]=3')) return NO_ROWS;
        const bound = query.includes('OWNER_ID]=7');
        const row = {
          ID: '70',
          OWNER_ID: '500',
          OWNER_TYPE_ID: '3',
          TYPE_ID: '3',
          COMPLETED: 'N',
          SUBJECT: 'Call',
        };
        return bound ? { value: [row], total: 1 } : NO_ROWS;
      }),
    ]);
    const facts = await tickets.loadFacts(
      range(1, 10).map((id) => head(id)),
      { conversations: false },
      'live',
    );
    expect(portal.requests).toHaveLength(2);
    const busy = range(1, 10).filter((id) => {
      const work = facts.get(`2:${id}`)?.openWork;
      return work?.known === true && work.value.length > 0;
    });
    expect(busy).toEqual([7]);
  });
});

describe('a chat closed by its number', () => {
  const history = {
    message: {
      9: { id: '9', senderid: '587', date: '2026-03-11T13:12:46+01:00', text: 'Not solved' },
      8: { id: '8', senderid: '2', date: '2026-03-11T12:00:00+01:00', text: 'Done' },
      10: { id: '10', senderid: '0', date: '2026-03-11T14:00:00+01:00', text: 'Finished' },
      11: { id: '11', senderid: '77', date: '2026-03-11T15:00:00+01:00', text: 'I am a bot' },
    },
    users: {
      587: { id: '587', connector: true, bot: false },
      2: { id: '2', connector: false, bot: false },
      77: { id: '77', connector: false, bot: true },
    },
  };

  const answers = (session: CommandReply) =>
    byCommand((method, query) => {
      if (method === 'imopenlines.crm.chat.get') return { value: [{ CHAT_ID: '17' }] };
      if (method === 'imopenlines.session.history.get') {
        return query.startsWith('SESSION_ID') ? session : { error: 'ACCESS_DENIED' };
      }
      return query.includes('IMOPENLINES_SESSION')
        ? { value: [{ ID: '1', ASSOCIATED_ENTITY_ID: '321' }] }
        : NO_ROWS;
    });

  test('is read by its session; system and bot words count for nobody', async () => {
    const { tickets, portal } = await gateway([answers({ value: history })]);
    const talks = await tickets.loadConversations([head(1)], 'live');
    expect(talks.get('2:1')).toEqual({
      known: true,
      value: {
        lastClientMessageAt: Date.UTC(2026, 2, 11, 12, 12, 46),
        lastOurAnswerAt: Date.UTC(2026, 2, 11, 11),
      },
    });
    expect(portal.requests).toHaveLength(2);
  });

  test('and by its session too is unavailable for good', async () => {
    const { tickets } = await gateway([answers({ error: 'ACCESS_DENIED' })]);
    const talks = await tickets.loadConversations([head(1)], 'live');
    expect(talks.get('2:1')).toEqual({ known: false, why: 'unavailable' });
  });

  test('is one of several: the others are read as well', async () => {
    const { tickets, portal } = await gateway([
      byCommand((method, query) => {
        if (method === 'imopenlines.crm.chat.get')
          return { value: [{ CHAT_ID: '17' }, { CHAT_ID: 18 }] };
        if (method !== 'imopenlines.session.history.get') return NO_ROWS;
        return { value: query === 'CHAT_ID=18' ? history : { message: [], users: [] } };
      }),
    ]);
    const talks = await tickets.loadConversations([head(1)], 'live');
    expect(talks.get('2:1')).toMatchObject({
      known: true,
      value: { lastClientMessageAt: Date.UTC(2026, 2, 11, 12, 12, 46) },
    });
    expect(portal.requests).toHaveLength(2);
  });
});

describe('child tickets', () => {
  const linked = (children: readonly object[]): Step =>
    byCommand((method, query) => {
      if (method === 'crm.item.fields') {
        return {
          value: { fields: query.includes('=1034') ? { id: {}, parentId2: {} } : { id: {} } },
        };
      }
      if (query.includes('@parentId2'))
        return { value: { items: children }, total: children.length };
      return method === 'crm.item.list' ? page([1], { total: 1 }) : NO_ROWS;
    });
  const both = [
    QUERY,
    {
      ...QUERY,
      entityTypeId: 1034,
      stageIds: ['DT1034_12:DONE'],
      policies: [
        aPolicy({
          pipeline: { entityTypeId: 1034, categoryId: 12 },
          stages: { 'DT1034_12:DONE': 'closed:confirmed' },
        }),
      ],
    },
  ];

  test('that are not finished are open work; their links are read beside the listing', async () => {
    const { tickets, portal } = await gateway([
      linked([
        { id: 5, title: 'Open', categoryId: 12, stageId: 'DT1034_12:NEW', parentId2: 1 },
        { id: 6, title: 'Done', categoryId: 12, stageId: 'DT1034_12:DONE', parentId2: 1 },
        { id: 7, title: 'Failed', categoryId: 13, stageId: 'DT1034_13:FAIL', parentId2: '1' },
      ]),
    ]);
    await tickets.listMoved(both, 'live');
    expect(portal.requests).toHaveLength(1);
    const facts = await tickets.loadFacts([head(1)], { conversations: false }, 'live');
    expect(facts.get('2:1')?.openWork).toEqual({
      known: true,
      value: [{ kind: 'ticket', id: 5, title: 'Open' }],
    });
    expect(portal.requests).toHaveLength(2);
  });

  test('are not asked for on a portal without such links', async () => {
    const { tickets, portal } = await gateway([
      byCommand((method) => (method === 'crm.item.list' ? page([1], { total: 1 }) : NO_ROWS)),
    ]);
    await tickets.listMoved(both, 'live');
    await tickets.loadFacts([head(1)], { conversations: false }, 'live');
    const asked = portal.requests.flatMap((request) => Object.values(request.commands));
    expect(asked.filter((command) => command.includes('parentId'))).toEqual([]);
  });

  const answering = (special: (method: string) => CommandReply | null): Step =>
    byCommand((method, query) => {
      const reply = special(method);
      if (reply) return reply;
      if (!query.includes('@parentId2')) return method === 'crm.item.list' ? page([1]) : NO_ROWS;
      const child = { id: 5, title: 'Open', categoryId: 12, stageId: 'C', parentId2: 1 };
      return query.includes('=1034')
        ? { value: { items: [child] } }
        : { error: 'INVALID_ARG_VALUE' };
    });
  const child = { known: true, value: [{ kind: 'ticket', id: 5, title: 'Open' }] };

  test('are asked for even where the fields cannot be read; a field that is refused, once', async () => {
    const { tickets, portal } = await gateway([
      answering((method) => (method === 'crm.item.fields' ? { error: 'ACCESS_DENIED' } : null)),
    ]);
    await tickets.listMoved(both, 'live');
    for (const asked of [2, 1]) {
      const facts = await tickets.loadFacts([head(1)], { conversations: false }, 'live');
      expect(facts.get('2:1')?.openWork).toEqual(child);
      const commands = Object.values(portal.requests.at(-1)?.commands ?? {});
      expect(commands.filter((command) => command.includes('parentId2'))).toHaveLength(asked);
    }
  });

  test('count where tasks cannot be read', async () => {
    const { tickets } = await gateway([
      answering((method) =>
        ['crm.activity.list', 'crm.item.fields'].includes(method)
          ? { error: 'ACCESS_DENIED' }
          : null,
      ),
    ]);
    await tickets.listMoved(both, 'live');
    const facts = await tickets.loadFacts([head(1)], { conversations: false }, 'live');
    expect(facts.get('2:1')?.openWork).toEqual(child);
  });
});
