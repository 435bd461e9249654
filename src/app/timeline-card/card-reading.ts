/** What a card is to say of its ticket: the verdict of the gate itself, on the ticket as if it were closed now. */
import { onlyAsksClient, onlyClientsWord } from '../../core/client-word.ts';
import type { Gap } from '../../core/decision.ts';
import { isClosedRole, stageRole } from '../../core/stage-role.ts';
import type { TicketRef, TicketSnapshot } from '../../core/ticket.ts';
import { refKey } from '../../core/ticket.ts';
import type { ClientDeps } from '../client-deps.ts';
import type { OneTicket } from '../one-ticket.ts';
import { cycleOf } from '../one-ticket.ts';
import type { Priority } from '../ports/runtime.ts';
import type { Language } from '../ports/texts.ts';
import { judgeAsClosed } from '../preview-closing.ts';
import { finalStages } from '../stage-directory.ts';
import { withoutSuppressed } from '../suppressed-newest.ts';

export type CardReading =
  | { readonly kind: 'gaps'; readonly gaps: readonly Gap[]; readonly of: ReadTicket }
  /** Nothing is left to mend. `asking`: the client's word alone is missing. */
  | { readonly kind: 'ready' | 'asking' | 'closed' }
  /** Another pipeline, an exempt stage, settings taken off, a ticket that is gone. */
  | { readonly kind: 'left' }
  /** A fact of it could not be read. */
  | { readonly kind: 'unread' };

export interface ReadTicket {
  readonly cycle: number;
  readonly assigneeId: number;
  readonly language: Language;
  readonly timeZone: string;
}

/** Readings by refKey. One request for the tickets and one for each fifteen of their facts. @throws AppError */
export async function readForCards(
  portalId: string,
  asked: ReadonlyMap<string, { readonly ref: TicketRef; readonly userId: number | null }>,
  priority: Priority,
  deps: ClientDeps,
): Promise<ReadonlyMap<string, CardReading>> {
  const refs = [...asked.values()].map(({ ref }) => ref);
  const tickets = refs.length === 0 ? [] : await readTickets(portalId, refs, priority, deps);
  const readings = new Map<string, CardReading>();
  for (const ticket of tickets) {
    const key = refKey(ticket.snapshot.ref);
    const userId = asked.get(key)?.userId ?? ticket.snapshot.assigneeId;
    readings.set(key, await readingOf(portalId, ticket, userId, deps));
  }
  for (const key of asked.keys()) if (!readings.has(key)) readings.set(key, { kind: 'left' });
  return readings;
}

async function readTickets(
  portalId: string,
  refs: readonly TicketRef[],
  priority: Priority,
  deps: ClientDeps,
): Promise<readonly OneTicket[]> {
  const policies = await deps.policies.list(portalId);
  const types = [...new Set(policies.map(({ pipeline }) => pipeline.entityTypeId))];
  const queries = types.map((entityTypeId) => ({
    entityTypeId,
    stageIds: [],
    since: 0,
    alsoIds: refs.filter((ref) => ref.entityTypeId === entityTypeId).map(({ id }) => id),
    policies: policies.filter(({ pipeline }) => pipeline.entityTypeId === entityTypeId),
  }));
  const heads = await deps.tickets.listMoved(queries, priority);
  const covered = heads.flatMap((head) => {
    const policy = policies.find(
      ({ pipeline }) =>
        pipeline.entityTypeId === head.ref.entityTypeId && pipeline.categoryId === head.categoryId,
    );
    return policy ? [{ head, policy }] : [];
  });
  if (covered.length === 0) return [];
  const { stages } = await deps.stages.stages(types, deps.clock.now());
  const what = { conversations: true, finalStages: finalStages(stages) };
  const facts = await deps.tickets.loadFacts(
    covered.map(({ head }) => head),
    what,
    priority,
  );
  return covered.map(({ head, policy }) => {
    const { previousStageId: _listed, ...ticket } = head;
    const known = facts.get(refKey(head.ref)) ?? UNREAD;
    return { head, policy, snapshot: { ...ticket, ...known } };
  });
}

const UNREAD: Pick<TicketSnapshot, 'previous' | 'openWork' | 'conversation'> = {
  previous: null,
  openWork: { known: false, why: 'unreadable' },
  conversation: { known: false, why: 'unreadable' },
};

async function readingOf(
  portalId: string,
  read: OneTicket,
  userId: number,
  deps: ClientDeps,
): Promise<CardReading> {
  const { policy, snapshot } = read;
  const role = stageRole(policy, snapshot.stageId);
  if (policy.mode !== 'enforce' || role === 'exempt') return { kind: 'left' };
  const ticket = await withoutSuppressed(portalId, read, deps);
  const wish = { userId, outcome: null, now: deps.clock.now() };
  const { decision } = judgeAsClosed(ticket, wish, { client: deps });
  switch (decision.kind) {
    case 'undecided':
      return { kind: 'unread' };
    case 'not-gated':
      return { kind: 'left' };
    case 'pass':
      return { kind: isClosedRole(role) ? 'closed' : 'ready' };
    case 'return':
    case 'stop': {
      const { gaps } = decision;
      const waits = role === 'awaiting-confirmation' && onlyClientsWord(gaps);
      if (waits || onlyAsksClient(gaps)) return { kind: 'asking' };
      return { kind: 'gaps', gaps, of: readOf(ticket) };
    }
  }
}

function readOf({ snapshot, policy }: OneTicket): ReadTicket {
  const { language, timeZone } = policy;
  return { cycle: cycleOf({ snapshot }), assigneeId: snapshot.assigneeId, language, timeZone };
}
