import { exponent, quantile } from '../arithmetic.ts';
import { loadNow } from '../report.ts';
import type { Section } from '../report.ts';
import { benchReminders } from '../reminders.ts';
import { number } from './storm-section.ts';

const SIZES = [1000, 10_000, 100_000] as const;
const LAG_MS = 1000;

export async function remindersSection(redisUrl: string): Promise<Section> {
  const all = await benchReminders(redisUrl, SIZES);
  const last = all.at(-1);
  if (!last) throw new Error('nothing was measured');
  const p99 = quantile(last.lags, 0.99);
  const p50 = quantile(last.lags, 0.5);
  const memory = exponent(
    all.map(({ pending, bytesEach }) => ({ size: pending, cost: pending * bytesEach })),
  );
  const of = (pick: (one: (typeof all)[number]) => string): string => all.map(pick).join(', ');
  const plain = { figure: '', beside: '', ratio: '', reached: null };
  return {
    name: 'Pending reminders',
    rows: [
      {
        ...plain,
        what: `${number(last.pending)} pending reminders: Redis memory, each`,
        ours: `${number((last.bytesEach * last.pending) / 1e6)} MB, ${number(last.bytesEach)} bytes`,
      },
      {
        what: `Due reminder among ${number(last.pending)} pending: picked up after, p99 (p50)`,
        figure: `≤ ${number(LAG_MS)} ms`,
        ours: `${number(p99)} ms (${number(p50)} ms)`,
        beside: `${number(quantile(all[0]?.lags ?? [], 0.99))} ms among ${number(SIZES[0])}`,
        ratio: '',
        reached: p99 <= LAG_MS,
      },
      {
        ...plain,
        what: `Growth: memory of ${SIZES.map(number).join(', ')} reminders`,
        figure: 'exponent ≤ 1.1',
        ours: of(({ pending, bytesEach }) => `${((pending * bytesEach) / 1e6).toFixed(1)} MB`),
        ratio: `exponent ${memory.toFixed(2)}`,
        reached: memory <= 1.1,
      },
    ],
    notes: [
      `Timers as the service sets them (one delayed job per ticket and kind), due within a month, in a real redis-server with its append-only file; memory is the data set's own, without the server's. Then ${number(last.lags.length)} more fall due, one every 20 ms, and the time from the due instant to the beginning of the work is taken. p99 at each size: ${of(({ lags }) => `${number(quantile(lags, 0.99))} ms`)}; setting one took ${of(({ setMs }) => `${setMs.toFixed(2)} ms`)} with a hundred under way.`,
    ],
    missed:
      p99 > LAG_MS
        ? [
            `Due reminders among ${number(last.pending)}: p99 ${number(p99)} ms instead of ${number(LAG_MS)} ms at a load average of ${loadNow()}.`,
          ]
        : [],
  };
}
