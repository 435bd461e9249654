import { median } from '../arithmetic.ts';
import type { Row, Section } from '../report.ts';
import { benchStartup } from '../startup.ts';
import { number } from './storm-section.ts';

export async function startupSection(redisUrl: string): Promise<Section> {
  const { cold, warm } = await benchStartup(redisUrl);
  const row = (how: string, { ours, bare }: typeof cold): Row => ({
    what: `Start-up, ${how}: process start → /readyz 200, beside bare Express`,
    figure: '',
    ours: `${number(median(ours))} ms`,
    beside: `${number(median(bare))} ms`,
    ratio: (median(ours) / median(bare)).toFixed(2),
    reached: null,
  });
  return {
    name: 'Start-up',
    rows: [row('warm', warm), row('cold', cold)],
    notes: [
      `Median of ${warm.ours.length} rounds, both through the same TypeScript loader; cold: its cache of translated files is empty. The service connects to Redis and a portal's webhook is configured; /readyz is asked every 10 ms.`,
    ],
    missed: [],
  };
}
