/** Thirty days of a team's journal: closings, returns, messages, answers, one erased client. Days count back from today. */
import type { JournalEntry } from '../../src/core/journal-entry.ts';
import { CRITERION_IDS } from '../../src/core/policy.ts';
import type { TicketRef } from '../../src/core/ticket.ts';
import { aJournalEntry, aResult } from './a-journal-entry.ts';

const DAY_MS = 24 * 60 * 60_000;
const AGENTS = [2, 3] as const;

/** @param refs tickets of the portal, used in turn */
export function aReportJournal(now: number, refs: readonly TicketRef[]): readonly JournalEntry[] {
  const lines: JournalEntry[] = [];
  for (let n = 0; n < 60; n += 1) {
    const at = now - ((n * 7) % 29) * DAY_MS - (n % 5) * 60_000;
    const ref = refs[n % refs.length] ?? null;
    const agent = AGENTS[n % 3 === 0 ? 1 : 0];
    const local = new Date(at + 3 * 60 * 60_000).toISOString().replace(/\.\d+Z$/, '+03:00');
    const base = { at, local, ref, assigneeId: agent, movedAt: at - n, cycle: n + 1 };
    const asked = { kind: 'request', channel: n % 4 === 0 ? 'email' : 'chat', reference: `m${n}` };
    lines.push(aJournalEntry({ ...base, kind: 'client-message', detail: asked }));
    if (n % 2 === 0) lines.push(closing({ ...base, movedBy: agent }, n));
    if (n % 3 === 0) lines.push(refusal({ ...base, movedBy: agent }, n));
    if (n % 4 !== 3) {
      const answer = ['solved', 'solved', 'not-solved'][n % 3] ?? 'question';
      const detail = { answer, answeredAt: at };
      lines.push(aJournalEntry({ ...base, kind: 'client-answered', detail }));
    }
  }
  const [first = null] = refs;
  const last = { at: now, ref: first, assigneeId: 3, cycle: 99 };
  return [
    ...lines,
    aJournalEntry({ ...last, kind: 'reopened', detail: { byClient: 1 } }),
    aJournalEntry({ ...last, kind: 'mistake-named', detail: { cause: 'hurried', measure: 1 } }),
    aJournalEntry({ ...last, kind: 'overridden', movedBy: 3 }),
    aJournalEntry({ ...last, kind: 'ungated', detail: { why: 'exempt' }, movedAt: now }),
    aJournalEntry({
      ...last,
      kind: 'reply-suppressed',
      detail: { kind: 'auto-reply', source: 'x' },
    }),
    // The time before, so that there is something to compare with.
    aJournalEntry({ ...last, kind: 'returned', at: now - 40 * DAY_MS, movedAt: 1, movedBy: 2 }),
  ];
}

type Base = Partial<JournalEntry>;

function closing(base: Base, n: number): JournalEntry {
  const kbDecision = ['created', 'exists', 'not-needed'][n % 3] ?? '';
  return aJournalEntry({
    ...base,
    kind: 'closed',
    outcome: n % 10 === 0 ? 'no-answer' : n % 14 === 0 ? 'duplicate' : 'confirmed',
    confirmation: n % 14 === 0 ? 'not-asked' : n % 6 === 0 ? 'by-agent' : 'confirmed',
    closedBy: n % 10 === 0 ? 'silence' : 'client',
    times: { toAnswer: 30 + n * 11, toSolve: 60 + n * 17, toClose: 90 + n * 23, waitingClient: 45 },
    results: CRITERION_IDS.map((id) =>
      aResult({ id, evidence: id === 'knowledge-base-decided' ? { kbDecision } : {} }),
    ),
  });
}

function refusal(base: Base, n: number): JournalEntry {
  const unmet = { status: 'unmet', gaps: [] } as const;
  const missing = CRITERION_IDS.filter((_id, at) => at < 7 && (n / 3) % (at + 2) === 0);
  return aJournalEntry({
    ...base,
    kind: 'returned',
    results: missing.map((id) => aResult({ id, verdict: unmet })),
  });
}
