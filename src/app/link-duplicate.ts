/**
 * A ticket closed as a duplicate and its master know of each other: a note on the master's timeline, a link on the
 * duplicate's, once per cycle. What is odd about the master is said, nothing is held up by it.
 */
import { duplicateMaster } from '../core/duplicate-master.ts';
import { isClosedRole, stageRole } from '../core/stage-role.ts';
import type { TicketRef } from '../core/ticket.ts';
import { refKey } from '../core/ticket.ts';
import type { ClientDeps } from './client-deps.ts';
import { once } from './once.ts';
import type { OneTicket } from './one-ticket.ts';
import { cycleOf } from './one-ticket.ts';
import type { TicketHead } from './ports/tickets.ts';
import { finalStages } from './stage-directory.ts';
import { tellStaff } from './tell-staff.ts';

/** The ticket that this closed duplicate names; null when it is none, or names none. */
export function masterOf({
  snapshot: { ref, record },
}: Pick<OneTicket, 'snapshot'>): TicketRef | null {
  return record.outcome === 'duplicate' ? duplicateMaster(record.duplicateOf, ref) : null;
}

/** The caller holds the duplicate's lock and knows that its closing is verified. */
export async function linkDuplicate(
  portalId: string,
  ticket: OneTicket,
  deps: ClientDeps,
): Promise<void> {
  const master = masterOf(ticket);
  if (master === null) return;
  await once(portalId, linkedMark(ticket, master), deps, async () => {
    const state = await stateOf(portalId, master, deps);
    const link = deps.tickets.ticketLink(master);
    const params = { master: master.id, link };
    await tellStaff(portalId, ticket, { key: `duplicate.${state}`, params, quietly: true }, deps);
    if (state !== 'unseen') await noteOnMaster(ticket, master, 'duplicate.on-master', deps);
  });
}

/** The closing was undone: the master hears of that too, if it had heard of the duplicate. */
export async function unlinkDuplicate(
  portalId: string,
  ticket: OneTicket,
  deps: ClientDeps,
): Promise<void> {
  const master = masterOf(ticket);
  if (master === null) return;
  const linked = linkedMark(ticket, master);
  if ((await deps.state.unseen(portalId, [linked])).has(linked)) return;
  await once(portalId, `un${linked}`, deps, () =>
    noteOnMaster(ticket, master, 'duplicate.undone', deps),
  );
}

function linkedMark(ticket: OneTicket, master: TicketRef): string {
  const { ref } = ticket.snapshot;
  return `linked-duplicate@${refKey(ref)}@${cycleOf(ticket)}@${refKey(master)}`;
}

async function noteOnMaster(
  { snapshot: { ref }, policy }: OneTicket,
  master: TicketRef,
  key: 'duplicate.on-master' | 'duplicate.undone',
  deps: ClientDeps,
): Promise<void> {
  const link = deps.tickets.ticketLink(ref);
  const comment = { ref: master, text: deps.say(policy.language, key, { id: ref.id, link }) };
  const present = await deps.tickets.findComments([comment]);
  if (present.size === 0) await deps.tickets.addComments([comment], 'bulk');
}

/** `linked`: it goes on there as it should; `unseen`: no such ticket, or hidden from the app. */
type MasterState = 'linked' | 'to-closed' | 'to-duplicate' | 'unseen';

async function stateOf(
  portalId: string,
  master: TicketRef,
  deps: ClientDeps,
): Promise<MasterState> {
  const policies = (await deps.policies.list(portalId)).filter(
    ({ pipeline }) => pipeline.entityTypeId === master.entityTypeId,
  );
  // Of a type without a policy nobody knows the fields; the note can stand there all the same.
  if (policies.length === 0) return 'linked';
  const { entityTypeId, id } = master;
  const query = { entityTypeId, stageIds: [], since: 0, alsoIds: [id], policies };
  const [head] = await deps.tickets.listMoved([query], 'bulk');
  if (!head) return 'unseen';
  if (head.record.outcome === 'duplicate') return 'to-duplicate';
  const { stages } = await deps.stages.stages([entityTypeId], deps.clock.now());
  return isFinal(head, finalStages(stages), policies) ? 'to-closed' : 'linked';
}

function isFinal(
  head: TicketHead,
  final: ReadonlySet<string>,
  policies: readonly OneTicket['policy'][],
): boolean {
  const policy = policies.find(({ pipeline }) => pipeline.categoryId === head.categoryId);
  const closed = policy !== undefined && isClosedRole(stageRole(policy, head.stageId));
  return closed || final.has(`${head.ref.entityTypeId}:${head.stageId}`);
}
