/** A desk on a group of Redis servers: web and worker apart, a storm of premature closings, a master killed in the middle of it. */
import { tmpdir } from 'node:os';
import { expect } from '@jest/globals';
import { createClock } from '../../src/clock.ts';
import { composeTools } from '../../src/compose-tools.ts';
import { WEBHOOK_PORTAL } from '../../src/compose-store.ts';
import { startService } from '../../src/compose.ts';
import type { Service, ServiceTuning } from '../../src/compose.ts';
import { openScene } from '../chaos/scene.ts';
import type { Ref, Scene } from '../chaos/scene.ts';
import { back, bare, tally } from './bare-tickets.ts';
import { eventually } from './eventually.ts';
import { recordingLog } from './recording-log.ts';
import type { RecordingLog } from './recording-log.ts';
import type { RedisGroup, RedisProcess } from './redis-processes.ts';

const TUNING: ServiceTuning = {
  lockTtlMs: 1500,
  jobs: { lockMs: 1500, stalledMs: 500 },
  sweepEveryMs: 500,
  reconcileEveryMs: 1000,
  breaker: { floor: 1_000_000, perRun: 1_000_000 },
  budget: { capacity: 100_000, drainPerSecond: 100_000 },
  claimSettlesMs: 2000,
};
const EVENTS = ['ONCRMDEALADD', 'ONCRMDEALUPDATE', 'ONCRMACTIVITYADD'];
/** A key of the portal's: its server is the one that dies. */
export const INBOX = 'cg:{webhook}:inbox';
const ROUNDS_AFTER = 3;
/** A web process answers the portal at once, whatever becomes of Redis: far above what it needs, far below a hang. */
const NO_HANG_MS = 10_000;

export interface Desk {
  readonly scene: Scene;
  readonly group: RedisGroup;
  readonly web: Service;
  readonly logs: { readonly web: RecordingLog; readonly worker: RecordingLog };
  /** The status that an event of the portal is answered with now. */
  ring(): Promise<number>;
  /** The web process's own word about itself. */
  readiness(): Promise<unknown>;
  close(): Promise<void>;
}

export async function openDesk(group: RedisGroup): Promise<Desk> {
  const scene = await openScene(group.url, tmpdir());
  const { sandbox } = scene;
  const clock = createClock();
  clock.setTo(scene.now());
  const logs = { web: recordingLog(), worker: recordingLog() };
  const start = (role: 'web' | 'worker'): Promise<Service> =>
    startService({
      portal: {
        id: WEBHOOK_PORTAL,
        webhookUrl: sandbox.webhookUrl,
        eventTokens: [sandbox.eventToken],
      },
      redisUrl: group.url,
      role,
      port: 0,
      clock,
      log: logs[role],
      secret: 'secret of the failover run, of no use elsewhere',
      publicUrl: 'https://support.example',
      tuning: TUNING,
    });
  const [web, worker] = await Promise.all([start('web'), start('worker')]);
  const url = `http://127.0.0.1:${web.port}`;
  sandbox.subscribe({ handlerUrl: `${url}/events`, token: sandbox.eventToken, events: EVENTS });
  return {
    scene,
    group,
    web,
    logs,
    async ring() {
      const body = new URLSearchParams({
        event: 'ONCRMDEALUPDATE',
        'data[FIELDS][ID]': '1',
        'auth[application_token]': sandbox.eventToken,
      });
      const signal = AbortSignal.timeout(NO_HANG_MS);
      const response = await fetch(`${url}/events`, { method: 'POST', body, signal });
      await response.text();
      return response.status;
    },
    async readiness() {
      return (await fetch(`${url}/readyz`)).json();
    },
    async close() {
      await Promise.all([web.close(2000), worker.close(2000)]);
      await sandbox.close();
    },
  };
}

export interface StormSeen {
  /** Closings that were back when the master died. */
  readonly backWhenKilled: number;
  /** Explanations each ticket got: how many tickets got so many. */
  readonly explanations: ReadonlyMap<number, number>;
  /** What each client got, as one word: how many clients got it. */
  readonly letters: ReadonlyMap<string, number>;
  /** Events were answered with these while no server took writes, and with this in the end. */
  readonly statuses: ReadonlySet<number>;
  readonly chain: { readonly intact: boolean };
  /** The server that died. */
  readonly victim: RedisProcess;
}

export interface StormWish {
  readonly tickets: number;
  readonly waiting: number;
  /** The server that takes writes of this key dies. */
  readonly key: string;
  /** `frozen`: it keeps its connections open and says nothing. */
  readonly how?: 'killed' | 'frozen';
}

/** Half of the closings come before the server dies, half while there is none; messages to clients fall due meanwhile. */
export async function stormWithFailover(desk: Desk, wish: StormWish): Promise<StormSeen> {
  const { scene, group } = desk;
  const closing = Array.from({ length: wish.tickets }, () => bare(scene));
  const asking = Array.from({ length: wish.waiting }, () => scene.createTicket('email', false));
  const victim = await group.masterOf(wish.key);
  const half = closing.splice(wish.tickets / 2);
  const all = [...closing, ...half];
  for (const ref of closing) scene.drag(ref, 'WON');
  await eventually(
    'the first to come back',
    () => back(scene, all),
    (count) => count >= 5,
  );
  for (const ref of asking) scene.drag(ref, 'UC_WAIT');
  if (wish.how === 'frozen') victim.freeze();
  else await victim.kill();
  const backWhenKilled = back(scene, all);
  const statuses = await duringFailover(desk, half);
  await eventually(
    'every closing to come back',
    () => ({ ...state(scene, all), complaints: complaints(desk) }),
    ({ back }) => back === all.length,
    60_000,
  );
  await eventually(
    'every client to be asked',
    () => asking.filter((ref) => scene.isAsked(ref)).length,
    (n) => n === asking.length,
    60_000,
  );
  // Whole rounds after the failover: what would come twice has come by then.
  for (let round = 0; round < ROUNDS_AFTER; round += 1) {
    const last = bare(scene);
    scene.drag(last, 'WON');
    await eventually(
      'a closing after it to come back',
      () => back(scene, [last]),
      (n) => n === 1,
    );
  }
  return {
    backWhenKilled,
    explanations: tally(all.map((ref) => scene.comments(ref).length)),
    letters: tally(asking.map((ref) => scene.received(ref).join())),
    statuses,
    chain: await chainOf(group.url, scene),
    victim,
  };
}

/** Closings go on while no server takes writes; returns what the portal was answered until events are taken again. */
async function duringFailover(desk: Desk, refs: readonly Ref[]): Promise<Set<number>> {
  const statuses = new Set<number>();
  const waiting = [...refs];
  await eventually(
    'events to be taken again',
    async () => {
      for (const ref of waiting.splice(0, 5)) desk.scene.drag(ref, 'WON');
      const status = await desk.ring();
      statuses.add(status);
      return status === 200 && waiting.length === 0;
    },
    (done) => done,
    60_000,
  );
  return statuses;
}

/** Where the closings stand, for a wait in vain: returned and explained, only returned, still closed. */
function state(scene: Scene, refs: readonly Ref[]) {
  const returned = refs.filter(
    (ref) => scene.sandbox.control.ticket(ref).stageId === 'C5:PREPARATION',
  ).length;
  return { back: back(scene, refs), returned, closed: refs.length - returned };
}

/** What the worker said last. */
function complaints({ logs }: Desk): readonly string[] {
  return logs.worker.lines
    .slice(-8)
    .map(({ message, fields }) => `${message} ${JSON.stringify(fields)}`);
}

async function chainOf(
  redisUrl: string,
  { sandbox }: Scene,
): Promise<{ readonly intact: boolean }> {
  const tools = await composeTools({ webhookUrl: sandbox.webhookUrl, redisUrl, dataDir: tmpdir() });
  try {
    return await tools.archive.verify(WEBHOOK_PORTAL);
  } finally {
    await tools.close();
  }
}

/**
 * A storm of 200 in which the portal's master dies: what has to come of it, whatever kind of group
 * stands behind. Returns what an event is answered with when the dead server is back.
 */
export async function survivesItsMaster(desk: Desk): Promise<number> {
  const seen = await stormWithFailover(desk, { tickets: 200, waiting: 10, key: INBOX });

  expect(seen.backWhenKilled).toBeLessThan(200);
  expect(seen.explanations).toEqual(new Map([[1, 200]]));
  expect(seen.letters).toEqual(new Map([['request', 10]]));
  // Taken in the end; refused meanwhile, or held until the new master stood, where it stood before the answer's time was over.
  expect([...seen.statuses].filter((status) => status !== 503)).toEqual([200]);
  expect(seen.chain).toMatchObject({ intact: true });

  await comesBack(seen.victim);
  return desk.ring();
}

/** Started again, the dead server follows the one that took its place. */
export async function comesBack(server: RedisProcess): Promise<void> {
  await server.start();
  await follows(server);
}

/** It has learnt that it is the master no longer. */
export async function follows(server: RedisProcess): Promise<void> {
  await eventually(
    'the old master to follow',
    () => server.client.role(),
    ([role]) => role === 'slave',
  );
}
