/**
 * A client that has some answers already: questions which follow from what is known beforehand travel together in one request, and
 * the readers used everywhere else then read those answers. What was not asked before is asked of the portal.
 */
import { encodeCommand } from './batch-command.ts';
import type { BatchCommand } from './batch-command.ts';
import type { BatchOptions, PortalClient } from './portal-client.ts';
import type { CommandResult } from './unwrap.ts';

type Answers = ReadonlyMap<string, CommandResult>;
type Question = Omit<BatchCommand, 'key'>;

/** Reads, or writes that may be repeated: like reads they are asked again after a lost answer. */
export interface Questions {
  readonly commands: readonly BatchCommand[];
  /** What was asked by reference, as it will be asked once the answers tell the ids. */
  readonly named?: (answers: Answers) => Iterable<readonly [key: string, as: Question]>;
}

/** Asks all in one request; each answer is told once, so that whoever asks again hears what is so by then. */
export async function askBefore(
  client: PortalClient,
  { commands, named }: Questions,
  options: Pick<BatchOptions, 'priority'>,
): Promise<PortalClient> {
  const answers = await client.batch(commands, { ...options, write: false, halt: false });
  const told = new Map<string, CommandResult>();
  const tell = (key: string, as: Question): void => {
    const answer = answers.get(key);
    if (answer) told.set(encodeCommand({ ...as, key }), answer);
  };
  for (const command of commands) tell(command.key, command);
  for (const [key, as] of named?.(answers) ?? []) tell(key, as);
  const take = (command: Question): CommandResult | undefined => {
    const text = encodeCommand({ key: '', ...command });
    const answer = told.get(text);
    told.delete(text);
    return answer;
  };
  return {
    origin: () => client.origin(),
    call: async (method, params, how) =>
      (how.write ? undefined : take({ method, params })) ?? client.call(method, params, how),
    async batch(wanted, how) {
      if (how.write) return client.batch(wanted, how);
      const known = wanted.map((command) => [command.key, take(command)] as const);
      const found = known.flatMap(([key, answer]) => (answer ? [[key, answer] as const] : []));
      const heard = new Map(found);
      const open = wanted.filter(({ key }) => !heard.has(key));
      const rest = open.length === 0 ? [] : await client.batch(open, how);
      return new Map([...heard, ...rest]);
    },
  };
}
