/** Memory of one process that serves ten thousand portals which do nothing. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { Section } from '../report.ts';

const FIGURE_MB = 300;
const SCRIPT = fileURLToPath(new URL('../idle-portals.ts', import.meta.url));
const figuresSchema = z.object({ before: z.number(), after: z.number(), portals: z.number() });

export async function portalsSection(redisUrl: string): Promise<Section> {
  const args = ['--expose-gc', '--import', 'tsx', SCRIPT, redisUrl];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const { before, after, portals } = figuresSchema.parse(JSON.parse(stdout));
  const reached = after <= FIGURE_MB;
  return {
    name: 'Installed portals',
    rows: [
      {
        what: `Memory of a process with ${portals} idle portals`,
        figure: `≤ ${FIGURE_MB} MB`,
        ours: `${after.toFixed(0)} MB (${before.toFixed(0)} MB before)`,
        beside: '',
        ratio: '',
        reached,
      },
    ],
    notes: ['Resident memory of a process of its own; each portal was connected once.'],
    missed: reached ? [] : [`Idle portals: ${after.toFixed(0)} MB instead of ${FIGURE_MB} MB.`],
  };
}
