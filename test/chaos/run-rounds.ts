/**
 * Rounds of the chaos run. Each: a ticket waits for its message, or for its return, the worker is killed with -9 at one point
 * of its way, another one takes over, and in the end the client has the message, or the ticket its explanation, exactly once.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Queue } from 'bullmq';
import type { ClientAnswers, PostedAnswer } from '../../src/app/ports/client.ts';
import { WEBHOOK_PORTAL } from '../../src/compose-store.ts';
import type { ServiceTuning } from '../../src/compose.ts';
import { createClientAnswers } from '../../src/redis/client-answers.ts';
import { createConnections } from '../../src/redis/connections.ts';
import { createKeys } from '../../src/redis/keys.ts';
import { createRandom } from '../../src/sandbox/random.ts';
import { recordingLog } from '../support/recording-log.ts';
import { startTestRedis } from '../support/start-test-redis.ts';
import { judge } from './judge-round.ts';
import type { Verdict } from './judge-round.ts';
import type { RoundKind } from './kill-points.ts';
import { planRounds } from './plan-rounds.ts';
import type { RoundPlan } from './plan-rounds.ts';
import { openPortalGate } from './portal-gate.ts';
import { openRedisGate } from './redis-gate.ts';
import { openScene } from './scene.ts';
import type { Channel, MessageKind, Ref, Scene } from './scene.ts';
import { becomes, hasTimer, idle, pending, SETTLE_MS } from './settling.ts';
import type { AtWork } from './settling.ts';
import { WatchPost } from './watch.ts';
import { Workers } from './worker.ts';

export interface RoundResult {
  readonly point: string;
  readonly kind: RoundKind;
  readonly channel: Channel;
  /** The worker came to the point and died there. */
  readonly reached: boolean;
  readonly verdict: Verdict;
  readonly received: readonly MessageKind[];
  readonly tookMs: number;
  /** What the workers complained of in a round that went wrong. */
  readonly log: readonly string[];
}

export interface ChaosOptions {
  readonly rounds: number;
  readonly seed: number;
  /** No round begins after this time, or once it is aborted. */
  readonly limitMs: number;
  readonly signal?: AbortSignal;
  /** Part of the names of the kill points to take; absent: all. */
  readonly only?: string | undefined;
  readonly onRound?: (result: RoundResult, index: number) => void;
}

/** The portal is done with a dead worker's request after this long; the claim settles later, as in real life. */
const LATE_MS = 3000;
const TUNING: ServiceTuning = {
  lockTtlMs: 900,
  jobs: { lockMs: 900, stalledMs: 300 },
  sweepEveryMs: 500,
  reconcileEveryMs: 1000,
  breaker: { floor: 1_000_000, perRun: 1_000_000 },
  budget: { drainPerSecond: 100_000 },
  // Well above the late portal's time, so that a stall of this machine is not taken for a duplicate.
  claimSettlesMs: 5000,
};
const REACH_MS = 30_000;
/** As the service adds the job. */
const RETRIED = { attempts: 10, backoff: { type: 'custom' }, removeOnComplete: true } as const;
const UNDO_MS = 11 * 60_000;
/** How long after the start a worker is killed at random, at most. */
const RANDOM_KILL_MS = 900;

interface Chaos extends AtWork {
  readonly workers: Workers;
  readonly post: WatchPost;
  /** Where the client page puts what clients answer. */
  readonly answers: ClientAnswers;
  readonly random: () => number;
}

export async function runRounds(options: ChaosOptions): Promise<readonly RoundResult[]> {
  const dir = await mkdtemp(join(tmpdir(), 'closegate-chaos-'));
  const redis = await startTestRedis();
  const closing: (() => Promise<unknown>)[] = [
    () => rm(dir, { recursive: true, force: true }),
    () => redis.remove(),
  ];
  try {
    const scene = await openScene(redis.url, dir);
    closing.push(() => scene.sandbox.close());
    const post = new WatchPost();
    const gate = await openPortalGate(scene.sandbox.webhookUrl, post, LATE_MS);
    closing.push(() => gate.close());
    const redisGate = await openRedisGate(redis.url, post);
    closing.push(() => redisGate.close());
    const timers = new Queue('timers', { connection: { url: redis.url }, prefix: '{cgq}' });
    const others = ['sweeps', 'client'].map(
      (name) => new Queue(name, { connection: { url: redis.url }, prefix: '{cgq}' }),
    );
    closing.push(() => Promise.all([timers, ...others].map((queue) => queue.close())));
    const { answers, close } = openAnswers(redis.url);
    closing.push(close);
    const workers = new Workers({
      webhookUrl: gate.webhookUrl,
      redisUrl: redisGate.url,
      tuning: TUNING,
      now: () => scene.now(),
    });
    closing.push(() => workers.close());
    const random = createRandom(options.seed);
    return await playRounds(
      { scene, workers, gate, post, timers, others, answers, random },
      options,
    );
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

/** The store of the web process, which nobody kills. */
function openAnswers(url: string) {
  const log = recordingLog();
  const connections = createConnections({ url, log });
  const queue = new Queue('client', { connection: { url }, prefix: '{cgq}' });
  const answers = createClientAnswers({
    redis: connections.producer,
    keys: createKeys(),
    log,
    wake: async (portalId) => void (await queue.add('answers', { portalId }, RETRIED)),
  });
  const close = () => Promise.all([queue.close(), connections.close()]);
  return { answers, close };
}

async function playRounds(
  chaos: Chaos,
  { rounds, limitMs, signal, only = '', onRound }: ChaosOptions,
): Promise<readonly RoundResult[]> {
  const plans = planRounds(rounds, only, chaos.random);
  const until = performance.now() + limitMs;
  const results: RoundResult[] = [];
  const refs: Ref[] = [];
  chaos.workers.start();
  for (const plan of plans) {
    if (performance.now() > until || signal?.aborted) break;
    const result = await playRound(chaos, plan, refs);
    results.push(result);
    onRound?.(result, results.length);
  }
  return audited(chaos, results, refs);
}

async function playRound(chaos: Chaos, plan: RoundPlan, refs: Ref[]): Promise<RoundResult> {
  const { scene, workers } = chaos;
  const { kind, channel, point } = plan;
  const began = performance.now();
  scene.keepToDaytime();
  const ref =
    kind === 'returned'
      ? scene.bareTicket(channel)
      : scene.createTicket(channel, kind === 'notice' || kind === 'reopened');
  workers.clockMoved();
  refs.push(ref);
  const result = async (verdict: Verdict, reached: boolean): Promise<RoundResult> => ({
    point: point.name,
    kind,
    channel,
    reached,
    verdict,
    received: scene.received(ref),
    tookMs: Math.round(performance.now() - began),
    log:
      verdict === 'once'
        ? []
        : [...workers.log, ...scene.comments(ref), ...(await pending(chaos, ref))],
  });
  if (!(await prepare(chaos, kind, ref))) return result('not-prepared', false);
  const reached = await killAt(chaos, plan, ref);
  workers.start();
  if (kind === 'closing' || kind === 'answered') {
    await becomes(() => scene.isClosed(ref), SETTLE_MS);
    await idle(chaos);
    scene.advance(UNDO_MS);
    workers.clockMoved();
  }
  const settled = await becomes(() => isSettled(chaos, kind, ref), SETTLE_MS);
  await idle(chaos);
  const verdict = judge(scene, kind, ref, settled);
  const told = await result(verdict, reached);
  // Out of the later rounds' way; a closed one has had its last message.
  if (!scene.isClosed(ref)) scene.drag(ref, 'PREPARATION');
  return told;
}

/** Everything before the message of the round, undisturbed. */
async function prepare(chaos: Chaos, kind: RoundKind, ref: Ref): Promise<boolean> {
  const { scene, workers } = chaos;
  if (kind === 'request' || kind === 'returned') return true;
  if (kind === 'notice' || kind === 'reopened') {
    scene.drag(ref, 'WON');
    const closed = await becomes(() => scene.field(ref, 'closedAt') !== null, SETTLE_MS);
    return kind === 'notice' ? closed : closed && (await isNotified(chaos, ref));
  }
  scene.drag(ref, 'UC_WAIT');
  if (!(await becomes(() => scene.isAsked(ref), SETTLE_MS))) return false;
  if (kind === 'reminder' || kind === 'answered') return true;
  scene.nextWorkingDay();
  workers.clockMoved();
  return becomes(() => scene.field(ref, 'remindedAt') !== null, SETTLE_MS);
}

async function isNotified(chaos: Chaos, ref: Ref): Promise<boolean> {
  const { scene, workers } = chaos;
  await idle(chaos);
  scene.advance(UNDO_MS);
  workers.clockMoved();
  const notified = await becomes(() => scene.received(ref).includes('notice'), SETTLE_MS);
  await idle(chaos);
  return notified;
}

const SAID: Partial<Record<RoundKind, Pick<PostedAnswer, 'answer' | 'comment'>>> = {
  answered: { answer: 'solved', comment: '' },
  reopened: { answer: 'not-solved', comment: 'Код снова не приходит' },
};

async function killAt({ scene, workers, post, answers, random }: Chaos, plan: RoundPlan, ref: Ref) {
  const { kind, point } = plan;
  const sprung = point.watch ? post.arm(point.watch({ kind, ticketId: ref.id })) : null;
  // Lets what the preparation started come to its end.
  await sleep(150);
  const said = SAID[kind];
  if (said) await answers.accept(WEBHOOK_PORTAL, { ref, cycle: 1, at: scene.now(), ...said });
  else if (kind === 'request') scene.drag(ref, 'UC_WAIT');
  else if (kind === 'returned') scene.drag(ref, 'WON');
  else if (kind === 'notice') scene.advance(UNDO_MS);
  else scene.nextWorkingDay();
  workers.clockMoved();
  const reached = sprung
    ? await Promise.race([sprung.then(() => true), sleep(REACH_MS).then(() => false)])
    : await sleep(random() * RANDOM_KILL_MS).then(() => true);
  await workers.kill();
  post.disarm();
  return reached;
}

async function isSettled(chaos: Chaos, kind: RoundKind, ref: Ref): Promise<boolean> {
  const { scene } = chaos;
  if (kind === 'returned') return scene.stage(ref) === 'PREPARATION' && isExplained(scene, ref);
  if (kind === 'request') return scene.isAsked(ref) && (await hasTimer(chaos, ref, 'remind'));
  if (kind === 'reminder') {
    return scene.field(ref, 'remindedAt') !== null && (await hasTimer(chaos, ref, 'close'));
  }
  if (kind === 'reopened') {
    return scene.received(ref).includes('goes-on') && (await answered(chaos, ref));
  }
  const noticed = scene.received(ref).includes('notice');
  return noticed && (kind !== 'answered' || (await answered(chaos, ref)));
}

const isExplained = (scene: Scene, ref: Ref): boolean => scene.comments(ref).length > 0;

/** Nothing of what the client said waits any more. */
async function answered({ answers }: Chaos, ref: Ref): Promise<boolean> {
  const waiting = await answers.waiting(WEBHOOK_PORTAL);
  return !waiting.some((answer) => answer.ref.id === ref.id);
}

/** What came after its round was over counts as well. */
async function audited(
  { scene, workers, gate }: Chaos,
  results: readonly RoundResult[],
  refs: readonly Ref[],
): Promise<readonly RoundResult[]> {
  await becomes(() => gate.late() === 0, SETTLE_MS);
  await sleep(2 * LATE_MS);
  await workers.kill();
  return results.map((result, index) => {
    const ref = refs[index];
    if (!ref || result.verdict !== 'once') return result;
    const verdict = judge(scene, result.kind, ref, true);
    return { ...result, verdict, received: scene.received(ref) };
  });
}
