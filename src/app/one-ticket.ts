/** Reads one ticket whole, right before something is decided about it. */
import type { ClosingPolicy } from '../core/policy.ts';
import { stageRole } from '../core/stage-role.ts';
import type { StagePlace, TicketRef, TicketSnapshot } from '../core/ticket.ts';
import { refKey } from '../core/ticket.ts';
import type { GateDeps } from './gate-deps.ts';
import { queriesFor } from './queries-for.ts';
import { finalStages } from './stage-directory.ts';
import type { TicketFacts, TicketHead } from './ports/tickets.ts';

export interface OneTicket {
  readonly head: TicketHead;
  readonly snapshot: TicketSnapshot;
  readonly policy: ClosingPolicy;
}

/**
 * null when the ticket is gone, hidden, or no policy covers its pipeline any more. One request.
 * @param client its client is most likely written to
 */
export async function readTicket(
  portalId: string,
  ref: TicketRef,
  deps: GateDeps,
  client = false,
): Promise<OneTicket | null> {
  const found = await seek(portalId, ref, deps, { eyes: deps.tickets, client });
  return typeof found === 'string' ? null : found;
}

/**
 * As readTicket, and says why there is none. `eyes` finds the ticket: with a user's own, only what that user may see is
 * found. Its facts are read by the app, which sees all of them.
 */
export async function findTicket(
  portalId: string,
  ref: TicketRef,
  deps: GateDeps,
  eyes: Eyes,
): Promise<OneTicket | 'no-policy' | 'unseen'> {
  return seek(portalId, ref, deps, { eyes, client: false });
}

type Eyes = Pick<GateDeps['tickets'], 'listMoved'>;

async function seek(
  portalId: string,
  ref: TicketRef,
  deps: GateDeps,
  { eyes, client }: { readonly eyes: Eyes; readonly client: boolean },
): Promise<OneTicket | 'no-policy' | 'unseen'> {
  const all = await deps.policies.list(portalId);
  const policies = all.filter((policy) => policy.pipeline.entityTypeId === ref.entityTypeId);
  if (policies.length === 0) return 'no-policy';
  const queries = queriesFor([ref], all);
  const types = queries.map(({ entityTypeId }) => entityTypeId);
  const { stages } = await deps.stages.stages(types, deps.clock.now());
  const look = { ref, queries, finalStages: finalStages(stages), client };
  const { head, facts } = await lookFor(look, deps, eyes);
  const policy = policies.find(({ pipeline }) => pipeline.categoryId === head?.categoryId);
  if (!head) return 'unseen';
  if (!policy) return 'no-policy';
  const { previous = null, openWork = UNREAD, conversation = UNREAD } = (await facts()) ?? {};
  const { previousStageId: _listed, ...ticket } = head;
  return { head, policy, snapshot: { ...ticket, previous, openWork, conversation } };
}

const UNREAD = { known: false, why: 'unreadable' } as const;

interface Seen {
  readonly head: TicketHead | undefined;
  readonly facts: () => Promise<TicketFacts | undefined>;
}

/** The app's own eyes see the ticket and its facts at once; others find it first. */
async function lookFor(
  look: Parameters<NonNullable<GateDeps['tickets']['lookAt']>>[0],
  { tickets }: GateDeps,
  eyes: Eyes,
): Promise<Seen> {
  if (eyes === tickets && tickets.lookAt) {
    const seen = await tickets.lookAt(look);
    return { head: seen?.head, facts: () => Promise.resolve(seen?.facts) };
  }
  const { ref, queries, finalStages } = look;
  const [head] = await eyes.listMoved(queries, 'live');
  const what = { conversations: true, finalStages, types: queries };
  const facts = async () =>
    head && (await tickets.loadFacts([head], what, 'live')).get(refKey(ref));
  return { head, facts };
}

/** The stage a ticket goes to when work on it goes on; null when it is being worked on already. */
export function workPlace({ policy, snapshot }: OneTicket): StagePlace | null {
  return stageRole(policy, snapshot.stageId) === 'work'
    ? null
    : { categoryId: policy.pipeline.categoryId, stageId: policy.returnStage };
}

/** The first closing of a ticket is cycle 1. */
export function cycleOf({
  snapshot,
}: {
  readonly snapshot: Pick<TicketSnapshot, 'record'>;
}): number {
  return snapshot.record.cycle ?? 1;
}
