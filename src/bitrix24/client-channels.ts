/** The ways to a ticket's client, tried in order (PORTAL 5.1). */
import type {
  ChannelName,
  ClientChannels,
  ClientContact,
  Delivery,
  OutgoingMessage,
} from '../app/ports/client.ts';
import type { Log } from '../app/ports/runtime.ts';
import type { TicketHead } from '../app/ports/tickets.ts';
import { refKey } from '../core/ticket.ts';
import { readProfile, readServerTime, SERVER_TIME } from './account.ts';
import { askBefore } from './asked-before.ts';
import type { Questions } from './asked-before.ts';
import { chatQuestions, findInChats, sendByChat } from './chat-channel.ts';
import type { Attempt } from './delivery-attempt.ts';
import { KnownCards } from './known-cards.ts';
import { addresseeOf, findLetter, letterQuestion, sendByMail } from './mail-channel.ts';
import type { PortalClient } from './portal-client.ts';
import { StaffNames } from './staff-names.ts';
import { COMPANY, CONTACT } from './ticket-clients.ts';
import type { ClientCard } from './ticket-clients.ts';
import { addToDo, findToDo } from './to-do-channel.ts';

interface ChannelDeps {
  readonly client: PortalClient;
  readonly log: Log;
  /** The user in whose name the app writes. */
  readonly appUser: () => Promise<number>;
  readonly cards: (head: TicketHead) => Promise<readonly ClientCard[]>;
}

/** @param known clients of tickets; shared with whoever gave it */
export function createClientChannels(
  client: PortalClient,
  log: Log,
  known = new KnownCards(),
): ClientChannels {
  let userId: number | null = null;
  const appUser = async (): Promise<number> => (userId ??= (await readProfile(client)).id);
  const cards: ChannelDeps['cards'] = (head) => known.of(client, head);
  const deps: ChannelDeps = { client, log, appUser, cards };
  const staff = new StaffNames(client);
  return {
    send: (message) => sendFirst(deps, message),
    findSent: (message) => findFirst(deps, message),
    contact: async (head) => contactOf(await cards(head)),
    staffName: (userId) => staff.of(userId),
  };
}

async function sendFirst(deps: ChannelDeps, out: OutgoingMessage): Promise<Delivery> {
  const reasons: string[] = [];
  const asked = { ...deps, client: await askedBefore(deps, out) };
  for (const channel of out.channels) {
    const attempt = await TRIES[channel](asked, out);
    if (attempt.kind === 'delivered') return deliveryBy(channel, attempt.reference);
    reasons.push(`${channel}:${attempt.why}`);
    deps.log.info(
      { ticket: refKey(out.head.ref), channel, detail: attempt.why },
      'the channel does not reach the client',
    );
  }
  return { kind: 'undelivered', why: reasons.join(' ') || 'NO_CHANNEL' };
}

/** Everything that the channels will ask of the portal before they send, in one request. */
async function askedBefore(
  { client, appUser }: ChannelDeps,
  out: OutgoingMessage,
): Promise<PortalClient> {
  const questions: Questions[] = [];
  if (out.channels.includes('chat')) {
    const { assigneeId } = out.head;
    questions.push(chatQuestions(out, assigneeId > 0 ? assigneeId : await appUser()));
  }
  if (out.channels.includes('email')) {
    questions.push({ commands: [letterQuestion(out.key), SERVER_TIME] });
  }
  const commands = questions.flatMap((one) => one.commands);
  if (commands.length === 0) return client;
  const named: Questions['named'] = (answers) =>
    questions.flatMap((one) => [...(one.named?.(answers) ?? [])]);
  return askBefore(client, { commands, named }, { priority: 'live' });
}

function deliveryBy(channel: ChannelName, reference: string): Delivery {
  return channel === 'to-do'
    ? { kind: 'to-do', reference }
    : { kind: 'delivered', channel, reference };
}

type Try = (deps: ChannelDeps, out: OutgoingMessage) => Promise<Attempt>;

const TRIES: Readonly<Record<ChannelName, Try>> = {
  async chat({ client, appUser }, out) {
    // The client knows the specialist; the app's own user stands in where he may not write.
    const senders = [...new Set([out.head.assigneeId, await appUser()])].filter((id) => id > 0);
    return sendByChat(client, out, senders);
  },
  async email(deps, out) {
    const { client, log } = deps;
    const sent = await findLetter(client, out, log);
    if (sent) return sent;
    const to = addresseeOf(await deps.cards(out.head));
    if (!to) return { kind: 'refused', why: 'NO_ADDRESS' };
    const now = await readServerTime(client);
    const responsibleId = await responsibleOf(deps, out.head);
    return sendByMail(client, out, { ...to, now, responsibleId }, log);
  },
  async 'to-do'(deps, out) {
    const { client } = deps;
    const now = await readServerTime(client);
    return addToDo(client, out, { now, responsibleId: await responsibleOf(deps, out.head) });
  },
};

async function responsibleOf({ appUser }: ChannelDeps, head: TicketHead): Promise<number> {
  return head.assigneeId > 0 ? head.assigneeId : appUser();
}

async function findFirst(deps: ChannelDeps, out: OutgoingMessage): Promise<Delivery | null> {
  for (const channel of out.channels) {
    const reference = await SEARCHES[channel](deps, out);
    if (reference !== null) return deliveryBy(channel, reference);
  }
  return null;
}

type Search = (deps: ChannelDeps, out: OutgoingMessage) => Promise<string | null>;

const SEARCHES: Readonly<Record<ChannelName, Search>> = {
  chat: ({ client, log }, out) => findInChats(client, out, log),
  email: async ({ client, log }, out) => referenceOf(await findLetter(client, out, log)),
  'to-do': async ({ client }, out) => referenceOf(await findToDo(client, out)),
};

const referenceOf = (attempt: Attempt | null): string | null =>
  attempt?.kind === 'delivered' ? attempt.reference : null;

/** The portal does not tell a client's language. */
function contactOf(cards: readonly ClientCard[]): ClientContact {
  const named = (entityTypeId: number): string =>
    cards.find((card) => card.entityTypeId === entityTypeId && card.name !== '')?.name ?? '';
  return { name: named(CONTACT) || named(COMPANY), language: null };
}
