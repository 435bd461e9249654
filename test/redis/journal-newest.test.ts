/** The journal from its newest line back, in parts, over a real Redis. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { recountReport } from '../../src/app/recount-report.ts';
import type { JournalKind } from '../../src/core/journal-entry.ts';
import { createConnections } from '../../src/redis/connections.ts';
import type { Connections } from '../../src/redis/connections.ts';
import { createJournalArchive } from '../../src/redis/journal-archive.ts';
import { journalKeys } from '../../src/redis/journal-keys.ts';
import { createJournal } from '../../src/redis/journal.ts';
import { createKeys } from '../../src/redis/keys.ts';
import { aJournalEntry } from '../support/a-journal-entry.ts';
import { recordingLog } from '../support/recording-log.ts';
import type { TestRedis } from '../support/start-test-redis.ts';
import { startTestRedis } from '../support/start-test-redis.ts';

const PORTAL = 'portal-1';
const keys = createKeys();
const log = recordingLog();
let server: TestRedis;
let connections: Connections;

beforeAll(async () => {
  server = await startTestRedis();
  connections = createConnections({ url: server.url, log });
  await connections.ready(20_000);
});
afterAll(async () => {
  await connections.close();
  await server.remove();
});
beforeEach(() => server.flush());

const journal = () => createJournal(connections.producer, keys, log);
const archive = () => createJournalArchive(connections.producer, keys, log);

const aLine = (id: number, kind: JournalKind, more = {}) =>
  aJournalEntry({ kind, ref: { entityTypeId: 2, id }, movedAt: id, ...more });

describe('lines from the newest back', () => {
  test.each([
    [1, 10_000],
    [7, 10_000],
    [1000, 3],
    [7, 250],
  ])('come each once and in order, %i at most from %i looked at', async (most, look) => {
    const kinds: readonly JournalKind[] = ['closed', 'returned', 'client-message'];
    const lines = Array.from({ length: 620 }, (_, n) =>
      aLine(n + 1, kinds[n % 13 === 0 ? 0 : 1 + (n % 2)] ?? 'closed', {
        // The same words as a kind's, in the details of another kind.
        detail: { kind: 'closed', channel: 'chat', reference: `m${n}` },
      }),
    );
    await journal().append(PORTAL, lines);
    const found: number[] = [];
    let [before, looked, parts] = ['', 0, 0];
    do {
      const part = await archive().newest(PORTAL, {
        kinds: ['closed'],
        fits: ({ ref }) => (ref?.id ?? 0) % 2 === 0,
        most,
        before,
        look,
      });
      found.push(...part.lines.map(({ entry }) => entry.ref?.id ?? -1));
      expect(part.lines.length).toBeLessThanOrEqual(most);
      expect(part.total).toBe(lines.length);
      looked += part.looked;
      before = part.next;
      parts += 1;
    } while (before !== '' && parts < 2000);
    const wanted = lines
      .flatMap(({ kind, ref }) => (kind === 'closed' && (ref?.id ?? 1) % 2 === 0 ? [ref?.id] : []))
      .toReversed();

    expect(found).toEqual(wanted);
    expect(looked).toBe(lines.length);
  });

  test('of an erased client name no ticket, and are still there', async () => {
    await journal().append(PORTAL, [aLine(1, 'closed'), aLine(2, 'closed')]);
    await archive().forgetTickets(PORTAL, [{ entityTypeId: 2, id: 1 }]);
    const wish = { kinds: ['closed'], fits: () => true, most: 9, before: '', look: 9 } as const;
    const { lines, next } = await archive().newest(PORTAL, wish);

    expect(lines.map(({ entry, erased }) => [entry.ref?.id ?? null, erased])).toEqual([
      [2, false],
      [null, true],
    ]);
    expect(next).toBe('');
  });
});

describe('counting again what was written before agents were counted', () => {
  test('compares those days without their agents, and still sees any other difference', async () => {
    await journal().append(PORTAL, [aLine(1, 'closed'), aLine(2, 'returned')]);
    const names = journalKeys(keys, PORTAL);
    await connections.producer.del(names.agents('2:5', '2026-11-22'));
    const days = { from: '2026-11-01', to: '2026-11-30' };
    const older = await recountReport(PORTAL, days, archive());
    await connections.producer.hincrby(names.counters('2:5', '2026-11-22'), 'refused', 1);
    const wrong = await recountReport(PORTAL, days, archive());

    expect([older.compared, older.different]).toEqual([1, []]);
    expect(wrong.different).toEqual([{ pipeline: '2:5', day: '2026-11-22' }]);
  });
});
