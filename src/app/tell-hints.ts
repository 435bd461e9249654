/** What a verified closing could have done better (strictness `warn`): told to its people, one notice each, holding nothing up. */
import type { Gap } from '../core/decision.ts';
import { refKey } from '../core/ticket.ts';
import { AppError } from '../errors.ts';
import type { GateDeps } from './gate-deps.ts';
import type { Judged } from './judged.ts';
import type { StaffNotice } from './ports/tickets.ts';

/** Gaps of criteria that only warn, in the regulation's order. */
export function warningsOf({ decision }: Judged): readonly Gap[] {
  if (decision.kind !== 'pass') return [];
  return decision.results.flatMap(({ strictness, verdict }) =>
    strictness === 'warn' && verdict.status === 'unmet' ? verdict.gaps : [],
  );
}

/** The mover first, and the assignee: a robot's or the client's closing is told to the assignee alone. */
export async function tellHints(items: readonly Judged[], deps: GateDeps): Promise<void> {
  const perPerson = new Map<number, Judged[]>();
  for (const judged of items.filter((item) => warningsOf(item).length > 0)) {
    const { movedBy, assigneeId } = judged.snapshot;
    for (const userId of new Set([movedBy, assigneeId].filter((id) => id > 0))) {
      perPerson.set(userId, [...(perPerson.get(userId) ?? []), judged]);
    }
  }
  const notices = [...perPerson].flatMap(([userId, mine]) => noticeTo(userId, mine, deps));
  if (notices.length === 0) return;
  try {
    await deps.tickets.notify(notices, 'bulk');
  } catch (error) {
    // A hint is not worth judging the closing again; the journal has it.
    if (!(error instanceof AppError)) throw error;
    deps.log.warn({ code: error.code, notices: notices.length }, 'hints were not told');
  }
}

function noticeTo(userId: number, mine: readonly Judged[], deps: GateDeps): readonly StaffNotice[] {
  const [first] = mine;
  if (!first) return [];
  const tickets = mine.map((judged) => ({
    id: judged.snapshot.ref.id,
    title: judged.snapshot.title,
    link: deps.tickets.ticketLink(judged.snapshot.ref),
    gaps: warningsOf(judged),
  }));
  // Closed and hinted at again, a ticket has one notice; a batch has its own.
  const subject =
    mine.length === 1 ? refKey(first.snapshot.ref) : `${mine.length}@${deps.clock.now()}`;
  return [
    {
      userId,
      text: deps.texts.hintsNotice(first.policy.language, tickets, mine.length),
      tag: `closegate|hints|${subject}|${userId}`,
    },
  ];
}
