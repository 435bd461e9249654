/** Closed tickets that their client's word still opens again, and how often their chats are looked at. */
import type { ClosingPolicy } from '../core/policy.ts';
import { isClosedRole, stageRole } from '../core/stage-role.ts';
import type { Instant, TicketRef } from '../core/ticket.ts';
import { addWorkingDays } from '../core/working-time.ts';
import type { ClientDeps } from './client-deps.ts';
import type { TicketHead } from './ports/tickets.ts';
import { policyOf } from './policy-of.ts';
import { queriesFor } from './queries-for.ts';

const DAY_MS = 24 * 60 * 60_000;

export interface ClosedLately {
  readonly refs: readonly TicketRef[];
  readonly policies: readonly ClosingPolicy[];
}

/** As the cases remember them, without asking the portal: some may be reopened, or closed too long ago after all. */
export async function closedLately(portalId: string, deps: ClientDeps): Promise<ClosedLately> {
  const policies = (await deps.policies.list(portalId)).filter(({ mode }) => mode === 'enforce');
  const from = await oldestClosing(policies, deps);
  const refs = (await deps.cases.list(portalId)).flatMap(({ state, closedAt, ref }) =>
    state === 'closed' && (closedAt ?? 0) >= from ? [ref] : [],
  );
  return { refs, policies };
}

/** A closing before it is no longer reopened by any of these; a day to spare, as cases know the moment roughly. */
async function oldestClosing(
  policies: readonly ClosingPolicy[],
  deps: ClientDeps,
): Promise<Instant> {
  const now = deps.clock.now();
  const days = Math.max(0, ...policies.map(({ reopenWindowDays }) => reopenWindowDays));
  const most = 2 * days + 10;
  const terms = await Promise.all(
    policies.map(async (policy) => ({
      days: policy.reopenWindowDays,
      time: await deps.workingTime(policy),
    })),
  );
  const isOver = (at: Instant): boolean =>
    terms.every((term) => (addWorkingDays(at, term.days, term.time) ?? now) < now);
  let back = 1;
  while (back < most && !isOver(now - back * DAY_MS)) back += 1;
  return now - (back + 1) * DAY_MS;
}

export interface Reopenable {
  readonly head: TicketHead;
  readonly closedAt: Instant;
  readonly until: Instant;
}

export async function reopenable(
  { refs, policies }: ClosedLately,
  deps: ClientDeps,
): Promise<readonly Reopenable[]> {
  if (refs.length === 0) return [];
  const now = deps.clock.now();
  const queries = queriesFor(refs, policies);
  const listed = await deps.tickets.listMoved(queries, 'bulk');
  const found: Reopenable[] = [];
  for (const head of listed) {
    const policy = policyOf(head, policies);
    const { closedAt } = head.record;
    if (!policy || closedAt === null || !isClosedRole(stageRole(policy, head.stageId))) continue;
    const until = addWorkingDays(closedAt, policy.reopenWindowDays, await deps.workingTime(policy));
    if (until !== null && now <= until) found.push({ head, closedAt, until });
  }
  return found;
}

/** So many chats are read in every pass: ten requests. */
const FEW = 250;
/** Of more than these a chat is read when the time since its closing has grown by an eighth. */
const GROWTH = Math.log(9 / 8);

export interface ChatPass {
  readonly now: Instant;
  /** Begin of the step of the last pass; null when none is remembered. */
  readonly lastStep: Instant | null;
  readonly everyMs: number;
}

/**
 * Whether a closed ticket's chat is read in this pass. Steps count, not moments, so that each falls due once however late a
 * pass comes; and once more before its time is over.
 */
export function isChatDue(
  { closedAt, until }: Pick<Reopenable, 'closedAt' | 'until'>,
  count: number,
  { now, lastStep, everyMs }: ChatPass,
): boolean {
  if (count <= FEW || lastStep === null || closedAt >= lastStep) return true;
  const step = Math.floor(now / everyMs) * everyMs;
  if (until < step + 2 * everyMs) return true;
  const grownTo = (at: Instant): number => Math.floor(Math.log(at - closedAt) / GROWTH);
  return grownTo(step) !== grownTo(lastStep);
}
