/** Two web and two worker roles on one Redis, as a large installation runs them. */
import { createClock } from '../../src/clock.ts';
import type { ShiftableClock } from '../../src/clock.ts';
import { startService } from '../../src/compose.ts';
import type { Service, ServiceOptions } from '../../src/compose.ts';
import { freePort } from './free-port.ts';
import { recordingLog } from './recording-log.ts';

const ADMIN_TOKEN = 'who-reads-the-measures-of-this-suite';

/** The processes may ask the portal as often as they like. */
export const ROOMY = { capacity: 5000, drainPerSecond: 1000 } as const;

type Alike = Omit<ServiceOptions, 'role' | 'port' | 'opsPort' | 'adminToken' | 'clock' | 'log'>;

export interface TwoOfEach {
  /** Where the web roles answer. */
  readonly urls: readonly [string, string];
  readonly workers: readonly [Service, Service];
  /** How many sweeps each worker has run. */
  sweeps(): Promise<number[]>;
  /** All clocks show this moment, and what fell due meanwhile is done. */
  setTime(now: number): Promise<void>;
  close(): Promise<void>;
}

export async function startTwoOfEach(alike: Alike, now: number): Promise<TwoOfEach> {
  const clocks: ShiftableClock[] = [];
  const start = (role: 'web' | 'worker', opsPort?: number): Promise<Service> => {
    const clock = createClock();
    clock.setTo(now);
    clocks.push(clock);
    const ops = opsPort === undefined ? {} : { opsPort };
    const own = { role, port: 0, ...ops, adminToken: ADMIN_TOKEN, clock, log: recordingLog() };
    return startService({ ...alike, ...own });
  };
  const ports = [await freePort(), await freePort()] as const;
  const webs = await Promise.all([start('web'), start('web')]);
  const workers = await Promise.all([start('worker', ports[0]), start('worker', ports[1])]);
  const all = [...webs, ...workers];
  return {
    urls: [`http://127.0.0.1:${webs[0].port}`, `http://127.0.0.1:${webs[1].port}`],
    workers,
    sweeps: () => Promise.all(ports.map(sweepsAt)),
    async setTime(moment) {
      for (const clock of clocks) clock.setTo(moment);
      await Promise.all(all.map((one) => one.clockMoved()));
    },
    async close() {
      await Promise.all(all.map((one) => one.close(2000)));
    },
  };
}

async function sweepsAt(port: number): Promise<number> {
  const headers = { Authorization: `Bearer ${ADMIN_TOKEN}` };
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`, { headers });
  const text = await answer.text();
  return Number(/sweep_seconds_count\{[^}]*done[^}]*\} (\d+)/.exec(text)?.[1] ?? 0);
}
