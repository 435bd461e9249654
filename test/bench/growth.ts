/** The same work at ×1, ×10 and ×100: what it costs in requests and in time. */
import { closingReport } from '../../src/core/report/closing-report.ts';
import { createConnections } from '../../src/redis/connections.ts';
import { createJournalArchive } from '../../src/redis/journal-archive.ts';
import { createJournal } from '../../src/redis/journal.ts';
import { createKeys } from '../../src/redis/keys.ts';
import { recordingLog } from '../support/recording-log.ts';
import { startTestRedis } from '../support/start-test-redis.ts';
import type { Point } from './arithmetic.ts';
import { startBenchPortal } from './bench-portal.ts';
import { closing } from './sections/report-section.ts';
import { storm } from './storm.ts';

export interface Curve {
  readonly what: string;
  readonly unit: string;
  readonly points: readonly Point[];
}

const STORMS = [20, 200, 2000] as const;
const JOURNALS = [200, 2000, 20_000] as const;
const BATCH = 200;

/** Limits off, so that work shows and not waiting. */
export async function stormCurves(): Promise<readonly Curve[]> {
  const requests: Point[] = [];
  const seconds: Point[] = [];
  for (const size of STORMS) {
    const redis = await startTestRedis();
    const portal = await startBenchPortal(redis.url, { limits: 'off', roomy: true });
    try {
      portal.hire(20, size);
      await portal.connect();
      const figures = await storm(portal, size);
      if (figures.wrong.length > 0) throw new Error(`a storm went wrong: ${figures.wrong[0]}`);
      requests.push({ size, cost: figures.requests });
      seconds.push({ size, cost: figures.seconds });
    } finally {
      await portal.close();
      await redis.remove();
    }
  }
  return [
    { what: 'requests of a storm', unit: '', points: requests },
    { what: 'sweep of changed tickets to its end, limits off', unit: 's', points: seconds },
  ];
}

export async function journalCurves(): Promise<readonly Curve[]> {
  const curves = { append: [] as Point[], verify: [] as Point[], report: [] as Point[] };
  for (const size of JOURNALS) {
    const redis = await startTestRedis();
    const log = recordingLog();
    const connections = createConnections({ url: redis.url, log });
    await connections.ready(5000);
    const keys = createKeys();
    const journal = createJournal(connections.producer, keys, log);
    const archive = createJournalArchive(connections.producer, keys, log);
    const timed = async (points: Point[], work: () => Promise<unknown>): Promise<void> => {
      const from = performance.now();
      await work();
      points.push({ size, cost: performance.now() - from });
    };
    try {
      await timed(curves.append, async () => {
        for (let at = 0; at < size; at += BATCH) {
          const count = Math.min(BATCH, size - at);
          const lines = Array.from({ length: count }, (_, n) => closing(at + n, size));
          await journal.append('bench', lines);
        }
      });
      await timed(curves.verify, () => archive.verify('bench'));
      await timed(curves.report, async () =>
        closingReport(await archive.sums('bench', '2026-01-01', '2026-12-31')),
      );
    } finally {
      await connections.close();
      await redis.remove();
    }
  }
  return [
    { what: 'appending lines to the journal', unit: 'ms', points: curves.append },
    { what: 'verifying the journal', unit: 'ms', points: curves.verify },
    { what: 'report over a year of closings', unit: 'ms', points: curves.report },
  ];
}
