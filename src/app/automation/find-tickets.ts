/** Reads many tickets at once, right before something is decided about each: what findTicket does for one. */
import type { ClosingPolicy } from '../../core/policy.ts';
import type { Conversation, Fact, TicketRef } from '../../core/ticket.ts';
import { refKey } from '../../core/ticket.ts';
import type { GateDeps } from '../gate-deps.ts';
import type { OneTicket } from '../one-ticket.ts';
import type { TicketFacts, TicketHead } from '../ports/tickets.ts';
import { policyOf } from '../policy-of.ts';
import { queriesFor } from '../queries-for.ts';
import { finalStages } from '../stage-directory.ts';

/** Up to this many, chats are read with the other facts; of more they are read only where nothing else is missing. */
const READ_CHATS_AT_ONCE = 15;

export type Found = OneTicket | 'no-policy' | 'unseen';

export interface FoundTickets {
  readonly byKey: ReadonlyMap<string, Found>;
  /** The tickets' chats, where they were not read with the rest. */
  chats(of: readonly OneTicket[]): Promise<readonly OneTicket[]>;
}

/** @throws AppError while the portal cannot be asked */
export async function findTickets(
  portalId: string,
  refs: readonly TicketRef[],
  deps: GateDeps,
): Promise<FoundTickets> {
  const policies = await deps.policies.list(portalId);
  const heads = await headsOf(refs, policies, deps);
  const covered = heads.filter((head) => policyOf(head, policies) !== undefined);
  const conversations = covered.length <= READ_CHATS_AT_ONCE;
  const facts = await factsOf(covered, policies, { conversations, deps });
  const known = new Map(heads.map((head) => [refKey(head.ref), head]));
  const find = (ref: TicketRef): Found => {
    if (policies.every(({ pipeline }) => pipeline.entityTypeId !== ref.entityTypeId))
      return 'no-policy';
    const head = known.get(refKey(ref));
    if (head === undefined) return 'unseen';
    const policy = policyOf(head, policies);
    return policy === undefined ? 'no-policy' : assemble(head, policy, facts.get(refKey(ref)));
  };
  return {
    byKey: new Map(refs.map((ref) => [refKey(ref), find(ref)])),
    async chats(of) {
      if (conversations || of.length === 0) return of;
      const ticketHeads = of.map(({ head }) => head);
      const read = await deps.tickets.loadConversations(ticketHeads, 'live');
      return of.map((ticket) => withChat(ticket, read.get(refKey(ticket.head.ref))));
    },
  };
}

async function headsOf(
  refs: readonly TicketRef[],
  policies: readonly ClosingPolicy[],
  deps: GateDeps,
): Promise<readonly TicketHead[]> {
  const types = [...new Set(policies.map(({ pipeline }) => pipeline.entityTypeId))];
  if (!refs.some(({ entityTypeId }) => types.includes(entityTypeId))) return [];
  return deps.tickets.listMoved(queriesFor(refs, policies), 'live');
}

async function factsOf(
  heads: readonly TicketHead[],
  policies: readonly ClosingPolicy[],
  { conversations, deps }: { readonly conversations: boolean; readonly deps: GateDeps },
): Promise<ReadonlyMap<string, TicketFacts>> {
  if (heads.length === 0) return new Map();
  const types = [...new Set(policies.map(({ pipeline }) => pipeline.entityTypeId))];
  const { stages } = await deps.stages.stages(types, deps.clock.now());
  const what = { conversations, finalStages: finalStages(stages) };
  return deps.tickets.loadFacts(heads, what, 'live');
}

const UNREAD = { known: false, why: 'unreadable' } as const;

function assemble(
  head: TicketHead,
  policy: ClosingPolicy,
  facts: TicketFacts | undefined,
): OneTicket {
  const { previousStageId: _listed, ...ticket } = head;
  const { previous = null, openWork = UNREAD, conversation = UNREAD } = facts ?? {};
  return { head, policy, snapshot: { ...ticket, previous, openWork, conversation } };
}

function withChat(ticket: OneTicket, conversation: Fact<Conversation> = UNREAD): OneTicket {
  return { ...ticket, snapshot: { ...ticket.snapshot, conversation } };
}
