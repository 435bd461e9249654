/** The portal as the client's side sees it, in memory: channels to the client, ticket writes, what clients wrote. */
import type {
  ChannelName,
  ClientChannels,
  Delivery,
  IncomingMessage,
  OutgoingMessage,
  TicketChange,
  TicketWriter,
} from '../../src/app/ports/client.ts';
import type { IncomingMessages } from '../../src/app/ports/incoming.ts';
import type { TicketHead, WriteOutcome } from '../../src/app/ports/tickets.ts';
import type { Language } from '../../src/app/ports/texts.ts';
import type { Instant, TicketRef } from '../../src/core/ticket.ts';
import { refKey } from '../../src/core/ticket.ts';
import { AppError } from '../../src/errors.ts';
import { APP_USER } from './fake-tickets.ts';
import type { FakeTickets } from './fake-tickets.ts';

export interface SentMessage {
  readonly key: string;
  readonly marker: string;
  readonly plain: string;
  readonly at: Instant;
  readonly delivery: Delivery;
}

const died = (step: string) =>
  new AppError('portal-unreachable', `stopped ${step}`, { retry: 'backoff' });

export class FakeChannels implements ClientChannels {
  sent: SentMessage[] = [];
  /** The channels of each try. */
  offered: (readonly ChannelName[])[] = [];
  /** The ways that work, in the order the app tries them. */
  reach: readonly ('chat' | 'email' | 'to-do')[] = ['chat', 'email', 'to-do'];
  language: Language | null = null;
  /** `after-send`: the message left, the process died before it knew. */
  dieAt: 'before-send' | 'after-send' | null = null;
  readonly now: () => Instant;

  constructor(now: () => Instant) {
    this.now = now;
  }

  async send(message: OutgoingMessage): Promise<Delivery> {
    this.offered.push(message.channels);
    this.die('before-send');
    const delivery = this.deliver(message);
    if (delivery.kind !== 'undelivered') {
      const { key, marker } = message;
      this.sent.push({ key, marker, plain: message.message.plain, at: this.now(), delivery });
    }
    this.die('after-send');
    return delivery;
  }

  async findSent({ marker, key }: OutgoingMessage): Promise<Delivery | null> {
    // As on the portal: a chat message is known by its words alone, a letter by its key.
    const found = this.sent.find((one) =>
      one.delivery.kind === 'delivered' && one.delivery.channel === 'chat' && marker !== ''
        ? one.plain.includes(marker)
        : one.key === key,
    );
    return found?.delivery ?? null;
  }

  async contact(): Promise<{ readonly name: string; readonly language: Language | null }> {
    return { name: 'Анна Орлова', language: this.language };
  }

  async staffName(): Promise<string> {
    return 'Игорь Смирнов';
  }

  /** Which messages reached the client. */
  delivered(): readonly SentMessage[] {
    return this.sent.filter(({ delivery }) => delivery.kind === 'delivered');
  }

  private deliver(message: OutgoingMessage): Delivery {
    const channel = message.channels.find((one) => this.reach.includes(one));
    if (channel === undefined) return { kind: 'undelivered', why: 'NO_CHANNEL' };
    if (channel === 'to-do') {
      const open = this.sent.find(({ delivery }) => delivery.kind === 'to-do');
      return open?.delivery ?? { kind: 'to-do', reference: 'activity:900' };
    }
    const reference = `${channel === 'chat' ? 'chat:7:' : 'activity:'}${this.sent.length + 1}`;
    return { kind: 'delivered', channel, reference };
  }

  private die(step: NonNullable<FakeChannels['dieAt']>): void {
    if (this.dieAt !== step) return;
    this.dieAt = null;
    throw new AppError('portal-outcome-unknown', `stopped ${step}`, { retry: 'backoff' });
  }
}

export class FakeWriter implements TicketWriter {
  linked: { readonly parent: TicketRef; readonly title: string }[] = [];
  changes: TicketChange[] = [];
  dieAt: 'before-change' | 'after-change' | null = null;
  refusing: Extract<WriteOutcome, { ok: false }>['why'] | null = null;
  readonly tickets: FakeTickets;
  readonly now: () => Instant;

  constructor(tickets: FakeTickets, now: () => Instant) {
    this.tickets = tickets;
    this.now = now;
  }

  async change(changes: readonly TicketChange[]): Promise<ReadonlyMap<string, WriteOutcome>> {
    this.die('before-change');
    const answers = new Map(changes.map((one) => [refKey(one.ref), this.write(one)] as const));
    this.die('after-change');
    return answers;
  }

  async createLinked(parent: TicketHead, _policy: unknown, title: string): Promise<TicketRef> {
    this.linked.push({ parent: parent.ref, title });
    return { entityTypeId: parent.ref.entityTypeId, id: 1000 + this.linked.length };
  }

  private write(change: TicketChange): WriteOutcome {
    if (this.refusing) return { ok: false, why: this.refusing, detail: 'FAKE' };
    const head = this.tickets.heads.get(refKey(change.ref));
    if (!head) return { ok: false, why: 'not-found', detail: 'NOT_FOUND' };
    if (change.saying) this.tickets.comments.push(change.saying);
    this.changes.push(change);
    const move = change.moveTo
      ? { ...change.moveTo, movedBy: APP_USER, movedAt: whole(this.now()) }
      : {};
    const record = { ...head.record, ...change.changes };
    const next = { ...head, ...move, record };
    this.tickets.heads.set(refKey(change.ref), next);
    return { ok: true, movedAt: next.movedAt, stageId: next.stageId };
  }

  private die(step: NonNullable<FakeWriter['dieAt']>): void {
    if (this.dieAt !== step) return;
    this.dieAt = null;
    throw died(step);
  }
}

/** The portal's times are whole seconds. */
const whole = (at: Instant): Instant => Math.floor(at / 1000) * 1000;

export class FakeIncoming implements IncomingMessages {
  messages: IncomingMessage[] = [];

  async arrived(ids: readonly number[]) {
    const sources = new Set(ids.map((id) => `activity:${id}`));
    const rang = ({ source }: IncomingMessage): boolean => sources.has(source);
    return {
      count: this.messages.filter(rang).length,
      others: ids.filter((id) => !this.messages.some((one) => one.source === `activity:${id}`)),
      among: async (refs: readonly TicketRef[]) => {
        const theirs = new Set(this.messages.filter(rang).map(({ ref }) => refKey(ref)));
        return refs.filter((ref) => theirs.has(refKey(ref)));
      },
      about: async (waiting: readonly TicketHead[]) => this.of(waiting).filter(rang),
    };
  }
  async since(waiting: readonly TicketHead[], since: Instant) {
    return this.of(waiting).filter(({ at }) => at >= whole(since));
  }
  async letters(tickets: readonly TicketHead[], since: Instant) {
    return (await this.since(tickets, since)).filter(({ channel }) => channel === 'email');
  }
  async chats(tickets: readonly TicketHead[], since: Instant) {
    return (await this.since(tickets, since)).filter(({ channel }) => channel === 'chat');
  }
  private of(waiting: readonly TicketHead[]): readonly IncomingMessage[] {
    const keys = new Set(waiting.map(({ ref }) => refKey(ref)));
    return this.messages.filter(({ ref }) => keys.has(refKey(ref)));
  }
}
