/** What a card is to say of its ticket: the verdict of the gate itself, on the ticket as if it were closed now. */
import { onlyAsksClient, onlyClientsWord } from '../../core/client-word.ts';
import type { Gap } from '../../core/decision.ts';
import { isClosedRole, stageRole } from '../../core/stage-role.ts';
import type { ClosingPolicy } from '../../core/policy.ts';
import type { TicketRef, TicketSnapshot } from '../../core/ticket.ts';
import { refKey } from '../../core/ticket.ts';
import type { ClientDeps } from '../client-deps.ts';
import type { OneTicket } from '../one-ticket.ts';
import { cycleOf } from '../one-ticket.ts';
import type { Priority } from '../ports/runtime.ts';
import type { Language } from '../ports/texts.ts';
import type { MovedQuery, TicketHead } from '../ports/tickets.ts';
import { policyOf } from '../policy-of.ts';
import { judgeAsClosed } from '../preview-closing.ts';
import { queriesFor } from '../queries-for.ts';
import { finalStages } from '../stage-directory.ts';
import { withoutSuppressed } from '../suppressed-newest.ts';
import { cardSight } from './card-sight.ts';

export type CardReading =
  | { readonly kind: 'gaps'; readonly gaps: readonly Gap[]; readonly of: ReadTicket }
  /** Nothing is left to mend. `asking`: the client's word alone is missing. */
  | { readonly kind: 'ready' | 'asking' | 'closed' }
  /** Another pipeline, an exempt stage, settings taken off, a ticket that is gone. */
  | { readonly kind: 'left' }
  /** A fact of it could not be read. */
  | { readonly kind: 'unread' }
  /** The ticket is as it was: nothing more was read. */
  | { readonly kind: 'same' };

export interface ReadTicket {
  readonly cycle: number;
  readonly assigneeId: number;
  readonly language: Language;
  readonly timeZone: string;
  readonly seen: string;
}

export interface AskedTicket {
  readonly ref: TicketRef;
  /** In whose name it is judged; null: its assignee's. */
  readonly userId: number | null;
  /** What was seen of it before; '' to read it whole anyway. */
  readonly seen: string;
}

/** Readings by refKey. One request for the tickets and one for each fifteen of their facts. @throws AppError */
export async function readForCards(
  portalId: string,
  asked: ReadonlyMap<string, AskedTicket>,
  priority: Priority,
  deps: ClientDeps,
): Promise<ReadonlyMap<string, CardReading>> {
  const readings = new Map<string, CardReading>();
  if (asked.size === 0) return readings;
  const { covered, types } = await readHeads(portalId, asked, priority, deps);
  for (const { head } of covered.filter((one) => isSame(one, asked)))
    readings.set(refKey(head.ref), { kind: 'same' });
  const changed = covered.filter(({ head }) => !readings.has(refKey(head.ref)));
  const tickets = await withFacts(changed, types, priority, deps);
  for (const ticket of tickets) {
    const key = refKey(ticket.snapshot.ref);
    const userId = asked.get(key)?.userId ?? ticket.snapshot.assigneeId;
    readings.set(key, await readingOf(portalId, ticket, userId, deps));
  }
  for (const key of asked.keys()) if (!readings.has(key)) readings.set(key, { kind: 'left' });
  return readings;
}

interface CoveredTicket {
  readonly head: TicketHead;
  readonly policy: ClosingPolicy;
}

async function readHeads(
  portalId: string,
  asked: ReadonlyMap<string, AskedTicket>,
  priority: Priority,
  deps: ClientDeps,
): Promise<{ readonly covered: readonly CoveredTicket[]; readonly types: readonly MovedQuery[] }> {
  const refs = [...asked.values()].map(({ ref }) => ref);
  const policies = await deps.policies.list(portalId);
  const queries = queriesFor(refs, policies);
  const heads = await deps.tickets.listMoved(queries, priority);
  const covered = heads.flatMap((head) => {
    const policy = policyOf(head, policies);
    return policy ? [{ head, policy }] : [];
  });
  return { covered, types: queries };
}

/** The echo of the return itself, and edits of what no criterion asks for. */
function isSame({ head, policy }: CoveredTicket, asked: ReadonlyMap<string, AskedTicket>): boolean {
  const works = policy.mode === 'enforce' && stageRole(policy, head.stageId) === 'work';
  return works && asked.get(refKey(head.ref))?.seen === cardSight(head);
}

async function withFacts(
  covered: readonly CoveredTicket[],
  queries: readonly MovedQuery[],
  priority: Priority,
  deps: ClientDeps,
): Promise<readonly OneTicket[]> {
  if (covered.length === 0) return [];
  const types = queries.map(({ entityTypeId }) => entityTypeId);
  const { stages } = await deps.stages.stages(types, deps.clock.now());
  const what = { conversations: true, finalStages: finalStages(stages), types: queries };
  const heads = covered.map(({ head }) => head);
  const facts = await deps.tickets.loadFacts(heads, what, priority);
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
  const { assigneeId } = snapshot;
  const seen = cardSight(snapshot);
  return { cycle: cycleOf({ snapshot }), assigneeId, language, timeZone, seen };
}
