/** Everything the client's side is given by the composition root, on top of the gate's. */
import type { ClosingPolicy } from '../core/policy.ts';
import type { ReplyRules } from '../core/replies/reply-rules.ts';
import type { Instant, TicketRef } from '../core/ticket.ts';
import type { WorkingTime } from '../core/working-time.ts';
import type { GateDeps } from './gate-deps.ts';
import type {
  ClientAnswers,
  ClientCases,
  ClientChannels,
  ClientTexts,
  Outbox,
  SuppressedReplies,
  TicketWriter,
  Timers,
} from './ports/client.ts';
import type { IncomingMessages } from './ports/incoming.ts';
import type { RunLog } from './ports/runs.ts';
import type { DocumentationTexts, MomentLog } from './ports/documentation.ts';
import type { PortalLock } from './ports/state.ts';
import type { Language } from './ports/texts.ts';

/** Sentences for the staff about the client's side; keys of the locale files. */
export type ClientSay = (
  language: Language,
  key: string,
  params?: Readonly<Record<string, string | number>>,
) => string;

export interface ClientDeps extends GateDeps {
  readonly channels: ClientChannels;
  readonly writer: TicketWriter;
  readonly timers: Timers;
  readonly outbox: Outbox;
  readonly runs: RunLog;
  /**
   * How long the portal may still be at work on the request of a process that died. Until a claim has been known for so
   * long, not finding its message proves nothing.
   */
  readonly claimSettlesMs: number;
  readonly cases: ClientCases;
  readonly answers: ClientAnswers;
  readonly suppressed: SuppressedReplies;
  readonly clientTexts: ClientTexts;
  readonly incoming: IncomingMessages;
  readonly replyRules: ReplyRules;
  readonly moments: MomentLog;
  readonly documentation: DocumentationTexts;
  readonly lock: PortalLock;
  readonly say: ClientSay;
  /** Working hours of the pipeline. */
  readonly workingTime: (policy: ClosingPolicy) => Promise<WorkingTime>;
  /**
   * Address of the client page of this ticket and cycle, good until the next cycle: a request asked anew in the same
   * cycle has the same page. `since` as of linkExpiry: the message's own moment on the ticket, so that it never changes
   * between a claim and the search for it.
   */
  readonly clientLink: (ref: TicketRef, cycle: number, since: Instant) => string;
  /** Address where an agent says how a client's reply is to be read; `source` as in IncomingMessage. */
  readonly readingLink: (ref: TicketRef, cycle: number, source: string) => string;
  /** Address where a lead pauses this ticket; good for a week and for this cycle. */
  readonly holdLink: (ref: TicketRef, cycle: number) => string;
}
