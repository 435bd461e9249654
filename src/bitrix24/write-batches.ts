/** Sends writes in batches whose size follows the measured pace; an unknown outcome ends one batch, not the whole. */
import type { Log, Priority } from '../app/ports/runtime.ts';
import { AppError } from '../errors.ts';
import type { BatchCommand } from './batch-command.ts';
import { batchSize, brokenPace, measuredPace, UNKNOWN_PACE } from './batch-size.ts';
import type { Pace } from './batch-size.ts';
import type { PortalClient } from './portal-client.ts';
import type { CommandResult } from './unwrap.ts';

export interface Work<Item> {
  readonly items: readonly Item[];
  /** Commands of one item; they travel together. */
  readonly commands: (item: Item) => readonly BatchCommand[];
  /** Remembers the pace under this name, usually the method. */
  readonly paceKey: string;
  /** The method may start robots: feel the way with a small first batch. */
  readonly probe: boolean;
  readonly priority: Priority;
}

export interface Written<Item> {
  readonly item: Item;
  /** Answers of the item's commands by key; null when the batch broke off and nobody knows what was done. */
  readonly answers: ReadonlyMap<string, CommandResult> | null;
}

export interface WriteBatches {
  /** @throws AppError only when nothing at all was sent */
  run<Item>(work: Work<Item>): Promise<readonly Written<Item>[]>;
}

interface BatchDeps {
  readonly client: PortalClient;
  readonly log: Log;
  readonly paces: Map<string, Pace>;
}

export function createWriteBatches(client: PortalClient, log: Log): WriteBatches {
  const deps: BatchDeps = { client, log, paces: new Map() };
  return { run: (work) => runAll(deps, work) };
}

async function runAll<Item>(deps: BatchDeps, work: Work<Item>): Promise<readonly Written<Item>[]> {
  const written: Written<Item>[] = [];
  while (written.length < work.items.length) {
    const rest = work.items.slice(written.length);
    const items = rest.slice(0, itemsPerBatch(deps, work, rest));
    try {
      written.push(...(await sendSome(deps, work, items)));
    } catch (error) {
      if (written.length === 0) throw error;
      // What was written stays written: report it, and leave the rest to be read again.
      deps.log.warn({ method: work.paceKey, left: rest.length }, 'writes stopped half-way');
      return [...written, ...rest.map((item) => ({ item, answers: null }))];
    }
  }
  return written;
}

function itemsPerBatch<Item>(deps: BatchDeps, work: Work<Item>, rest: readonly Item[]): number {
  const size = batchSize(deps.paces.get(work.paceKey) ?? UNKNOWN_PACE, work.probe);
  const width = Math.max(1, ...rest.slice(0, 1).map((item) => work.commands(item).length));
  return Math.max(1, Math.floor(size / width));
}

async function sendSome<Item>(
  deps: BatchDeps,
  work: Work<Item>,
  items: readonly Item[],
): Promise<readonly Written<Item>[]> {
  const commands = items.flatMap((item) => work.commands(item));
  const before = deps.paces.get(work.paceKey) ?? UNKNOWN_PACE;
  try {
    const answers = await deps.client.batch(commands, {
      priority: work.priority,
      write: true,
      halt: false,
      gather: true,
      took: (seconds) => {
        deps.paces.set(work.paceKey, measuredPace(before, commands.length, seconds));
      },
    });
    return items.map((item) => ({ item, answers }));
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'portal-outcome-unknown') throw error;
    deps.paces.set(work.paceKey, brokenPace(before, commands.length));
    deps.log.warn(
      { method: work.paceKey, commands: commands.length, detail: error.detail },
      'a batch of writes broke off',
    );
    return items.map((item) => ({ item, answers: null }));
  }
}
