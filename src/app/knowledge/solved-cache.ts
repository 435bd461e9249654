/** Keeps what was read of solved tickets for a while: an agent who types asks again and again. In memory only. */
import { pipelineKey } from '../../core/policy.ts';
import type { Instant } from '../../core/ticket.ts';
import type { SolvedTickets } from '../ports/knowledge.ts';
import type { Clock } from '../ports/runtime.ts';
import type { TicketHead } from '../ports/tickets.ts';

const FRESH_MS = 10 * 60_000;
const MAX_LISTS = 20;

interface Kept {
  readonly at: Instant;
  readonly heads: Promise<readonly TicketHead[]>;
}

export function cachedSolved(solved: SolvedTickets, clock: Clock): SolvedTickets {
  const lists = new Map<string, Kept>();
  return {
    async recent(policy, since, limit) {
      const now = clock.now();
      const name = `${pipelineKey(policy.pipeline)} ${policy.version} ${limit}`;
      const kept = lists.get(name);
      if (kept && now - kept.at < FRESH_MS) return kept.heads;
      const heads = solved.recent(policy, since, limit);
      lists.delete(name);
      lists.set(name, { at: now, heads });
      const [oldest] = lists.keys();
      if (lists.size > MAX_LISTS && oldest !== undefined) lists.delete(oldest);
      try {
        return await heads;
      } catch (error) {
        lists.delete(name);
        throw error;
      }
    },
  };
}
