/** What a decision needs beyond the list page: previous stage, open work, conversation, gathered in batches. */
import type { Priority } from '../app/ports/runtime.ts';
import type { FactsAsOf, MovedQuery, TicketFacts, TicketHead } from '../app/ports/tickets.ts';
import type { Conversation, Fact, OpenWork, StagePlace } from '../core/ticket.ts';
import { refKey } from '../core/ticket.ts';
import type { BatchCommand } from './batch-command.ts';
import { childQuestions, furtherPages, readChildren } from './child-tickets.ts';
import type { ChildQuestion, FinalStages, ParentLinks } from './child-tickets.ts';
import { conversationCommands, readConversations } from './conversations.ts';
import { readTasks, taskCommands, taskGroups } from './open-tasks.ts';
import { alone, groupsOf, readBatch } from './owner-groups.ts';
import type { PortalClient } from './portal-client.ts';
import { followUpHistory, historyCommand, listedPlace, readHistory } from './stage-history.ts';
import type { CommandResult } from './unwrap.ts';

export interface FactsWanted {
  readonly conversations: boolean;
  readonly finalStages?: FinalStages;
  readonly asOf?: FactsAsOf;
  readonly links: ParentLinks;
  /** Types whose items may be children, where no listing through the same gateway has told them yet. */
  readonly types?: readonly MovedQuery[];
}

export async function loadFacts(
  client: PortalClient,
  heads: readonly TicketHead[],
  what: FactsWanted,
  priority: Priority,
): Promise<ReadonlyMap<string, TicketFacts>> {
  const now = Date.now();
  const due = what.types === undefined ? [] : what.links.due(what.types, now);
  const { commands, children } = factCommands(heads, what);
  const answers = await readBatch(client, [...commands, ...due], priority);
  if (due.length > 0) what.links.learn(answers, now);
  for (const asked of children) {
    const answer = answers.get(asked.command.key);
    if (answer?.ok === false && answer.code === 'INVALID_ARG_VALUE') what.links.refuse(asked);
  }
  const asOf = what.asOf ?? 'now';
  const finals = what.finalStages ?? new Set<string>();
  const read: Read = { answers, priority, children, finals, asOf };
  const { places, work } = await readStagesAndWork(client, heads, read);
  const talks = what.conversations
    ? await readConversations(client, heads, { answers, priority, asOf })
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

/** What the first request about these tickets asks; a second one follows only where an answer leaves a doubt. */
export function factCommands(
  heads: readonly TicketHead[],
  what: Pick<FactsWanted, 'conversations' | 'links'>,
): { readonly commands: readonly BatchCommand[]; readonly children: readonly ChildQuestion[] } {
  const historyHeads = heads.filter((head) => listedPlace(head) === null);
  const children = childQuestions(what.links, heads);
  return {
    children,
    commands: [
      ...groupsOf(historyHeads, 'hist').map(historyCommand),
      ...taskGroups(heads).flatMap(taskCommands),
      ...children.map(({ command }) => command),
      ...(what.conversations ? conversationCommands(heads) : []),
    ],
  };
}

const UNREADABLE = { known: false, why: 'unreadable' } as const;

interface Read {
  readonly answers: ReadonlyMap<string, CommandResult>;
  readonly priority: Priority;
  readonly children: readonly ChildQuestion[];
  readonly finals: FinalStages;
  readonly asOf: FactsAsOf;
}

/** Reads the answers and asks again where a full page left a doubt. */
async function readStagesAndWork(
  client: PortalClient,
  heads: readonly TicketHead[],
  read: Read,
): Promise<{
  readonly places: ReadonlyMap<string, StagePlace>;
  readonly work: ReadonlyMap<string, Fact<readonly OpenWork[]>>;
}> {
  const historyHeads = heads.filter((head) => listedPlace(head) === null);
  const historyGroups = groupsOf(historyHeads, 'hist');
  const histories = historyGroups.map((group) => readHistory(group, read.answers.get(group.key)));
  const { asOf } = read;
  const tasks = taskGroups(heads).map((group) => readTasks(group, read.answers, asOf));
  const historyAgain = historyGroups.map((group) =>
    followUpHistory(group, read.answers.get(group.key)),
  );
  const tasksAgain = alone(
    tasks.flatMap(({ doubtful }) => doubtful),
    'task',
  );
  const childrenAgain = read.children.flatMap((asked) =>
    furtherPages(asked, read.answers.get(asked.command.key), read.finals),
  );
  const more = await readBatch(
    client,
    [
      ...historyAgain.flatMap(({ commands }) => commands),
      ...tasksAgain.flatMap(taskCommands),
      ...childrenAgain.map(({ command }) => command),
    ],
    read.priority,
  );
  const places = new Map(histories.flatMap((answer) => [...answer.places]));
  for (const again of historyAgain) {
    for (const [key, place] of again.places(more)) places.set(key, place);
  }
  const work = new Map(tasks.flatMap((answer) => [...answer.facts]));
  for (const group of tasksAgain) {
    for (const [key, fact] of readTasks(group, more, asOf).facts) work.set(key, fact);
  }
  for (const asked of [...read.children, ...childrenAgain]) {
    const { key } = asked.command;
    addChildren(work, asked, more.get(key) ?? read.answers.get(key), read);
  }
  return { places, work };
}

function addChildren(
  work: Map<string, Fact<readonly OpenWork[]>>,
  asked: ChildQuestion,
  result: CommandResult | undefined,
  { finals, asOf }: Pick<Read, 'finals' | 'asOf'>,
): void {
  const answer = readChildren(asked, result, finals, asOf);
  for (const head of asked.heads) {
    const key = refKey(head.ref);
    const fact = work.get(key);
    const children = answer.open.get(key) ?? [];
    // An open child holds the ticket back even where tasks cannot be read for good.
    if (answer.failed) work.set(key, UNREADABLE);
    else if (fact?.known) work.set(key, { known: true, value: [...fact.value, ...children] });
    else if (fact?.why === 'unavailable' && children.length > 0) {
      work.set(key, { known: true, value: children });
    }
  }
}
