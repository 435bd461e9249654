/** Everything the gate's use cases are given by the composition root. */
import type { TextWords } from '../core/text-quality.ts';
import type { TicketRef } from '../core/ticket.ts';
import type { Judged } from './judged.ts';
import type { Clock, Log } from './ports/runtime.ts';
import type { Journal, PolicyStore, ReturnLedger, SweepState } from './ports/state.ts';
import type { StaffTexts } from './ports/texts.ts';
import type { TicketGateway } from './ports/tickets.ts';
import type { CardSide } from './ports/timeline-cards.ts';
import type { TriggerSignals } from './ports/triggers.ts';
import type { StageDirectory } from './stage-directory.ts';
import type { Between } from './storm-pace.ts';

/** What a sweep tells the client's side; implemented by client-side.ts. */
export interface ClientSide {
  /** Tickets that stand where the client is asked. */
  awaiting(portalId: string, items: readonly Pick<Judged, 'snapshot' | 'policy'>[]): Promise<void>;
  /** A closing was verified. */
  closed(portalId: string, judged: Pick<Judged, 'snapshot' | 'policy'>): Promise<void>;
  /** Of these changed tickets (refKeys), the ones known as closed: they may have been dragged back. */
  closedAmong(portalId: string, keys: ReadonlySet<string>): Promise<readonly TicketRef[]>;
  /** Whether the client's own answer of this cycle is known to be "solved". */
  heard(portalId: string, judged: Pick<Judged, 'snapshot'>): Promise<boolean>;
  /** Activities rang: a client's letter may be among them. */
  activities(portalId: string, ids: readonly number[]): Promise<void>;
  /** A ticket known as closed was seen on another stage. */
  left(portalId: string, judged: Pick<Judged, 'snapshot' | 'policy'>): Promise<void>;
}

export interface GateDeps {
  readonly tickets: TicketGateway;
  readonly stages: StageDirectory;
  readonly state: SweepState;
  readonly ledger: ReturnLedger;
  readonly journal: Journal;
  readonly policies: PolicyStore;
  readonly texts: StaffTexts;
  /** Words that say nothing, of templates/quality. */
  readonly words: TextWords;
  readonly clock: Clock;
  readonly log: Log;
  /** Absent: a gate alone, which asks nobody. */
  readonly client?: ClientSide;
  /** Absent where no card can stand in a timeline (webhook). */
  readonly cards?: CardSide;
  /** Absent for a webhook's portal, which has no triggers of the app's own. */
  readonly triggers?: TriggerSignals;
  /** Set while a sweep carries out what it found: single moves that rang meanwhile come between the portions of a storm. */
  readonly between?: Between;
}
