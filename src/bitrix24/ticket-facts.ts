/** What a decision needs beyond the list page: previous stage, open work, conversation, gathered in batches. */
import type { Priority } from '../app/ports/runtime.ts';
import type { TicketFacts, TicketHead } from '../app/ports/tickets.ts';
import type { Conversation, Fact, OpenWork, StagePlace } from '../core/ticket.ts';
import { refKey } from '../core/ticket.ts';
import { conversationCommands, readConversations } from './conversations.ts';
import { readTasks, taskCommands } from './open-tasks.ts';
import { alone, groupsOf, readBatch } from './owner-groups.ts';
import type { PortalClient } from './portal-client.ts';
import { historyCommand, listedPlace, readHistory } from './stage-history.ts';
import type { CommandResult } from './unwrap.ts';

export interface FactsWanted {
  readonly conversations: boolean;
}

export async function loadFacts(
  client: PortalClient,
  heads: readonly TicketHead[],
  what: FactsWanted,
  priority: Priority,
): Promise<ReadonlyMap<string, TicketFacts>> {
  const historyHeads = heads.filter((head) => listedPlace(head) === null);
  const answers = await readBatch(
    client,
    [
      ...groupsOf(historyHeads, 'hist').map(historyCommand),
      ...groupsOf(heads, 'task').flatMap(taskCommands),
      ...(what.conversations ? conversationCommands(heads) : []),
    ],
    priority,
  );
  const { places, work } = await readStagesAndTasks(client, heads, { answers, priority });
  const talks = what.conversations
    ? await readConversations(client, heads, { answers, priority })
    : new Map<string, Fact<Conversation>>();
  return new Map(
    heads.map((head) => {
      const key = refKey(head.ref);
      return [
        key,
        {
          previous: listedPlace(head) ?? places.get(key) ?? null,
          openWork: work.get(key) ?? UNREADABLE,
          conversation: talks.get(key) ?? UNREADABLE,
        },
      ];
    }),
  );
}

const UNREADABLE = { known: false, why: 'unreadable' } as const;

/** Reads both answers and asks again, ticket by ticket, where a full page left a doubt. */
async function readStagesAndTasks(
  client: PortalClient,
  heads: readonly TicketHead[],
  read: { readonly answers: ReadonlyMap<string, CommandResult>; readonly priority: Priority },
): Promise<{
  readonly places: ReadonlyMap<string, StagePlace>;
  readonly work: ReadonlyMap<string, Fact<readonly OpenWork[]>>;
}> {
  const historyHeads = heads.filter((head) => listedPlace(head) === null);
  const histories = groupsOf(historyHeads, 'hist').map((group) =>
    readHistory(group, read.answers.get(group.key)),
  );
  const tasks = groupsOf(heads, 'task').map((group) => readTasks(group, read.answers));
  const historyAgain = alone(
    histories.flatMap((answer) => answer.doubtful),
    'hist',
  );
  const tasksAgain = alone(
    tasks.flatMap((answer) => answer.doubtful),
    'task',
  );
  const more = await readBatch(
    client,
    [...historyAgain.map(historyCommand), ...tasksAgain.flatMap(taskCommands)],
    read.priority,
  );
  const places = new Map(histories.flatMap((answer) => [...answer.places]));
  for (const group of historyAgain) {
    for (const [key, place] of readHistory(group, more.get(group.key)).places)
      places.set(key, place);
  }
  const work = new Map(tasks.flatMap((answer) => [...answer.facts]));
  for (const group of tasksAgain) {
    for (const [key, fact] of readTasks(group, more).facts) work.set(key, fact);
  }
  return { places, work };
}
