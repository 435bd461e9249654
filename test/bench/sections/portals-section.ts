/** Memory of one process that serves ten thousand portals which do nothing. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { startTestRedis } from '../../support/start-test-redis.ts';
import { exponentAbove } from '../arithmetic.ts';
import type { Section } from '../report.ts';
import { number } from './storm-section.ts';

const FIGURE_MB = 300;
/** More than stay connected at a time, each: the memory of these is in every one of them. */
const SIZES = [1000, 3000, 10_000] as const;
/** Resident memory of the same process differs by so much from run to run: 1,000 portals were 35 MB in one and 10 MB in another. */
const NOISE_MB = 30;
const MOST = 1.1;
const SCRIPT = fileURLToPath(new URL('../idle-portals.ts', import.meta.url));
const figuresSchema = z.object({ before: z.number(), after: z.number(), portals: z.number() });
type Figures = z.infer<typeof figuresSchema>;

async function measured(portals: number): Promise<Figures> {
  const redis = await startTestRedis();
  try {
    const args = ['--expose-gc', '--import', 'tsx', SCRIPT, redis.url, String(portals)];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    return figuresSchema.parse(JSON.parse(stdout));
  } finally {
    await redis.remove();
  }
}

export async function portalsSection(): Promise<Section> {
  const all: Figures[] = [];
  for (const size of SIZES) all.push(await measured(size));
  const { before, after, portals } = all.at(-1) ?? { before: 0, after: Number.NaN, portals: 0 };
  const reached = after <= FIGURE_MB;
  const grown = all.map((one) => `${(one.after - one.before).toFixed(0)} MB`).join(', ');
  const slope = exponentAbove(
    NOISE_MB,
    all.map((one) => ({ size: one.portals, cost: one.after - one.before })),
  );
  return {
    name: 'Installed portals',
    rows: [
      {
        what: `Memory of a process with ${number(portals)} idle portals`,
        figure: `≤ ${FIGURE_MB} MB`,
        ours: `${after.toFixed(0)} MB`,
        beside: `${before.toFixed(0)} MB before`,
        ratio: (after / before).toFixed(2),
        reached,
      },
      {
        what: `Growth: memory of idle portals, ${SIZES.map(number).join(', ')} of them`,
        figure: `exponent ≤ ${MOST}`,
        ours: grown,
        beside: '',
        ratio: slope === null ? '' : `exponent ${slope.toFixed(2)}`,
        reached: slope === null ? null : slope <= MOST,
      },
    ],
    notes: [
      'Resident memory of a process of its own; each portal was connected once. Two hundred of them stay connected at a time, so that the growth is that of their records; the garbage of connecting lies under it.',
      `Each size is above two hundred, so that all of them hold the same number of connected portals; where one has grown by no more than ${NOISE_MB} MB, what the measurement itself differs by, no exponent is told.`,
    ],
    missed: reached ? [] : [`Idle portals: ${after.toFixed(0)} MB instead of ${FIGURE_MB} MB.`],
  };
}
