/**
 * Replicas are written to after the answer, so that a failover may lose what was just accepted. What nothing makes good
 * (a lock, the mark of a message, a client's answer) is waited for before anything follows from it.
 */
import { Cluster } from 'ioredis';
import type { ChainableCommander } from 'ioredis';
import { AppError } from '../errors.ts';
import { tagOf } from './each-node.ts';
import type { Redis } from './redis-client.ts';
import { storeCall } from './store-call.ts';

/** @throws AppError store-unavailable when a replica is there and does not have it in time */
export type Witness = (key: string) => Promise<void>;

const WITNESSES = new WeakMap<Redis, Witness>();
/** Below the time that a command of this connection may take. */
const WAIT_MS = 1000;
/** A replica that is this far behind is no help in a failover. */
const LAG_SECONDS = 10;
const MARK_MS = 10_000;

/** From now on `replicated` asks this one about writes of that connection. */
export function confirmBy(redis: Redis, witness: Witness): void {
  WITNESSES.set(redis, witness);
}

/** Returns when what this process wrote to the key stands on a replica too; at once where there are none to wait for. */
export async function replicated(redis: Redis, key: string): Promise<void> {
  await WITNESSES.get(redis)?.(key);
}

interface Lane {
  /** Begins when `running` has ended. */
  next: Promise<void> | null;
  running: Promise<void>;
}

/**
 * A connection of its own, because waiting holds it up. It never sends anything twice: after a failover it must not ask the
 * new master about a write that the old one took. Who asks while a wait runs shares the next one.
 */
export function createWitness(redis: Redis): Witness {
  const lanes = new Map<string, Lane>();
  return (key) => {
    // On a single server one place is as good as another.
    const tag = redis instanceof Cluster ? tagOf(key) : 'app';
    const lane = lanes.get(tag) ?? { next: null, running: Promise.resolve() };
    if (lane.next) return lane.next;
    lanes.set(tag, lane);
    const next = lane.running
      .catch(() => undefined)
      .then(async () => {
        lane.next = null;
        lane.running = next;
        await confirm(redis, tag);
      })
      .finally(() => {
        if (lane.next === null) lanes.delete(tag);
      });
    lane.next = next;
    return next;
  };
}

/** The mark goes where the key is, after it; without a replica there is nothing to wait for. */
async function confirm(redis: Redis, tag: string): Promise<void> {
  const mark = [`cg:{${tag}}:replicated`, '1', 'PX', MARK_MS] as const;
  const [, info] = await answers(
    redis
      .pipeline()
      .set(...mark)
      .info('replication'),
  );
  if (!hasReplica(String(info))) return;
  const [, replicas] = await answers(
    redis
      .pipeline()
      .set(...mark)
      .wait(1, WAIT_MS),
  );
  if (Number(replicas) === 0) throw behind();
}

function answers(pipeline: ChainableCommander): Promise<readonly unknown[]> {
  return storeCall(async () =>
    ((await pipeline.exec()) ?? []).map(([error, answer]) => {
      if (error) throw error;
      return answer;
    }),
  );
}

/** `slave0:ip=127.0.0.1,port=6380,state=online,offset=1,lag=0` */
function hasReplica(info: string): boolean {
  return [...info.matchAll(/^slave\d+:.*state=online,.*lag=(\d+)/gm)].some(
    ([, lag]) => Number(lag) <= LAG_SECONDS,
  );
}

function behind(): AppError {
  return new AppError(
    'store-unavailable',
    'A replica of Redis does not keep up: what must not be lost waits for it; check the replica and the network between them',
    { retry: 'backoff', detail: 'replica-behind' },
  );
}
