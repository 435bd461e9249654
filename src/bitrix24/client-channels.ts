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
import { readProfile, readServerTime } from './account.ts';
import { findInChats, sendByChat } from './chat-channel.ts';
import type { Attempt } from './delivery-attempt.ts';
import { addresseeOf, findLetter, sendByMail } from './mail-channel.ts';
import type { PortalClient } from './portal-client.ts';
import { StaffNames } from './staff-names.ts';
import { COMPANY, CONTACT, readCards, readTicketClients } from './ticket-clients.ts';
import type { ClientCard } from './ticket-clients.ts';
import { addToDo, findToDo } from './to-do-channel.ts';

interface ChannelDeps {
  readonly client: PortalClient;
  readonly log: Log;
  /** The user in whose name the app writes. */
  readonly appUser: () => Promise<number>;
}

export function createClientChannels(client: PortalClient, log: Log): ClientChannels {
  let userId: number | null = null;
  const appUser = async (): Promise<number> => (userId ??= (await readProfile(client)).id);
  const deps: ChannelDeps = { client, log, appUser };
  const staff = new StaffNames(client);
  return {
    send: (message) => sendFirst(deps, message),
    findSent: (message) => findFirst(deps, message),
    contact: (head) => contactOf(client, head),
    staffName: (userId) => staff.of(userId),
  };
}

async function sendFirst(deps: ChannelDeps, out: OutgoingMessage): Promise<Delivery> {
  const reasons: string[] = [];
  for (const channel of out.channels) {
    const attempt = await TRIES[channel](deps, out);
    if (attempt.kind === 'delivered') return deliveryBy(channel, attempt.reference);
    reasons.push(`${channel}:${attempt.why}`);
    deps.log.info(
      { ticket: refKey(out.head.ref), channel, detail: attempt.why },
      'the channel does not reach the client',
    );
  }
  return { kind: 'undelivered', why: reasons.join(' ') || 'NO_CHANNEL' };
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
    const to = addresseeOf(await cardsOf(client, out.head));
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

async function cardsOf(client: PortalClient, head: TicketHead): Promise<readonly ClientCard[]> {
  const clients = await readTicketClients(client, [head.ref], 'live');
  return readCards(client, clients.get(refKey(head.ref)) ?? []);
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
async function contactOf(client: PortalClient, head: TicketHead): Promise<ClientContact> {
  const cards = await cardsOf(client, head);
  const named = (entityTypeId: number): string =>
    cards.find((card) => card.entityTypeId === entityTypeId && card.name !== '')?.name ?? '';
  return { name: named(CONTACT) || named(COMPANY), language: null };
}
