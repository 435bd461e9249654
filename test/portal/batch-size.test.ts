/** How many writes travel together: pure arithmetic first, then the sender that follows it. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  batchSize,
  brokenPace,
  measuredPace,
  UNKNOWN_PACE,
} from '../../src/bitrix24/batch-size.ts';
import type { PortalClient } from '../../src/bitrix24/portal-client.ts';
import { createWriteBatches } from '../../src/bitrix24/write-batches.ts';
import { AppError } from '../../src/errors.ts';
import { recordingLog } from '../support/recording-log.ts';

describe('the batch size', () => {
  test('starts small for writes that may start robots, full for others', () => {
    expect(batchSize(UNKNOWN_PACE, true)).toBe(10);
    expect(batchSize(UNKNOWN_PACE, false)).toBe(50);
  });

  test.each([
    [10, 0.5, 50],
    [10, 4, 50],
    [10, 10, 20],
    [10, 20, 10],
    [50, 55, 18],
    [1, 45, 1],
  ])('after %i commands in %d s is %i', (commands, seconds, size) => {
    expect(batchSize(measuredPace(UNKNOWN_PACE, commands, seconds), true)).toBe(size);
  });

  test('believes a bad pace at once and a good one by halves', () => {
    const slow = measuredPace({ secondsPerCommand: 0.1 }, 10, 20);
    expect(slow).toEqual({ secondsPerCommand: 2 });
    expect(measuredPace(slow, 10, 0)).toEqual({ secondsPerCommand: 1 });
  });

  test('after a batch that broke off plans for the worst', () => {
    expect(batchSize(brokenPace(UNKNOWN_PACE, 50), true)).toBe(16);
    expect(batchSize(brokenPace({ secondsPerCommand: 5 }, 50), true)).toBe(2);
  });

  test('keeps a request that goes at the measured pace under 20 s, or sends one command', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.double({ min: 0, max: 600, noNaN: true }),
        (n, s) => {
          const pace = measuredPace(UNKNOWN_PACE, n, s);
          const size = batchSize(pace, true);
          return size === 1 || (size <= 50 && size * (s / n) <= 20 + 1e-9);
        },
      ),
    );
  });
});

describe('the sender of writes', () => {
  /** A portal on which each command takes its time; answers are not awaited for real. */
  function pretend(secondsPer: (request: number) => number | 'broken'): {
    readonly client: PortalClient;
    readonly sizes: number[];
  } {
    const sizes: number[] = [];
    const client: PortalClient = {
      origin: () => '',
      call: () => Promise.reject(new Error('not used')),
      batch(commands, options) {
        sizes.push(commands.length);
        const seconds = secondsPer(sizes.length);
        if (seconds === 'broken') {
          return Promise.reject(new AppError('portal-outcome-unknown', 'broken off'));
        }
        options.took?.(seconds * commands.length);
        const answers = commands.map(
          ({ key }) => [key, { ok: true, value: true, total: null, next: null }] as const,
        );
        return Promise.resolve(new Map(answers));
      },
    };
    return { client, sizes };
  }

  const run = (client: PortalClient, count: number) =>
    createWriteBatches(client, recordingLog()).run({
      items: Array.from({ length: count }, (_, n) => n),
      commands: (n) => [{ key: `k${n}`, method: 'crm.item.update', params: {} }],
      paceKey: 'crm.item.update',
      probe: true,
      priority: 'live',
    });

  test('fills its batches where saves are quick', async () => {
    const { client, sizes } = pretend(() => 0.05);
    await run(client, 120);
    expect(sizes).toEqual([10, 50, 50, 10]);
  });

  test('shrinks them where every save starts slow automation', async () => {
    const { client, sizes } = pretend((request) => (request === 1 ? 0.05 : 2));
    await run(client, 100);
    expect(sizes).toEqual([10, 50, 10, 10, 10, 10]);
  });

  test('goes on with smaller ones after one broke off, and tells which items are in doubt', async () => {
    const { client, sizes } = pretend((request) => (request === 2 ? 'broken' : 0.1));
    const written = await run(client, 100);
    expect(sizes.slice(0, 3)).toEqual([10, 50, 16]);
    expect(written.filter(({ answers }) => answers === null).map(({ item }) => item)).toEqual(
      Array.from({ length: 50 }, (_, n) => n + 10),
    );
    expect(written).toHaveLength(100);
  });
});
