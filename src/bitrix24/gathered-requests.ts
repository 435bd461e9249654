/**
 * What waits for room in the request budget goes together: whoever waits has company by the time there is room, and a batch
 * counts as one request. At rest everybody goes alone and at once; the busier a portal is, the fewer requests a ticket costs.
 */
import type { Priority } from '../app/ports/runtime.ts';
import { ResultRef } from './batch-command.ts';
import type { BatchCommand, Params, ParamValue } from './batch-command.ts';
import type { CommandResult } from './unwrap.ts';

export type Answers = ReadonlyMap<string, CommandResult>;

export interface GatherDeps {
  /** Waits for room for one request. */
  readonly take: (priority: Priority) => Promise<void>;
  /** One request for which there is room. @throws AppError for all of them */
  readonly send: (commands: readonly BatchCommand[], priority: Priority) => Promise<Answers>;
  /** Commands that fit into one request. */
  readonly most: number;
}

/** What came of going together. */
export interface Together {
  readonly answers: Answers;
  /** What the portal took for these commands, as its share of the whole. */
  readonly seconds: number;
}

/** Resolves when there is room: null to go alone, else what the company has brought. */
export type Join = (
  commands: readonly BatchCommand[],
  priority: Priority,
) => Promise<Together | null>;

interface Waiter {
  readonly commands: readonly BatchCommand[];
  readonly resolve: (together: Together | null) => void;
  readonly reject: (reason: unknown) => void;
}

export function createGathering(deps: GatherDeps): Join {
  const queues = new Map<Priority, Waiter[]>();

  /** Runs while anybody waits; one waits for room on behalf of all. */
  async function letGo(priority: Priority, queue: Waiter[]): Promise<void> {
    while (queue.length > 0) {
      try {
        await deps.take(priority);
      } catch (error) {
        for (const { reject } of queue.splice(0)) reject(error);
        break;
      }
      // Not waited for: the next request leaves as soon as there is room, as it would alone.
      void depart(queue.splice(0, fitting(queue, deps.most)), priority, deps);
    }
    queues.delete(priority);
  }

  return (commands, priority) =>
    new Promise((resolve, reject) => {
      const waiter = { commands, resolve, reject };
      const queue = queues.get(priority);
      if (queue) queue.push(waiter);
      else {
        const fresh = [waiter];
        queues.set(priority, fresh);
        void letGo(priority, fresh);
      }
    });
}

/** How many of those in front fit into one request; at least the first. */
function fitting(queue: readonly Waiter[], most: number): number {
  let commands = 0;
  const over = queue.findIndex((one) => (commands += one.commands.length) > most);
  return over < 0 ? queue.length : Math.max(1, over);
}

async function depart(
  company: readonly Waiter[],
  priority: Priority,
  { send }: GatherDeps,
): Promise<void> {
  const [first, ...others] = company;
  if (first && others.length === 0) {
    first.resolve(null);
    return;
  }
  try {
    const all = company.flatMap(({ commands }, n) => renamed(commands, n));
    const startedAt = Date.now();
    const answers = await send(all, priority);
    const each = (Date.now() - startedAt) / 1000 / all.length;
    for (const [n, { commands, resolve }] of company.entries()) {
      const own = commands.flatMap(({ key }) => {
        const answer = answers.get(nameOf(key, n));
        return answer ? [[key, answer] as const] : [];
      });
      resolve({ answers: new Map(own), seconds: each * commands.length });
    }
  } catch (error) {
    for (const { reject } of company) reject(error);
  }
}

/** Keys of different askers must not meet. */
const nameOf = (key: string, asker: number): string => `g${asker}_${key}`;

function renamed(commands: readonly BatchCommand[], asker: number): readonly BatchCommand[] {
  return commands.map((command) => ({
    ...command,
    key: nameOf(command.key, asker),
    params: paramsOf(command.params, asker),
  }));
}

function paramsOf(params: Params, asker: number): Params {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, valueOf(value, asker)]),
  );
}

function valueOf(value: ParamValue, asker: number): ParamValue {
  if (value instanceof ResultRef) {
    return new ResultRef(value.path.replace('$result[', `$result[${nameOf('', asker)}`));
  }
  if (value === null || typeof value !== 'object') return value;
  if (isList(value)) return value.map((item) => valueOf(item, asker));
  return paramsOf(value, asker);
}

const isList = (value: object): value is readonly ParamValue[] => Array.isArray(value);
