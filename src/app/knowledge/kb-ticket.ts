/** A ticket as its knowledge-base article sees it. */
import type { ClosingPolicy } from '../../core/policy.ts';
import type { TicketRef } from '../../core/ticket.ts';
import type { ArticleContext } from '../ports/knowledge.ts';
import type { TicketHead } from '../ports/tickets.ts';
import type { KnowledgeDeps } from './knowledge-deps.ts';

export interface KbTicket {
  readonly head: TicketHead;
  readonly policy: ClosingPolicy;
  readonly cycle: number;
}

/** null when the ticket is gone, hidden, or in no pipeline that was set up. One request. */
export async function readKbTicket(
  portalId: string,
  ref: TicketRef,
  deps: KnowledgeDeps,
): Promise<KbTicket | null> {
  const all = await deps.policies.list(portalId);
  const policies = all.filter(({ pipeline }) => pipeline.entityTypeId === ref.entityTypeId);
  if (policies.length === 0) return null;
  const query = { entityTypeId: ref.entityTypeId, stageIds: [], since: 0 };
  const [head] = await deps.tickets.listMoved([{ ...query, alsoIds: [ref.id], policies }], 'live');
  const policy = policies.find(({ pipeline }) => pipeline.categoryId === head?.categoryId);
  return head && policy ? { head, policy, cycle: head.record.cycle ?? 1 } : null;
}

/** @param conditions when the solution applies, in the agent's words; '' leaves it to the template */
export function contextOf(
  { head, cycle }: KbTicket,
  conditions: string,
  deps: KnowledgeDeps,
): ArticleContext {
  const { ref, title, record } = head;
  return {
    ref,
    cycle,
    title,
    ticketLink: deps.tickets.ticketLink(ref),
    problem: record.problem,
    cause: record.cause,
    solution: record.solution,
    recommendations: record.recommendations,
    productVersion: record.productVersion,
    resources: record.resources,
    conditions,
  };
}

/** Fields an article cannot do without and that the ticket lacks, in the documentation's order. */
export function lackingForArticle({ head }: KbTicket): readonly ('problem' | 'solution')[] {
  return (['problem', 'solution'] as const).filter((key) => head.record[key].trim() === '');
}
