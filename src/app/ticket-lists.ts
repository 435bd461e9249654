/** Gathers the lead's lists from the portal: one paged listing of open tickets, facts of those that wait for their client. */
import { pipelineKey } from '../core/policy.ts';
import type { ClosingPolicy, PipelineRef } from '../core/policy.ts';
import type { StandingTimer } from '../core/silence-forecast.ts';
import { isClosedRole, stageRole } from '../core/stage-role.ts';
import { needsFacts, ticketLists } from '../core/ticket-lists.ts';
import type { ListedTicket } from '../core/list-blockers.ts';
import type { TicketLists } from '../core/ticket-lists.ts';
import type { Instant } from '../core/ticket.ts';
import { refKey } from '../core/ticket.ts';
import type { WorkingTime } from '../core/working-time.ts';
import type { ClientDeps } from './client-deps.ts';
import { withoutFacts } from './closed-tickets.ts';
import type { OneTicket } from './one-ticket.ts';
import { cycleOf } from './one-ticket.ts';
import type { Timer } from './ports/client.ts';
import type { MovedQuery, TicketFacts } from './ports/tickets.ts';
import { policyOf } from './policy-of.ts';
import { finalStages } from './stage-directory.ts';
import { withoutLedger } from './suppressed-newest.ts';

export type ListDeps = Pick<
  ClientDeps,
  | 'tickets'
  | 'stages'
  | 'policies'
  | 'cases'
  | 'suppressed'
  | 'timers'
  | 'journal'
  | 'workingTime'
  | 'words'
  | 'clock'
>;

/** Suppressed replies that may concern a waiting ticket. */
const LEDGER = 5000;
/** Newest journal lines looked through for the ways by which requests left. */
const LINES = 2000;
const COUNTDOWN: readonly StandingTimer['kind'][] = ['send-request', 'remind', 'close', 'hold-end'];

/**
 * @param pipeline null: every pipeline with a policy
 * @throws portal faults: a list is complete or not there
 */
export async function gatherLists(
  portalId: string,
  pipeline: PipelineRef | null,
  deps: ListDeps,
): Promise<TicketLists> {
  const policies = await deps.policies.list(portalId);
  const wanted = (policy: ClosingPolicy): boolean =>
    pipeline === null || pipelineKey(policy.pipeline) === pipelineKey(pipeline);
  const read = await openTickets(portalId, policies.filter(wanted), policies, deps);
  const whole = await withFacts(read, policies, deps);
  const asked = whole.some(needsFacts);
  const ledger = asked ? await deps.suppressed.list(portalId, LEDGER) : [];
  const channels = asked ? await channelsByTicket(portalId, deps) : new Map<string, Channel>();
  const timers = timersByTicket(await deps.timers.list(portalId));
  const times = await workingTimes(whole, deps);
  const listed: ListedTicket[] = [];
  for (const ticket of whole) {
    const time = times.get(ticket.policy);
    if (time === undefined) continue;
    const key = `${refKey(ticket.snapshot.ref)}@${cycleOf(ticket)}`;
    listed.push({
      snapshot: withoutLedger(ticket, ledger).snapshot,
      policy: ticket.policy,
      time,
      timers: timers.get(key) ?? [],
      reopenedAt: await lastReopening(portalId, ticket, deps),
      channel: channels.get(key) ?? null,
    });
  }
  return ticketLists(listed, { now: deps.clock.now(), words: deps.words });
}

/** Open tickets of the wanted pipelines, and closed ones that were reopened before and may lack their review. */
async function openTickets(
  portalId: string,
  wanted: readonly ClosingPolicy[],
  policies: readonly ClosingPolicy[],
  deps: ListDeps,
): Promise<readonly OneTicket[]> {
  if (wanted.length === 0) return [];
  const cases = await deps.cases.list(portalId);
  const again = cases.filter(({ state, cycle }) => state === 'closed' && cycle > 1);
  const types = [...new Set(policies.map((policy) => policy.pipeline.entityTypeId))];
  const queries = types.map((entityTypeId): MovedQuery => {
    const own = wanted.filter((policy) => policy.pipeline.entityTypeId === entityTypeId);
    return {
      entityTypeId,
      // Types without a wanted pipeline travel along unasked: parent links are learnt from them.
      stageIds: own.flatMap(openStages),
      since: Math.min(...own.map(({ cutoff }) => cutoff), deps.clock.now()),
      alsoIds: again
        .filter(({ ref }) => own.length > 0 && ref.entityTypeId === entityTypeId)
        .map(({ ref }) => ref.id),
      policies: policies.filter((policy) => policy.pipeline.entityTypeId === entityTypeId),
    };
  });
  const heads = await deps.tickets.listMoved(queries, 'bulk');
  return heads.flatMap((head) => {
    const policy = policyOf(head, wanted);
    return policy && head.movedAt >= policy.cutoff ? [withoutFacts(head, policy)] : [];
  });
}

function openStages(policy: ClosingPolicy): readonly string[] {
  return Object.keys(policy.stages).filter((id) => {
    const role = stageRole(policy, id);
    return !isClosedRole(role) && role !== 'exempt';
  });
}

/** Few requests: open work and conversations of the tickets that a closing could concern. */
async function withFacts(
  tickets: readonly OneTicket[],
  policies: readonly ClosingPolicy[],
  deps: ListDeps,
): Promise<readonly OneTicket[]> {
  const heads = tickets.filter(needsFacts).map(({ head }) => head);
  if (heads.length === 0) return tickets;
  const types = [...new Set(policies.map((policy) => policy.pipeline.entityTypeId))];
  const { stages } = await deps.stages.stages(types, deps.clock.now());
  const what = { conversations: true, finalStages: finalStages(stages) };
  const facts = await deps.tickets.loadFacts(heads, what, 'bulk');
  return tickets.map((ticket) => knowing(ticket, facts.get(refKey(ticket.head.ref))));
}

function knowing(ticket: OneTicket, facts: TicketFacts | undefined): OneTicket {
  return facts === undefined ? ticket : { ...ticket, snapshot: { ...ticket.snapshot, ...facts } };
}

/** `2:759@1` → countdown timers of that cycle. */
function timersByTicket(timers: readonly Timer[]): ReadonlyMap<string, readonly StandingTimer[]> {
  const standing = new Map<string, StandingTimer[]>();
  for (const { ref, cycle, kind: name, dueAt } of timers) {
    const kind = COUNTDOWN.find((one) => one === name);
    if (kind === undefined) continue;
    const key = `${refKey(ref)}@${cycle}`;
    standing.set(key, [...(standing.get(key) ?? []), { kind, dueAt }]);
  }
  return standing;
}

type Channel = 'chat' | 'email';

/** `2:759@1` → the way of the newest request or reminder of that cycle. */
async function channelsByTicket(
  portalId: string,
  deps: ListDeps,
): Promise<ReadonlyMap<string, Channel>> {
  const channels = new Map<string, Channel>();
  for (const { kind, ref, detail } of await deps.journal.latest(portalId, LINES)) {
    const { kind: message, channel, cycle } = detail;
    if (kind !== 'client-message' || ref === null) continue;
    if (message !== 'request' && message !== 'reminder') continue;
    if (channel !== 'chat' && channel !== 'email') continue;
    const key = `${refKey(ref)}@${cycle ?? 1}`;
    if (!channels.has(key)) channels.set(key, channel);
  }
  return channels;
}

async function workingTimes(
  tickets: readonly OneTicket[],
  deps: ListDeps,
): Promise<ReadonlyMap<ClosingPolicy, WorkingTime>> {
  const times = new Map<ClosingPolicy, WorkingTime>();
  for (const policy of new Set(tickets.map((ticket) => ticket.policy))) {
    times.set(policy, await deps.workingTime(policy));
  }
  return times;
}

async function lastReopening(
  portalId: string,
  ticket: OneTicket,
  deps: ListDeps,
): Promise<Instant | null> {
  const { mistakeCause, mistakeMeasure } = ticket.snapshot.record;
  const reviewed = mistakeCause !== null && mistakeMeasure.trim() !== '';
  if (cycleOf(ticket) === 1 || reviewed) return null;
  const times = await deps.cases.reopenings(portalId, ticket.snapshot.ref);
  return times.length === 0 ? null : Math.max(...times);
}
