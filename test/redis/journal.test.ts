import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { JournalLine } from '../../src/app/ports/journal.ts';
import type { JournalEntry } from '../../src/core/journal-entry.ts';
import { withAgents } from '../../src/core/report/by-agent.ts';
import { closingReport } from '../../src/core/report/closing-report.ts';
import { foldJournal } from '../../src/core/report/counters.ts';
import { createConnections } from '../../src/redis/connections.ts';
import type { Connections } from '../../src/redis/connections.ts';
import { createJournalArchive } from '../../src/redis/journal-archive.ts';
import { createJournal } from '../../src/redis/journal.ts';
import { journalKeys } from '../../src/redis/journal-keys.ts';
import { createKeys } from '../../src/redis/keys.ts';
import { aJournalEntry, anyJournalEntry } from '../support/a-journal-entry.ts';
import { recordingLog } from '../support/recording-log.ts';
import type { TestRedis } from '../support/start-test-redis.ts';
import { startTestRedis } from '../support/start-test-redis.ts';

const PORTAL = 'portal-1';
const keys = createKeys();
const STREAM = keys.portal(PORTAL, 'journal');

let server: TestRedis;
let connections: Connections;
const log = recordingLog();

beforeAll(async () => {
  server = await startTestRedis();
  connections = createConnections({ url: server.url, log });
  await connections.ready(20_000);
});

afterAll(async () => {
  await connections.close();
  await server.remove();
});

beforeEach(async () => {
  await server.flush();
});

const DAY = 24 * 60 * 60_000;
const journal = () => createJournal(connections.producer, keys, log);
const archive = () => createJournalArchive(connections.producer, keys, log);

async function allLines(): Promise<JournalLine[]> {
  const lines: JournalLine[] = [];
  for await (const line of archive().lines(PORTAL)) lines.push(line);
  return lines;
}

const closing = (id: number, more: Partial<JournalEntry> = {}): JournalEntry =>
  aJournalEntry({ kind: 'closed', ref: { entityTypeId: 2, id }, movedAt: id, ...more });

describe('the lines of one kind since a moment', () => {
  test('come newest first, from over a page of others, and reach back no further', async () => {
    const overridden = (id: number, at: number) => closing(id, { kind: 'overridden', at });
    const others = Array.from({ length: 600 }, (_, n) => closing(n, { at: 10 * DAY + n }));
    await journal().append(PORTAL, [
      overridden(1, 5 * DAY),
      overridden(2, 10 * DAY),
      ...others,
      overridden(3, 11 * DAY),
    ]);

    const since = await journal().since(PORTAL, 'overridden', 10 * DAY);
    expect(since.map(({ ref }) => ref?.id)).toEqual([3, 2]);
    expect(await journal().since(PORTAL, 'overridden', 12 * DAY)).toEqual([]);
  });
});

describe('the lines of one ticket', () => {
  const mine = { entityTypeId: 2, id: 8 };
  const names = () => journalKeys(keys, PORTAL);

  test('are all found, newest first, beneath thousands of others', async () => {
    const others = Array.from({ length: 1500 }, (_, n) => closing(100 + n));
    await journal().append(PORTAL, [closing(8, { kind: 'reopened', cycle: 2 }), closing(7)]);
    await journal().append(PORTAL, others);
    await journal().append(PORTAL, [closing(8)]);

    const kinds = async (count: number) =>
      (await journal().ofTicket(PORTAL, mine, count)).map(({ kind }) => kind);
    expect(await kinds(30)).toEqual(['closed', 'reopened']);
    expect(await kinds(1)).toEqual(['closed']);
    expect(await journal().ofTicket(PORTAL, { entityTypeId: 2, id: 99_999 }, 30)).toEqual([]);
  });

  test('are still found where an earlier version listed none', async () => {
    await journal().append(PORTAL, [closing(8, { kind: 'reopened', cycle: 2 }), closing(7)]);
    await connections.producer.del(names().lines);
    await connections.producer.hdel(names().head, 'indexedFrom');
    await journal().append(PORTAL, [closing(9), closing(8)]);

    const found = await journal().ofTicket(PORTAL, mine, 30);
    expect(found.map(({ kind }) => kind)).toEqual(['closed', 'reopened']);
  });

  test('leave the list with retention and with their client', async () => {
    const few = createJournal(connections.producer, keys, log, { days: 400, lines: 2 });
    await few.append(PORTAL, [closing(8, { kind: 'reopened', cycle: 2 })]);
    await few.append(PORTAL, [closing(8), closing(9)]);
    const kept = await few.ofTicket(PORTAL, mine, 30);
    const listed = await connections.producer.hvals(names().lines);
    await few.append(PORTAL, [closing(10)]);
    const afterwards = await connections.producer.hlen(names().lines);
    await archive().forgetTickets(PORTAL, [{ entityTypeId: 2, id: 9 }]);

    expect(kept.map(({ kind }) => kind)).toEqual(['closed']);
    expect(listed.every((ids) => !ids.includes(','))).toBe(true);
    expect(afterwards).toBe(2);
    expect(await connections.producer.hlen(names().lines)).toBe(1);
    expect(await journal().ofTicket(PORTAL, { entityTypeId: 2, id: 9 }, 30)).toEqual([]);
  });

  test('of a restless ticket are kept to the newest few hundred', async () => {
    const many = Array.from({ length: 900 }, (_, n) => closing(8, { movedAt: n + 1 }));
    await journal().append(PORTAL, many);
    const found = await journal().ofTicket(PORTAL, mine, 1000);

    expect(found.length).toBeGreaterThan(300);
    expect(found[0]?.movedAt).toBe(900);
    expect(
      await connections.producer.hstrlen(
        names().lines,
        (await connections.producer.hkeys(names().lines))[0] ?? '',
      ),
    ).toBeLessThan(9200);
  });
});

/** The stored line at this position, put back with other words at the same place as far as a stream allows. */
async function rewrite(at: number, change: (fields: string[]) => string[]): Promise<void> {
  const redis = connections.producer;
  const rows = await redis.xrange(STREAM, '-', '+');
  await redis.del(STREAM);
  for (const [index, [id, fields]] of rows.entries()) {
    await redis.xadd(STREAM, id, ...(index === at ? change([...fields]) : fields));
  }
}

describe('the journal, a chain', () => {
  test('is intact as written, from its first line to its newest', async () => {
    await journal().append(
      PORTAL,
      [1, 2, 3].map((id) => closing(id)),
    );

    const report = await archive().verify(PORTAL);

    expect(report).toMatchObject({ intact: true, linked: 3, beforeChain: 0, anchorSeq: 0 });
    expect(report.head).toEqual({ seq: 3, hash: (await allLines())[2]?.hash });
  });

  test('shows an edited line', async () => {
    await journal().append(
      PORTAL,
      [1, 2, 3].map((id) => closing(id)),
    );
    await rewrite(1, (fields) =>
      fields.map((field) => field.replace('"movedBy":7', '"movedBy":8')),
    );

    const report = await archive().verify(PORTAL);

    expect(report.problems).toEqual([{ code: 'edited', seq: 2 }]);
  });

  test('shows an edited line even when its own hash was put right', async () => {
    await journal().append(
      PORTAL,
      [1, 2, 3].map((id) => closing(id)),
    );
    const other = (await allLines())[0]?.hash ?? '';
    await rewrite(2, (fields) =>
      fields.map((field, at) => (fields[at - 1] === 'prev' ? other : field)),
    );

    const { intact, problems } = await archive().verify(PORTAL);

    expect(intact).toBe(false);
    expect(problems.map(({ code }) => code)).toContain('relinked');
  });

  test('shows a line removed in the middle and lines cut off at either end', async () => {
    const removing = async (at: number) => {
      await server.flush();
      await journal().append(
        PORTAL,
        [1, 2, 3].map((id) => closing(id)),
      );
      const rows = await connections.producer.xrange(STREAM, '-', '+');
      await connections.producer.xdel(STREAM, rows[at]?.[0] ?? '');
      return (await archive().verify(PORTAL)).problems;
    };

    expect(await removing(0)).toEqual([{ code: 'missing', seq: 1 }]);
    expect(await removing(1)).toEqual([{ code: 'missing', seq: 2 }]);
    expect(await removing(2)).toEqual([{ code: 'missing', seq: 3 }]);
  });

  test('shows two lines that changed places', async () => {
    await journal().append(
      PORTAL,
      [1, 2, 3].map((id) => closing(id)),
    );
    const redis = connections.producer;
    const rows = await redis.xrange(STREAM, '-', '+');
    const texts = [rows[0], rows[2], rows[1]].map((row) => row?.[1] ?? []);
    await redis.del(STREAM);
    for (const [at, row] of rows.entries()) await redis.xadd(STREAM, row[0], ...(texts[at] ?? []));

    const { problems } = await archive().verify(PORTAL);

    expect(problems.map(({ code }) => code)).toContain('reordered');
  });

  test('keeps one line of chain however many processes write at once', async () => {
    const others = createConnections({ url: server.url, log });
    await others.ready(20_000);
    const mine = journal();
    const theirs = createJournal(others.producer, keys, log);

    await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        (n % 2 === 0 ? mine : theirs).append(PORTAL, [closing(n * 2 + 1), closing(n * 2 + 2)]),
      ),
    );
    await others.close();

    expect(await archive().verify(PORTAL)).toMatchObject({ intact: true, linked: 80 });
    expect(
      (await allLines()).map(({ entry }) => entry.ref?.id).toSorted((a = 0, b = 0) => a - b),
    ).toEqual(Array.from({ length: 80 }, (_, n) => n + 1));
  });

  test('reads lines written before it was chained and says that nothing vouches for them', async () => {
    const old = aJournalEntry({ detail: { returns: 1 } });
    await connections.producer.xadd(STREAM, '*', 'entry', JSON.stringify(old));
    await journal().append(PORTAL, [closing(2)]);

    expect(await archive().verify(PORTAL)).toMatchObject({
      intact: true,
      beforeChain: 1,
      linked: 1,
    });
    expect((await allLines()).map(({ seq, entry }) => [seq, entry])).toEqual([
      [null, old],
      [1, closing(2)],
    ]);
  });

  test('shows a line without a link among linked ones', async () => {
    await journal().append(PORTAL, [closing(1)]);
    await connections.producer.xadd(STREAM, '*', 'entry', JSON.stringify(aJournalEntry()));

    expect((await archive().verify(PORTAL)).problems).toEqual([{ code: 'foreign', seq: 1 }]);
  });

  test('stays verifiable from the first line that retention kept', async () => {
    const short = createJournal(connections.producer, keys, log, { days: 400, lines: 5 });
    for (let id = 1; id <= 12; id += 1) await short.append(PORTAL, [closing(id)]);

    const report = await archive().verify(PORTAL);
    const kept = await allLines();

    expect(report).toMatchObject({ intact: true, linked: 5, anchorSeq: 7 });
    expect(kept.map(({ entry }) => entry.ref?.id)).toEqual([8, 9, 10, 11, 12]);
  });

  test('drops lines older than the days they are kept, with what led to their tickets', async () => {
    await journal().append(PORTAL, [closing(1, { detail: { reason: 'agreed by phone' } })]);
    const none = createJournal(connections.producer, keys, log, { days: -1, lines: 100 });
    await none.append(PORTAL, [closing(2)]);

    expect(await allLines()).toEqual([]);
    for (const name of ['sealed', 'names', 'tickets', 'times', 'lines']) {
      expect(await connections.producer.exists(keys.portal(PORTAL, `journal:${name}`))).toBe(0);
    }
    expect(await archive().verify(PORTAL)).toMatchObject({ intact: true, anchorSeq: 2 });
  });

  test('drops none because the clock of a machine runs years ahead', async () => {
    await journal().append(PORTAL, [closing(1)]);
    const { now } = Date;
    Date.now = () => now() + 1000 * DAY;
    try {
      await journal().append(PORTAL, [closing(2)]);
    } finally {
      Date.now = now;
    }

    expect((await allLines()).map(({ entry }) => entry.ref?.id)).toEqual([1, 2]);
  });
});

describe('the journal, erased', () => {
  const WORDS = 'Ivanova agreed by phone';

  test('leads from no line to the ticket of an erased client, and the chain holds', async () => {
    await journal().append(PORTAL, [
      closing(1, { kind: 'overridden', detail: { reason: WORDS, cycle: 1 } }),
      closing(2),
    ]);

    const gone = await archive().forgetTickets(PORTAL, [
      { entityTypeId: 2, id: 1 },
      { entityTypeId: 2, id: 99 },
    ]);

    const [first, second] = await allLines();
    expect(gone).toBe(1);
    expect(first?.erased).toBe(true);
    expect(first?.entry).toMatchObject({ kind: 'overridden', ref: null, detail: { cycle: 1 } });
    expect(first?.entry.detail).not.toHaveProperty('reason');
    expect(second?.entry).toEqual(closing(2));
    expect((await archive().verify(PORTAL)).intact).toBe(true);
  });

  test('holds neither the ticket nor the words in its chained part, and shows changed words', async () => {
    await journal().append(PORTAL, [
      closing(759, { kind: 'overridden', movedAt: 1, detail: { reason: WORDS } }),
    ]);
    const redis = connections.producer;
    const [row] = await redis.xrange(STREAM, '-', '+');

    expect(row?.[1].join(' ')).not.toMatch(/Ivanova|:759\b/);
    expect((await allLines())[0]?.entry.detail).toEqual({ reason: WORDS });

    const sealed = keys.portal(PORTAL, 'journal:sealed');
    const text = (await redis.hget(sealed, '1')) ?? '';
    await redis.hset(sealed, '1', text.replace('phone', 'post'));
    expect((await archive().verify(PORTAL)).problems).toEqual([{ code: 'edited', seq: 1 }]);
  });
});

describe('the report’s counters', () => {
  const DAY_FROM = '2026-11-21';
  const DAY_TO = '2026-11-26';
  const kept = async () =>
    withAgents(
      await archive().counters(PORTAL, DAY_FROM, DAY_TO),
      await archive().agents(PORTAL, DAY_FROM, DAY_TO, 'day'),
    ).map(({ pipeline, day, counts }) => [pipeline, day, Object.fromEntries(counts)]);
  const recounted = async () =>
    foldJournal((await allLines()).map(({ entry }) => entry)).map(({ pipeline, day, counts }) => [
      pipeline,
      day,
      Object.fromEntries(counts),
    ]);

  test('equal what the journal replays to, whatever was written, repeated or written at once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(anyJournalEntry, { maxLength: 6 }), { maxLength: 12 }),
        fc.array(fc.nat(11), { maxLength: 6 }),
        async (batches, repeats) => {
          await server.flush();
          // A process that died after the write does it all again.
          const again = repeats.flatMap((at) => (batches[at] ? [batches[at]] : []));
          const half = Math.ceil(batches.length / 2);
          const first = async () => {
            for (const batch of batches.slice(0, half)) await journal().append(PORTAL, batch);
          };
          const second = async () => {
            for (const batch of [...batches.slice(half), ...again]) {
              await journal().append(PORTAL, batch);
            }
          };
          await Promise.all([first(), second()]);

          expect(await kept()).toEqual(await recounted());
          expect((await archive().verify(PORTAL)).intact).toBe(true);
          // Whole months read at once say what their days say.
          const months = await archive().sums(PORTAL, '2026-11-01', '2026-12-01');
          const days = await archive().counters(PORTAL, '2026-11-01', '2026-12-01');
          expect(months.length).toBeLessThanOrEqual(days.length);
          expect(closingReport(months)).toEqual(closingReport(days));
        },
      ),
      { numRuns: 40 },
    );
  });

  test('count a closing once although a crash wrote its line again', async () => {
    await journal().append(PORTAL, [closing(1)]);
    await journal().append(PORTAL, [closing(1, { at: closing(1).at + 5000 }), closing(2)]);
    await journal().append(PORTAL, [closing(3), closing(3)]);

    expect((await allLines()).map(({ entry }) => entry.ref?.id)).toEqual([1, 2, 3]);
    expect((await kept()).map(([, , counts]) => counts)).toEqual([
      expect.objectContaining({ 'kind:closed': 3 }),
    ]);
  });

  test('cover the days asked for, both ends included', async () => {
    const local = (day: string) => ({ local: `${day}T00:30:00+03:00` });
    await journal().append(PORTAL, [
      closing(1, local('2026-10-31')),
      closing(2, local('2026-11-01')),
      closing(3, local('2026-11-30')),
      closing(4, local('2026-12-01')),
    ]);

    const days = await archive().counters(PORTAL, '2026-11-01', '2026-11-30');

    expect(days.map(({ day }) => day)).toEqual(['2026-11-01', '2026-11-30']);
  });
});
