/**
 * Opening a ticket's page in one request (a tab is opened dozens of times a day, and a portal allows two requests a second):
 * what the page shows first is asked beside the introduction. The readers used everywhere else then read those answers, through
 * a client that has them and asks nobody.
 */
import type { OpeningLook } from '../app/ports/frame.ts';
import type { Log } from '../app/ports/runtime.ts';
import type { MovedQuery } from '../app/ports/tickets.ts';
import type { PipelineRef } from '../core/policy.ts';
import { pipelineKey } from '../core/policy.ts';
import type { TicketRef } from '../core/ticket.ts';
import { readCalendarSettings } from './account.ts';
import { encodeCommand, ResultRef } from './batch-command.ts';
import type { BatchCommand } from './batch-command.ts';
import type { ParentLinks } from './child-tickets.ts';
import { firstPages } from './moved-tickets.ts';
import { chatCommands, chatOwnersOf } from './open-channel-chat.ts';
import type { ChatOwner } from './open-channel-chat.ts';
import { stagesCommand, stagesIn } from './pipelines.ts';
import type { PortalClient } from './portal-client.ts';
import { MAX_BATCH } from './portal-client.ts';
import { recordOf } from './read-value.ts';
import { StaffNames, staffNameCall } from './staff-names.ts';
import { DEAL } from './stage-places.ts';
import { factCommands } from './ticket-facts.ts';
import { readHead } from './ticket-fields.ts';
import { createTicketGateway } from './ticket-gateway.ts';
import type { CommandResult } from './unwrap.ts';

export interface OpeningWish {
  readonly ref: TicketRef;
  /** Finds the ticket; see app/one-ticket.ts. */
  readonly queries: readonly MovedQuery[];
  /** Whose names will be shown. */
  readonly people: readonly number[];
}

/** Beside these two a ticket's chats are looked for a moment later. */
const CONTACTS = 2;
const NAMES = 10;
const CALENDAR = { key: 'calendar', method: 'calendar.settings.get', params: {} } as const;

interface Before {
  /** Key of the crm.item.get among the commands before these. */
  readonly item: string;
  /** How many those are. */
  readonly taken: number;
}

export function openingCommands(
  { ref, queries, people }: OpeningWish,
  links: ParentLinks,
  { item, taken }: Before,
): readonly BatchCommand[] {
  const fields = links.due(queries, Date.now());
  const head = readHead(ref.entityTypeId, { id: ref.id }, []);
  const heads = head === null ? [] : [head];
  const commands = [
    ...firstPages(queries),
    ...fields,
    ...factCommands(heads, { conversations: true, links }).commands,
    ...placeholders(ref).flatMap(([owner, path]) => chatsOf(owner, `$result[${item}]${path}`)),
    ...pipelinesOf(queries).map(stagesCommand),
    CALENDAR,
    ...people.slice(0, NAMES).map((userId, index) => ({
      key: `name${index}`,
      ...staffNameCall(userId),
    })),
  ];
  // The least important stand last.
  return commands.slice(0, MAX_BATCH - taken);
}

/** A smart process is talked with through its clients, whom only the portal knows yet. */
function placeholders({ entityTypeId }: TicketRef): readonly (readonly [ChatOwner, string])[] {
  if (entityTypeId === DEAL) return [];
  const owner = (key: string, type: ChatOwner['type']): ChatOwner => ({
    key,
    type,
    ticket: '',
    id: 0,
  });
  const contacts = Array.from(
    { length: CONTACTS },
    (_, n) => [owner(`pc${n}`, 'contact'), `[item][contactIds][${n}]`] as const,
  );
  return [...contacts, [owner('po', 'company'), '[item][companyId]']];
}

function chatsOf(owner: ChatOwner, path: string): readonly BatchCommand[] {
  const [list, ...rest] = chatCommands(owner);
  if (!list) return [];
  return [{ ...list, params: { ...list.params, CRM_ENTITY: new ResultRef(path) } }, ...rest];
}

function pipelinesOf(queries: readonly MovedQuery[]): readonly PipelineRef[] {
  const all = queries.flatMap(({ policies }) => policies.map(({ pipeline }) => pipeline));
  return [...new Map(all.map((pipeline) => [pipelineKey(pipeline), pipeline])).values()];
}

interface Asked {
  readonly commands: readonly BatchCommand[];
  readonly answers: ReadonlyMap<string, CommandResult>;
  /** What crm.item.get said. */
  readonly item: unknown;
}

interface Around {
  readonly origin: string;
  readonly links: ParentLinks;
  readonly log: Log;
}

export function openingLook(wish: OpeningWish, asked: Asked, around: Around): OpeningLook {
  const told = new Map<string, CommandResult>();
  for (const command of asked.commands) {
    const answer = asked.answers.get(command.key);
    if (answer) told.set(encodeCommand(command), answer);
  }
  for (const [text, answer] of clientsChats(wish.ref, asked)) told.set(text, answer);
  const { client, leftOut } = tellingClient(told, around.origin);
  const names = new StaffNames(client);
  const gateway = createTicketGateway(client, around.log, { links: around.links });
  return {
    tickets: gateway,
    stages: pipelinesOf(wish.queries).flatMap((pipeline) => {
      const answer = asked.answers.get(stagesCommand(pipeline).key);
      return answer?.ok === true ? stagesIn(pipeline, answer.value) : [];
    }),
    staffName: (userId) => names.of(userId),
    calendarSettings: () => readCalendarSettings(client),
    leftOut,
  };
}

/** What was asked about clients unknown by then, as if it had been asked by their numbers. */
function clientsChats(
  ref: TicketRef,
  { answers, item }: Asked,
): readonly (readonly [string, CommandResult])[] {
  const row = recordOf(recordOf(item)['item']);
  const head = readHead(ref.entityTypeId, row, []);
  if (head === null || ref.entityTypeId === DEAL) return [];
  const listed: unknown = row['contactIds'];
  const contacts: readonly unknown[] = Array.isArray(listed) ? listed : [];
  return chatOwnersOf(head).flatMap((owner) => {
    const at = contacts.findIndex((id) => String(id) === String(owner.id));
    const key = owner.type === 'company' ? 'po' : `pc${at}`;
    return chatCommands(owner).flatMap((command) => {
      const answer = answers.get(key + command.key.slice(owner.key.length));
      return answer ? [[encodeCommand(command), answer] as const] : [];
    });
  });
}

const NOT_ASKED: CommandResult = { ok: false, code: 'NO_ANSWER', httpStatus: 0 };

function tellingClient(told: ReadonlyMap<string, CommandResult>, origin: string) {
  let missed = false;
  const answerTo = (command: Omit<BatchCommand, 'key'>): CommandResult => {
    const answer = told.get(encodeCommand({ key: '', ...command }));
    missed ||= answer === undefined;
    return answer ?? NOT_ASKED;
  };
  const client: PortalClient = {
    origin: () => origin,
    call: (method, params) => Promise.resolve(answerTo({ method, params })),
    batch: (commands) =>
      Promise.resolve(new Map(commands.map((command) => [command.key, answerTo(command)]))),
  };
  return { client, leftOut: () => missed };
}
