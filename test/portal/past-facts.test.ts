/** Facts of a closing's own moment, read from the sandbox over HTTP. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { auditPast } from '../../src/app/audit-past.ts';
import type { TicketFacts } from '../../src/app/ports/tickets.ts';
import { NO_WORDS } from '../../src/core/text-quality.ts';
import type { SandboxOptions } from '../../src/sandbox/start-sandbox.ts';
import type { Connected } from '../support/connected-portal.ts';
import { closedHeads, connectSandbox, DEALS, ITEMS } from '../support/connected-portal.ts';
import { FakePolicies } from '../support/fake-state.ts';

const AGENT = 2;
const HOUR = 60 * 60_000;
const START = Date.parse('2026-03-11T12:00:00+03:00');

let portal: Connected;
afterEach(() => portal.sandbox.close());

async function connect(options: SandboxOptions = {}): Promise<Connected> {
  portal = await connectSandbox({ now: START, ...options });
  return portal;
}

type Ref = ReturnType<Connected['sandbox']['control']['createTicket']>;

/** Tells what came before the closing, closes the ticket an hour later, and goes on with what came after. */
function closedDeal(story: {
  readonly before?: (ref: Ref) => void;
  readonly after?: (ref: Ref) => void;
}): Ref {
  const { control, clock } = portal.sandbox;
  const ref = control.createTicket({ ...DEALS, title: 'Deal', assignedById: AGENT }, AGENT);
  story.before?.(ref);
  clock.advance(HOUR);
  control.moveTicket(ref, 'C5:WON', AGENT);
  clock.advance(HOUR);
  story.after?.(ref);
  return ref;
}

async function factsOf(asOf: 'now' | 'last-move'): Promise<TicketFacts | undefined> {
  const heads = await closedHeads(portal, [portal.policy]);
  const what = { conversations: true, asOf } as const;
  const facts = await portal.past.loadFacts(heads, what, 'bulk');
  return [...facts.values()][0];
}

/** In which hour of the story client and agent last wrote; null: not at all. */
function talkOf(facts: TicketFacts | undefined) {
  if (!facts?.conversation.known) return facts?.conversation;
  const hour = (at: number | null) => (at === null ? null : Math.floor((at - START) / HOUR));
  const { lastClientMessageAt, lastOurAnswerAt } = facts.conversation.value;
  return { client: hour(lastClientMessageAt), agent: hour(lastOurAnswerAt) };
}

describe('facts of the closing’s own moment', () => {
  test('a chat message after the closing leaves no question before it', async () => {
    const { control } = (await connect()).sandbox;
    closedDeal({
      before(ref) {
        control.clientWrites(ref, 'It does not open');
        portal.sandbox.clock.advance(HOUR);
        control.operatorWrites(ref, 'Mended', AGENT);
      },
      after: (ref) => control.clientWrites(ref, 'Thanks!'),
    });

    const [then, now] = [await factsOf('last-move'), await factsOf('now')];

    expect(talkOf(then)).toEqual({ client: 0, agent: 1 });
    expect(talkOf(now)).toEqual({ client: 3, agent: 1 });
  });

  test('an answer after the closing answers nothing before it', async () => {
    const { control } = (await connect()).sandbox;
    const letter = (direction: 'in' | 'out') => ({ direction, subject: 'Door', text: 'Door' });
    closedDeal({
      before: (ref) => control.addEmail(ref, letter('in'), AGENT),
      after: (ref) => control.addEmail(ref, letter('out'), AGENT),
    });

    expect(talkOf(await factsOf('last-move'))).toEqual({ client: 0, agent: null });
    expect(talkOf(await factsOf('now'))).toEqual({ client: 0, agent: 2 });
  });

  test('a chat that began after the closing tells nothing of the time before', async () => {
    const { control } = (await connect()).sandbox;
    closedDeal({ after: (ref) => control.clientWrites(ref, 'It is back') });

    expect(talkOf(await factsOf('last-move'))).toEqual({
      known: false,
      why: 'unavailable',
    });
  });

  test('only tasks that were there by then count', async () => {
    const { control } = (await connect()).sandbox;
    closedDeal({
      before: (ref) => control.addTask(ref, 'Before', AGENT),
      after: (ref) => control.addTask(ref, 'After', AGENT),
    });

    const titles = (facts: TicketFacts | undefined) =>
      facts?.openWork.known ? facts.openWork.value.map(({ title }) => title) : null;
    expect(titles(await factsOf('last-move'))).toEqual(['Before']);
    expect(titles(await factsOf('now'))).toHaveLength(2);
  });

  test('only child tickets that were there by then count', async () => {
    const { control } = (await connect()).sandbox;
    control.relateTypes(ITEMS.entityTypeId, 2);
    const add = (parent: Ref, title: string) => {
      const child = control.createTicket({ ...ITEMS, title }, AGENT);
      control.setFields(child, { parentId2: parent.id }, AGENT);
    };
    closedDeal({ before: (ref) => add(ref, 'Before'), after: (ref) => add(ref, 'After') });
    const heads = await closedHeads(portal, [portal.policy, portal.items]);

    const read = async (asOf: 'now' | 'last-move') => {
      const facts = await portal.past.loadFacts(heads, { conversations: false, asOf }, 'bulk');
      const work = [...facts.values()][0]?.openWork;
      return work?.known ? work.value.map(({ title }) => title) : null;
    };
    expect(await read('last-move')).toEqual(['Before']);
    expect((await read('now'))?.toSorted()).toEqual(['After', 'Before']);
  });
});

/** Whatever of the platform a reader may call; every other method could change something. */
const READS: ReadonlySet<string> = new Set([
  'batch',
  'crm.activity.list',
  'crm.category.list',
  'crm.item.fields',
  'crm.item.list',
  'crm.stagehistory.list',
  'crm.status.list',
  'imopenlines.crm.chat.get',
  'imopenlines.session.history.get',
  'profile',
  'server.time',
  'user.get',
]);

describe('the audit on a portal', () => {
  const audit = () =>
    auditPast(
      { days: 30, pipeline: null },
      {
        ...portal,
        portalId: 'p1',
        policies: new FakePolicies([portal.policy]),
        roleHints: [],
        words: NO_WORDS,
        pause: async () => undefined,
        progress: () => undefined,
      },
    );

  test('reads 3,000 closings in as many requests as their chats need, and writes nothing', async () => {
    const { control } = (await connect()).sandbox;
    control.bulkCreate(3000, { ...DEALS, title: 'Deal', stageId: 'C5:WON' }, AGENT);
    portal.sandbox.stats.reset();

    const result = await audit();

    // Server time, pipelines, and stages in two; the list's first page, then 59 more, 50 in a request; names.
    const around = 1 + 1 + 2 + (1 + 2) + 1;
    // A hundred tickets: two commands for each chat and 26 for the rest, 50 in a request.
    const chunks = 30 * 5;
    expect(result).toMatchObject({ ok: true, audit: { sums: { judged: 3000 } } });
    expect(portal.sandbox.stats.requests).toBe(around + chunks);
    expect(Object.keys(portal.sandbox.stats.byMethod).filter((name) => !READS.has(name))).toEqual(
      [],
    );
  });

  test('knows people by name, and goes on without the right to', async () => {
    await connect();
    closedDeal({});
    const named = await audit();
    await portal.sandbox.close();
    await connect({ scopes: ['crm', 'im', 'imopenlines', 'task', 'userfieldconfig'] });
    closedDeal({});

    const names = [named, await audit()].map((one) => one.ok && one.audit.names.get(AGENT));
    expect(names).toEqual(['Анна Орлова', undefined]);
  });
});
