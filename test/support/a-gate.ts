/** A gate on fakes: one portal, its sweep, and the words reduced to codes so that tests read what was said. */
import type { GateDeps } from '../../src/app/gate-deps.ts';
import type { StaffTexts } from '../../src/app/ports/texts.ts';
import type { PortalStage, TicketFacts, TicketHead } from '../../src/app/ports/tickets.ts';
import { createStageDirectory } from '../../src/app/stage-directory.ts';
import { sweepPortal } from '../../src/app/sweep-portal.ts';
import type { ClosingPolicy } from '../../src/core/policy.ts';
import { bundledQualityWords } from '../../src/text/quality-words.ts';
import { aPolicy, STAGES } from './a-policy.ts';
import type { TicketOverrides } from './a-ticket.ts';
import { aTicket, NOON } from './a-ticket.ts';
import { FakeJournal, FakeLedger, FakePolicies, FakeSweepState } from './fake-state.ts';
import { FakeTickets } from './fake-tickets.ts';

export const PORTAL = 'p1';

export const codeTexts: StaffTexts = {
  gap: (_language, gap) => gap.code,
  returnComment: (_language, gaps) => `returned: ${gaps.map((gap) => gap.code).join(', ')}`,
  returnNotice: (_language, tickets, total) =>
    `${total}: ${tickets.map((t) => `${t.id}[${t.gaps.map((g) => g.code).join(',')}] ${t.link}`).join('; ')}`,
  hintsNotice: (_language, tickets, total) =>
    `hints ${total}: ${tickets.map((t) => `${t.id}[${t.gaps.map((g) => g.code).join(',')}]`).join('; ')}`,
  dailyDigest: (_language, { date, lists }) =>
    [
      `digest ${date}`,
      ...lists.map(
        ({ title, count, tickets }) =>
          `${title} ${count}: ${tickets.map(({ id, note, holdLink }) => `${id}[${note}]${holdLink}`).join(' ')}`,
      ),
    ].join('\n'),
  refusedComment: (_language, gaps) => `left: ${gaps.map((gap) => gap.code).join(', ')}`,
  closeReasonLabel: (_language, reason) => `label ${reason}`,
  alert: (_language, code, params) => `${code} ${params['id'] ?? params['stageId'] ?? ''}`,
};

export interface Gate {
  readonly deps: GateDeps;
  readonly tickets: FakeTickets;
  readonly state: FakeSweepState;
  readonly ledger: FakeLedger;
  readonly journal: FakeJournal;
  readonly policies: FakePolicies;
  readonly logged: Record<string, unknown>[];
  now: number;
  /** Puts a ticket on the portal as `aTicket` describes it. */
  put(ticket?: TicketOverrides): void;
  sweep(): Promise<{ readonly found: number; readonly again: boolean }>;
}

export function aGate(policies: ClosingPolicy[] = [aPolicy()]): Gate {
  const tickets = new FakeTickets();
  tickets.stages = stagesOf(policies);
  tickets.now = NOON;
  const ledger = new FakeLedger();
  const state = new FakeSweepState(ledger);
  const journal = new FakeJournal();
  const store = new FakePolicies(policies);
  const logged: Record<string, unknown>[] = [];
  const write = (fields: Readonly<Record<string, unknown>>): void =>
    void logged.push({ ...fields });
  const gate: Gate = {
    tickets,
    state,
    ledger,
    journal,
    policies: store,
    logged,
    now: NOON + 1000,
    put(ticket = {}) {
      const { head, facts } = split(ticket);
      tickets.put(head, facts);
    },
    sweep: () => sweepPortal(PORTAL, gate.deps),
    deps: {
      tickets,
      stages: createStageDirectory(() => tickets.listStages(), {
        info: write,
        warn: write,
        error: write,
      }),
      state,
      ledger,
      journal,
      policies: store,
      texts: codeTexts,
      words: bundledQualityWords(),
      clock: { now: () => gate.now },
      log: { info: write, warn: write, error: write },
    },
  };
  return gate;
}

function split(overrides: TicketOverrides): { head: TicketHead; facts: TicketFacts } {
  const { previous, openWork, conversation, ...ticket } = aTicket(overrides);
  return {
    head: { ...ticket, previousStageId: null },
    facts: { previous, openWork, conversation },
  };
}

function stagesOf(policies: readonly ClosingPolicy[]): PortalStage[] {
  return policies.flatMap(({ pipeline, stages }) =>
    Object.keys(stages).map((stageId, index) => ({
      ...pipeline,
      stageId,
      name: stageId,
      sort: index,
      semantics: STAGES[stageId]?.startsWith('closed')
        ? ('success' as const)
        : ('process' as const),
    })),
  );
}
