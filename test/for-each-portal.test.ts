import { describe, expect, test } from '@jest/globals';
import { AppError } from '../src/errors.ts';
import { forEachPortal, notTwiceAtOnce } from '../src/for-each-portal.ts';
import { createPortalLock } from '../src/redis/portal-lock.ts';
import { createConnections } from '../src/redis/connections.ts';
import { createKeys } from '../src/redis/keys.ts';
import { recordingLog } from './support/recording-log.ts';
import { describeWithRedis } from './support/redis-server.ts';

const PORTALS = Array.from({ length: 40 }, (_, n) => `portal${n}`);
const FAULT = new AppError('portal-unreachable', 'It hangs.', { retry: 'backoff' });

/** The test's own time limit is the one of a wait in vain. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise(setImmediate);
}

/** Portals that do not answer until they are let go. */
function hanging(ids: readonly string[]) {
  let release = (): void => undefined;
  const free = new Promise<void>((resolve) => {
    release = resolve;
  });
  const started: string[] = [];
  const done: string[] = [];
  let underWay = 0;
  const seen = { most: 0 };
  return {
    started,
    done,
    seen,
    release: () => release(),
    work: async (portalId: string): Promise<void> => {
      started.push(portalId);
      underWay += 1;
      seen.most = Math.max(seen.most, underWay);
      if (ids.includes(portalId)) await free;
      underWay -= 1;
      done.push(portalId);
    },
  };
}

describe('scheduled work over all portals', () => {
  test('goes on past portals that hang, more of them than places, and ends when theirs has ended, too', async () => {
    const stuck = PORTALS.slice(0, 9);
    const portals = hanging(stuck);
    let ended = false;
    const pace = { atOnce: 3, placeMs: 5, mostSlow: 20 };
    const pass = forEachPortal(PORTALS, portals.work, recordingLog(), pace).then(
      () => (ended = true),
    );

    await until(() => portals.done.length === PORTALS.length - stuck.length);
    expect(portals.done.toSorted()).toEqual(PORTALS.slice(9).toSorted());
    expect(ended).toBe(false);
    portals.release();
    await pass;
    expect(portals.done.toSorted()).toEqual(PORTALS.toSorted());
  });

  test('has no more under way than places and slow ones together, though every portal hangs', async () => {
    const portals = hanging(PORTALS);
    const pace = { atOnce: 3, placeMs: 1, mostSlow: 4 };
    const pass = forEachPortal(PORTALS, portals.work, recordingLog(), pace);

    await until(() => portals.seen.most >= 7);
    // Several times what a place is kept for.
    for (let n = 0; n < 20; n += 1) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(portals.seen.most).toBe(7);
    portals.release();
    await pass;
    expect(portals.done).toHaveLength(PORTALS.length);
  });

  test('tells of a portal that fails, at once or after its place was given up, and stops nothing', async () => {
    const log = recordingLog();
    const done: string[] = [];
    const work = async (portalId: string): Promise<void> => {
      if (portalId === 'portal0') throw FAULT;
      if (portalId === 'portal1') {
        await until(() => done.length === PORTALS.length - 2);
        throw FAULT;
      }
      done.push(portalId);
    };

    await forEachPortal(PORTALS, work, log, { atOnce: 1, placeMs: 1, mostSlow: 1 });

    expect(done).toEqual(PORTALS.slice(2));
    expect(log.lines.map(({ fields }) => fields['portalId'])).toEqual(['portal0', 'portal1']);
  });

  test('fails when every portal does, so that it is tried again', async () => {
    const work = () => Promise.reject(FAULT);

    await expect(forEachPortal(PORTALS, work, recordingLog())).rejects.toBe(FAULT);
    await expect(forEachPortal([], work, recordingLog())).resolves.toBeUndefined();
  });
});

describeWithRedis('two passes at the same time', (server) => {
  test('never work on one portal at once; another pass, and the next one, do', async () => {
    const log = recordingLog();
    const processes = [0, 1].map(() => createConnections({ url: server().url, log }));
    try {
      await Promise.all(processes.map((one) => one.ready(10_000)));
      const locks = processes.map(({ producer: redis }) =>
        createPortalLock({ redis, keys: createKeys('passes'), log }),
      );
      const stuck = hanging(['portal0']);
      const passIn = (process: number, name: string, work: (id: string) => Promise<unknown>) => {
        const lock = locks[process];
        if (lock === undefined) throw new Error('there are two processes');
        return forEachPortal(['portal0', 'portal1'], notTwiceAtOnce(name, work, lock), log);
      };
      const first = passIn(0, 'reconcile', stuck.work);
      await until(() => stuck.started.includes('portal0') && stuck.done.includes('portal1'));

      const seen: string[] = [];
      const note = (name: string) => async (id: string) => void seen.push(`${name} ${id}`);
      await passIn(0, 'reconcile', note('same process'));
      await passIn(1, 'reconcile', note('other process'));
      await passIn(1, 'digest', note('other pass'));
      stuck.release();
      await first;
      await passIn(1, 'reconcile', note('next'));

      expect(seen.toSorted()).toEqual([
        'next portal0',
        'next portal1',
        'other pass portal0',
        'other pass portal1',
        'other process portal1',
        'same process portal1',
      ]);
    } finally {
      await Promise.all(processes.map((one) => one.close()));
    }
  });
});
