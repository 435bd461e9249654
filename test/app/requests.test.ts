/** What the portal is not asked: a large desk's every ticket has its price in requests. */
import { describe, expect, test } from '@jest/globals';
import type { TicketGateway } from '../../src/app/ports/tickets.ts';
import { isChatDue } from '../../src/app/reopenable.ts';
import type { ClientScene } from '../support/a-client-side.ts';
import { aClientScene, TICKET } from '../support/a-client-side.ts';
import { instant } from '../support/a-working-time.ts';

const TUESDAY = instant('2026-03-10 11:00');
const MINUTE = 60_000;

/** Counts the calls from here on. */
function counted({ tickets }: ClientScene, method: 'listMoved' | 'loadFacts'): () => number {
  let calls = 0;
  const own: (...args: never[]) => unknown = tickets[method].bind(tickets);
  Object.assign(tickets, {
    [method]: (...args: never[]) => {
      calls += 1;
      return own(...args);
    },
  });
  return () => calls;
}

test('a sweep reads no facts of a ticket that only came to wait for its client', async () => {
  const scene = aClientScene({}, TUESDAY);
  scene.put();
  const read = counted(scene, 'loadFacts');
  await scene.sweep();
  expect((await scene.timers.list()).map(({ kind }) => kind)).toContain('send-request');
  expect(read()).toBe(0);
});

describe('activities', () => {
  async function waiting(): Promise<ClientScene> {
    const scene = aClientScene({}, TUESDAY);
    scene.put();
    await scene.sweep();
    await scene.until(TUESDAY);
    return scene;
  }
  const ring = async (scene: ClientScene, ...keys: readonly string[]): Promise<void> => {
    for (const key of keys) scene.state.inbox.set(key, 1);
    await scene.sweep();
  };
  const reads = (scene: ClientScene): number[][] => {
    const asked: number[][] = [];
    const own = scene.incoming.arrived.bind(scene.incoming);
    scene.incoming.arrived = (ids) => {
      asked.push([...ids]);
      return own(ids);
    };
    return asked;
  };

  test('among which is no letter of a client cost no list of tickets', async () => {
    const scene = await waiting();
    const listed = counted(scene, 'listMoved');
    await ring(scene, 'activity:1');
    expect(listed()).toBe(0);
    scene.writes('Снова не открывается дверь', { source: 'activity:2' });
    await ring(scene, 'activity:2');
    expect(listed()).toBeGreaterThan(0);
  });

  test('that ring with a ticket, or in a minute without a list so far, do not hide a move', async () => {
    const scene = await waiting();
    const listed = counted(scene, 'listMoved');
    await ring(scene, 'activity:1', '2:759');
    expect(listed()).toBe(1);
    scene.now += MINUTE;
    await ring(scene, 'activity:1');
    expect(listed()).toBe(2);
  });

  test('are read once, the app’s own letters never', async () => {
    const scene = aClientScene({}, TUESDAY);
    scene.channels.reach = ['email'];
    scene.put();
    await scene.sweep();
    await scene.until(TUESDAY);
    const [letter] = scene.channels.delivered();
    const own = letter?.delivery.kind === 'delivered' ? letter.delivery.reference : '';
    const asked = reads(scene);
    expect(own).toMatch(/^activity:/);
    await ring(scene, own);
    expect(asked).toEqual([]);
    await ring(scene, own, 'activity:77');
    await ring(scene, 'activity:77', 'activity:78');
    expect(asked).toEqual([[77], [78]]);
  });
});

/** The client was asked, answered, and the ticket was closed on it; so were these others. */
async function closedAmong(others: readonly number[]): Promise<ClientScene> {
  const scene = aClientScene({}, TUESDAY);
  scene.put();
  await scene.sweep();
  await scene.until(TUESDAY);
  scene.now += 5 * MINUTE;
  await scene.answer({ answer: 'solved' });
  await scene.until(scene.now + 60 * MINUTE);
  const known = await scene.cases.find('', TICKET);
  for (const id of others) {
    if (known) await scene.cases.save('', { ...known, ref: { ...TICKET, id } });
  }
  return scene;
}

test('a letter after the closing costs a list of its client’s tickets, not of all closed ones', async () => {
  const scene = await closedAmong(Array.from({ length: 300 }, (_, n) => 1000 + n));
  const asked: number[] = [];
  const own = scene.tickets.listMoved.bind(scene.tickets);
  scene.tickets.listMoved = (queries) => {
    asked.push(...queries.flatMap(({ alsoIds }) => alsoIds));
    return own(queries);
  };
  scene.writes('Снова не открывается дверь');
  scene.state.inbox.set('activity:1', 1);
  await scene.sweep();
  expect(scene.said()).toContain('client.reply-after-closing');
  expect(new Set(asked)).toEqual(new Set([TICKET.id]));
});

test('a ticket closed too long ago to be reopened is not asked about', async () => {
  const scene = await closedAmong([]);
  scene.now += 9 * 24 * 60 * MINUTE;
  const listed = counted(scene, 'listMoved');
  await scene.scan();
  expect(listed()).toBe(0);
});

describe('the chats of many closed tickets', () => {
  const every = 15 * MINUTE;
  const closedAt = TUESDAY + 4 * MINUTE;
  const until = closedAt + 7 * 24 * 60 * MINUTE;
  /** Moments of the passes in which the chat is read; a pass may be late, and some hours have none. */
  const readAt = (count: number, isDown: (at: number) => boolean = () => false): number[] => {
    const read: number[] = [];
    let lastStep: number | null = null;
    for (let now = closedAt + MINUTE; now <= until; now += every) {
      if (isDown(now)) continue;
      if (isChatDue({ closedAt, until }, count, { now, lastStep, everyMs: every })) read.push(now);
      lastStep = Math.floor(now / every) * every;
    }
    return read;
  };

  test('are all read in every pass while they are few', () => {
    expect(readAt(250)).toHaveLength(7 * 24 * 4);
  });

  test('are read ever less often: sixty times instead of 672', () => {
    const read = readAt(20_000);
    expect(read.length).toBeLessThan(60);
    read.slice(1).forEach((at, n) => {
      const before = read[n] ?? closedAt;
      expect(at - before).toBeLessThanOrEqual((before - closedAt) / 8 + 2 * every);
    });
  });

  test('are read once more before the client’s time is over', () => {
    expect(until - (readAt(20_000).at(-1) ?? 0)).toBeLessThanOrEqual(every);
  });

  test('that fell due while nothing ran are read in the first pass after it', () => {
    const [from, to] = [closedAt + 60 * MINUTE, closedAt + 5 * 60 * MINUTE];
    const read = readAt(20_000, (at) => at > from && at < to);
    expect(read.find((at) => at >= to)).toBeLessThanOrEqual(to + every);
  });
});

test('a delivered request is said on the timeline and noted on the ticket by one write', async () => {
  const scene = aClientScene({}, TUESDAY);
  scene.put();
  await scene.sweep();
  let apart = 0;
  scene.tickets.addComments = async () => {
    apart += 1;
    return new Set<string>();
  };
  await scene.until(TUESDAY);
  expect(apart).toBe(0);
  expect(scene.writer.changes).toHaveLength(1);
  expect(scene.said().filter((text) => text.startsWith('client.asked'))).toHaveLength(1);
  expect(scene.record().confirmation).toBe('asked');
});

describe('a confirmation', () => {
  async function asked(): Promise<ClientScene> {
    const scene = aClientScene({}, TUESDAY);
    scene.put();
    await scene.sweep();
    await scene.until(TUESDAY);
    scene.now += 5 * MINUTE;
    scene.writer.changes = [];
    return scene;
  }

  test('stands on the ticket before the closing is begun: a store that is lost then costs no answer', async () => {
    const scene = await asked();
    let stood: unknown;
    const own = scene.tickets.stampTickets.bind(scene.tickets);
    scene.tickets.stampTickets = (commands) => {
      stood = scene.record().confirmation;
      return own(commands);
    };
    await scene.answer({ answer: 'solved' });
    expect(stood).toBe('confirmed');
    expect(scene.stageId()).toBe('C5:WON');
  });

  test('stands where the closing is held back, too', async () => {
    const scene = await asked();
    scene.edit({ cause: '' });
    await scene.answer({ answer: 'solved' });
    expect(scene.stageId()).toBe('C5:CHECK');
    expect(scene.record().confirmation).toBe('confirmed');
  });
});

test('a timer that writes to the client reads who that is with the ticket, the others do not', async () => {
  const scene = aClientScene({}, TUESDAY);
  scene.put();
  await scene.sweep();
  const asked: boolean[] = [];
  Object.assign(scene.tickets, {
    lookAt: async ({ queries, client }: Parameters<NonNullable<TicketGateway['lookAt']>>[0]) => {
      asked.push(client === true);
      const [head] = await scene.tickets.listMoved(queries);
      const facts = head && (await scene.tickets.loadFacts([head], { conversations: true }));
      const own = facts?.get(`2:${TICKET.id}`);
      return head && own ? { head, facts: own } : null;
    },
  });
  await scene.until(TUESDAY);
  expect(asked).toEqual([true]);
  await scene.answer({ answer: 'solved' });
  const kinds = (await scene.timers.list()).map(({ kind }) => kind);
  expect(kinds.toSorted()).toEqual(['document', 'final-notice']);
  asked.length = 0;
  await scene.until(scene.now + 60 * MINUTE);
  expect(asked).toEqual([false, true]);
});
