/** One seed: stories and faults side by side, then healing, quiet, the clock moved on, and the verdict. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '../../../src/sandbox/random.ts';
import { readFacts } from './facts.ts';
import type { Heal, Leniency } from './fault.ts';
import { expect } from './ideal.ts';
import { beginStories } from './people.ts';
import type { Played } from './people.ts';
import type { Plan, PlannedFault } from './plan.ts';
import { isActing, settle } from './settle.ts';
import { differences } from './verdict.ts';
import type { WorldFacts } from './verdict.ts';
import type { World } from './world.ts';

export interface SeedResult {
  readonly seed: number;
  readonly faults: readonly string[];
  /** Empty: the end state is the ideal. */
  readonly wrong: readonly string[];
  readonly tookMs: number;
  /** What happened when. */
  readonly notes: readonly string[];
}

const UNDO_MS = 11 * 60_000;
const MAX_ROUNDS = 8;
const STILL_MS = 3000;

export async function playSeed(
  world: World,
  plan: Plan,
  signal: AbortSignal,
  onNote: (note: string) => void = () => undefined,
): Promise<SeedResult> {
  const began = performance.now();
  const notes: string[] = [];
  world.onNote = (text) => {
    const note = `${String(Math.round(performance.now() - began)).padStart(6)} ms  ${text}`;
    notes.push(note);
    onNote(note);
  };
  const result = (wrong: readonly string[]): SeedResult => ({
    seed: plan.seed,
    faults: [...new Set(plan.faults.map(({ fault }) => fault.name))],
    wrong,
    tookMs: Math.round(performance.now() - began),
    notes,
  });
  world.drawFrom(createRandom(plan.seed));
  await world.clock.advance(world.scene.untilDaytime());
  await world.queues.clearFailed();
  const over = new AbortController();
  const { played, over: storiesOver } = await beginStories(
    world,
    plan.stories,
    AbortSignal.any([signal, over.signal]),
  );
  try {
    const broken = await breakAndHeal(guarded(world, played), plan, signal);
    const wrong = await playOut(world, played, allowedBy(plan), signal);
    return result([...broken, ...wrong]);
  } catch (error) {
    return result([`the runner failed: ${error instanceof Error ? error.stack : String(error)}`]);
  } finally {
    over.abort();
    await storiesOver.catch(() => undefined);
    outOfTheWay(world, played);
  }
}

function allowedBy({ faults }: Plan): ReadonlySet<Leniency> {
  return new Set(faults.flatMap(({ fault }) => fault.allows ?? []));
}

/** Nobody's clock moves between two things that somebody does at once. */
function guarded(world: World, played: readonly Played[]): World {
  const { clock } = world;
  return {
    ...world,
    clock: {
      ...clock,
      async advance(ms) {
        const until = performance.now() + STILL_MS;
        const busy = (): boolean => played.some(isActing);
        while (busy() && performance.now() < until) await sleep(5);
        await clock.advance(ms);
        world.note(`the clock moved by ${Math.round(ms / 60_000)} minutes`);
      },
    },
  };
}

/** @returns what could not be healed */
async function breakAndHeal(
  world: World,
  { faults, wildMove }: Plan,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const wild = async (): Promise<void> => {
    if (!wildMove) return;
    await sleep(wildMove.atMs);
    await world.clock.advance(moveBy(world, wildMove.by));
  };
  const troubles = await Promise.all([
    ...faults.map((fault) => breakOne(world, fault, signal)),
    wild().then(() => []),
  ]);
  await world.revive();
  world.note('all is healed');
  return troubles.flat();
}

async function breakOne(
  world: World,
  { fault, atMs, forMs, seed }: PlannedFault,
  signal: AbortSignal,
): Promise<readonly string[]> {
  await sleep(atMs);
  if (signal.aborted) return [];
  world.note(`begins: ${fault.name}`);
  let heal: Heal = async () => undefined;
  try {
    heal = await fault.begin(world, createRandom(seed));
    await sleep(forMs);
    return [];
  } catch (error) {
    return [`the fault "${fault.name}" failed: ${String(error)}`];
  } finally {
    await heal();
    world.note(`healed: ${fault.name}`);
  }
}

const moveBy = (world: World, by: 'day' | 'minutes'): number =>
  by === 'day' ? world.scene.untilNextWorkingDay() : UNDO_MS;

/** Moves the clock on for as long as the regulation has something to say, and a day more. */
async function playOut(
  world: World,
  played: readonly Played[],
  allows: ReadonlySet<Leniency>,
  signal: AbortSignal,
): Promise<readonly string[]> {
  for (let round = 1; round <= MAX_ROUNDS; round += 1) {
    const busy = await settle(world, played, signal);
    const facts = await readFacts(world, { played, busy, final: false });
    const wrong = differences(patient(facts), allows);
    if (wrong.length > 0) return wrong.map((what) => `${what} (round ${round})`);
    const next = facts.tickets.map((ticket) => expect(ticket).next);
    const by = next.find((one) => one === 'minutes') ?? next.find((one) => one === 'day');
    if (signal.aborted) return [];
    if (by === undefined) break;
    await world.clock.advance(moveBy(world, by));
    world.note(`all is quiet, the clock moves by a ${by}`);
  }
  await world.clock.advance(moveBy(world, 'day'));
  const busy = await settle(world, played, signal);
  if (signal.aborted) return [];
  return differences(await readFacts(world, { played, busy, final: true }), allows);
}

/** Before the end people may wait for what time brings. */
function patient(facts: WorldFacts): WorldFacts {
  return { ...facts, tickets: facts.tickets.map((ticket) => ({ ...ticket, stuckAt: null })) };
}

function outOfTheWay({ sandbox: { control }, scene }: World, played: readonly Played[]): void {
  for (const { ref } of played) if (!scene.isClosed(ref)) control.deleteTicket(ref);
}
