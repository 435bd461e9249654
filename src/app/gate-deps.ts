/** Everything the gate's use cases are given by the composition root. */
import type { Clock, Log } from './ports/runtime.ts';
import type { Journal, PolicyStore, ReturnLedger, SweepState } from './ports/state.ts';
import type { StaffTexts } from './ports/texts.ts';
import type { TicketGateway } from './ports/tickets.ts';
import type { StageDirectory } from './stage-directory.ts';

export interface GateDeps {
  readonly tickets: TicketGateway;
  readonly stages: StageDirectory;
  readonly state: SweepState;
  readonly ledger: ReturnLedger;
  readonly journal: Journal;
  readonly policies: PolicyStore;
  readonly texts: StaffTexts;
  readonly clock: Clock;
  readonly log: Log;
}
