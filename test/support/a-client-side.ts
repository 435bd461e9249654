/** The client's side on fakes: one portal, plain working days 9-18 Moscow, and a clock that fires what is due. */
import { clientAnswered } from '../../src/app/client-answered.ts';
import { linkExpiry } from '../../src/app/client-token.ts';
import type { ClientDeps } from '../../src/app/client-deps.ts';
import { createClientSide, timerFired } from '../../src/app/client-side.ts';
import type {
  ClientMessageContext,
  ClientTexts,
  IncomingMessage,
  PostedAnswer,
} from '../../src/app/ports/client.ts';
import type { DocumentationTexts } from '../../src/app/ports/documentation.ts';
import { reconcile } from '../../src/app/reconcile.ts';
import { scanReplies } from '../../src/app/reply-arrived.ts';
import { sweepPortal } from '../../src/app/sweep-portal.ts';
import type { ClosingPolicy } from '../../src/core/policy.ts';
import type { Instant, StagePlace, TicketRecord } from '../../src/core/ticket.ts';
import { refKey } from '../../src/core/ticket.ts';
import { AppError } from '../../src/errors.ts';
import { bundledReplyRules } from '../../src/text/reply-rules.ts';
import { aGate, PORTAL } from './a-gate.ts';
import type { Gate } from './a-gate.ts';
import { aPolicy } from './a-policy.ts';
import type { TicketOverrides } from './a-ticket.ts';
import { aConversation } from './a-ticket.ts';
import { aWorkingTime } from './a-working-time.ts';
import {
  FakeAnswers,
  FakeCases,
  FakeLock,
  FakeMoments,
  FakeOutbox,
  FakeRuns,
  FakeSuppressed,
  FakeTimers,
} from './fake-client-stores.ts';
import { FakeChannels, FakeIncoming, FakeWriter } from './fake-client-portal.ts';

export const TICKET = { entityTypeId: 2, id: 759 } as const;
const TRIES = 20;

/** Kind, outcome and what the message promises, on one line. */
const codeMessages: ClientTexts = {
  render(kind, language, context: ClientMessageContext) {
    if (kind === 'notice' && context.outcome === 'spam') return null;
    const what = kind === 'notice' ? `notice ${context.outcome}` : kind;
    const plain = `${what} ${language} ${context.link} ${context.closeBy}`.trim();
    return { subject: what, plain, html: plain, bb: plain };
  },
};

/** Cycle, closing time and solution time, on the first line. */
const codeDocumentation: DocumentationTexts = {
  timeline: (_language, { ticketId, cycle, closedAt, times }) => [
    `documentation ${ticketId}@${cycle} ${closedAt}\nsolved in ${times?.toSolution.working}`,
  ],
  plain: () => 'plain',
  markdown: () => 'markdown',
};

export type ClientScene = Omit<Gate, 'deps' | 'put'> & {
  readonly deps: ClientDeps;
  readonly timers: FakeTimers;
  readonly outbox: FakeOutbox;
  readonly cases: FakeCases;
  readonly answers: FakeAnswers;
  readonly suppressed: FakeSuppressed;
  readonly lock: FakeLock;
  readonly moments: FakeMoments;
  readonly runs: FakeRuns;
  readonly channels: FakeChannels;
  readonly writer: FakeWriter;
  readonly incoming: FakeIncoming;
  /** A ticket that waits for its client's word since now, complete but for it. */
  put(ticket?: TicketOverrides): void;
  record(): TicketRecord;
  stageId(): string;
  /** Fields an agent edits. */
  edit(changes: Partial<TicketRecord>): void;
  /** An agent drags the card. */
  drag(stageId: string): Promise<void>;
  /** The clock goes on and every timer fires when it is due; a failed one is tried again at once. */
  until(at: Instant): Promise<void>;
  answer(answer: Partial<PostedAnswer> & Pick<PostedAnswer, 'answer'>): Promise<void>;
  workOff(): Promise<void>;
  /** The client writes a letter or in the chat; nobody has read it yet. */
  writes(text: string, message?: Partial<IncomingMessage>): IncomingMessage;
  /** An agent answers the client. */
  replies(): void;
  scan(): Promise<void>;
  reconcile(): ReturnType<typeof reconcile>;
  /** What the staff was told, on the timeline. */
  said(): readonly string[];
  /** The documentation written to the timeline. */
  documented(): readonly string[];
  /** Everything in the store is lost; the portal stands. */
  flush(): void;
};

export function aClientScene(policy: Partial<ClosingPolicy> = {}, now?: Instant): ClientScene {
  const gate = aGate([aPolicy({ cutoff: 0, ...policy })]);
  if (now !== undefined) gate.now = now;
  gate.tickets.now = gate.now;
  const clock = () => gate.now;
  const parts = {
    timers: new FakeTimers(),
    outbox: new FakeOutbox(),
    cases: new FakeCases(),
    answers: new FakeAnswers(),
    suppressed: new FakeSuppressed(),
    lock: new FakeLock(),
    runs: new FakeRuns(),
    channels: new FakeChannels(clock),
    writer: new FakeWriter(gate.tickets, clock),
    incoming: new FakeIncoming(),
    moments: new FakeMoments(),
  };
  const { timeZone, daysOff, workDays } = aPolicy(policy);
  const time = aWorkingTime({ daysOff, workDays }, timeZone);
  const deps: ClientDeps = {
    ...gate.deps,
    ...parts,
    get client() {
      return side;
    },
    clientTexts: codeMessages,
    replyRules: bundledReplyRules(),
    documentation: codeDocumentation,
    say: (_language, key, params = {}) =>
      [key, params['text'], params['reasons'], params['gaps']].filter(Boolean).join(' | '),
    workingTime: async () => time,
    clientLink: (ref, cycle, since) =>
      `https://gate.test/c/${refKey(ref)}-${cycle}-${linkExpiry(since, gate.now)}`,
    readingLink: (ref, cycle, source) => `https://gate.test/c/r-${refKey(ref)}-${cycle}-${source}`,
    holdLink: (ref, cycle) => `https://gate.test/h/${refKey(ref)}-${cycle}`,
    claimSettlesMs: 0,
  };
  const side = createClientSide(deps);
  return Object.assign(gate, parts, movesOf(gate, parts, deps), { deps });
}

type Parts = Pick<
  ClientScene,
  | 'timers'
  | 'outbox'
  | 'cases'
  | 'answers'
  | 'suppressed'
  | 'lock'
  | 'moments'
  | 'runs'
  | 'channels'
  | 'writer'
  | 'incoming'
>;

const textsOf = (gate: Gate): readonly string[] => gate.tickets.comments.map(({ text }) => text);

function movesOf(gate: Gate, parts: Parts, deps: ClientDeps) {
  const key = refKey(TICKET);
  const put = gate.put.bind(gate);
  const head = () => {
    const found = gate.tickets.heads.get(key);
    if (!found) throw new Error('no ticket stands on the portal');
    return found;
  };
  const facts = (change: Partial<NonNullable<ReturnType<typeof gate.tickets.facts.get>>>) => {
    const known = gate.tickets.facts.get(key);
    if (known) gate.tickets.facts.set(key, { ...known, ...change });
  };
  const answersAt = () => {
    const conversation = gate.tickets.facts.get(key)?.conversation;
    return conversation?.known ? conversation.value : null;
  };
  let letters = 0;
  return {
    put(ticket: TicketOverrides = {}) {
      put({
        stageId: 'C5:CHECK',
        movedAt: gate.now,
        conversation: aConversation(null, null),
        ...ticket,
        record: { confirmation: null, ...ticket.record },
      });
    },
    record: () => head().record,
    stageId: () => head().stageId,
    edit(changes: Partial<TicketRecord>) {
      gate.tickets.heads.set(key, { ...head(), record: { ...head().record, ...changes } });
    },
    async drag(stageId: string) {
      const previous: StagePlace = { categoryId: 5, stageId: head().stageId };
      gate.tickets.heads.set(key, { ...head(), stageId, movedBy: 11, movedAt: gate.now });
      facts({ previous });
      gate.state.inbox.set(key, (gate.state.inbox.get(key) ?? 0) + 1);
      gate.tickets.now = Math.max(gate.tickets.now, gate.now);
      await sweepPortal(PORTAL, deps);
    },
    sweep: () => sweepPortal(PORTAL, deps),
    async until(at: Instant) {
      let tries = 0;
      for (let timer = parts.timers.nextDue(at); timer; timer = parts.timers.nextDue(at)) {
        gate.now = Math.max(gate.now, timer.dueAt);
        gate.tickets.now = Math.max(gate.tickets.now, gate.now);
        // Taken off before it fires, as a job is: what it sets itself stands afterwards.
        await parts.timers.cancel(PORTAL, timer.ref, [timer.kind]);
        try {
          await timerFired(PORTAL, timer, deps);
          tries = 0;
        } catch (error) {
          if (!(error instanceof AppError) || (tries += 1) > TRIES) throw error;
          await parts.timers.set(PORTAL, timer);
        }
      }
      gate.now = Math.max(gate.now, at);
    },
    async answer(answer: Partial<PostedAnswer> & Pick<PostedAnswer, 'answer'>) {
      const cycle = head().record.cycle ?? 1;
      await parts.answers.accept(PORTAL, {
        ref: TICKET,
        cycle,
        comment: '',
        at: gate.now,
        ...answer,
      });
      await clientAnswered(PORTAL, deps);
    },
    workOff: () => clientAnswered(PORTAL, deps),
    writes(text: string, message: Partial<IncomingMessage> = {}) {
      letters += 1;
      const at = Math.floor(gate.now / 1000) * 1000;
      const written: IncomingMessage = {
        source: `activity:${letters}`,
        ref: TICKET,
        at,
        channel: 'email',
        subject: 'Re: обращение',
        text,
        fromAddress: 'anna@client.example',
        ...message,
      };
      parts.incoming.messages.push(written);
      facts({ conversation: aConversation(at, answersAt()?.lastOurAnswerAt ?? null) });
      return written;
    },
    replies() {
      const last = answersAt()?.lastClientMessageAt ?? null;
      facts({ conversation: aConversation(last, gate.now + 1000) });
    },
    scan: () => scanReplies(PORTAL, deps),
    reconcile: () => reconcile(PORTAL, deps),
    said: () => textsOf(gate).filter((text) => !text.startsWith('documentation ')),
    documented: () => textsOf(gate).filter((text) => text.startsWith('documentation ')),
    flush() {
      parts.timers.standing.clear();
      parts.moments.noted.clear();
      parts.outbox.states.clear();
      parts.cases.entries.clear();
      parts.cases.reopenedAt.clear();
      parts.suppressed.ledger.clear();
      gate.state.seen.clear();
      gate.state.cursors.clear();
      gate.state.inbox.clear();
      gate.state.own.clear();
    },
  };
}
