/**
 * Puts premature closings back and says why. Each return is claimed in the ledger, moved, explained on the ticket,
 * told to the people, and only then forgotten: what a crash leaves in between, finish-returns.ts completes.
 */
import type { Gap } from '../core/decision.ts';
import type { Instant, StagePlace, TicketRef } from '../core/ticket.ts';
import { stageRole } from '../core/stage-role.ts';
import { refKey } from '../core/ticket.ts';
import { alertLeads } from './alert-leads.ts';
import { tellReturned } from './automation/trigger-facts.ts';
import type { GateDeps } from './gate-deps.ts';
import { journalLine } from './journal-lines.ts';
import type { Judged } from './judged.ts';
import { cycleOf } from './one-ticket.ts';
import type { StageMove, WriteOutcome } from './ports/tickets.ts';
import type { ReturnedTicket } from './ports/timeline-cards.ts';
import { cardSight } from './timeline-card/card-sight.ts';
import { noticesPerPerson } from './return-notices.ts';
import { inPortions } from './storm-pace.ts';

export interface ReturnItem {
  readonly judged: Judged;
  readonly gaps: readonly Gap[];
  /** In order of preference. */
  readonly targets: readonly StagePlace[];
  /** The new value of the ticket's own counter. */
  readonly returns: number;
  readonly notifyIds: readonly number[];
}

/**
 * @returns tickets that were back within the second of their closing: the portal tells whole seconds, so that a robot or a
 * trigger that closes them again at once makes a move that looks like the one just judged
 */
export async function returnTickets(
  portalId: string,
  items: readonly ReturnItem[],
  deps: GateDeps,
): Promise<readonly TicketRef[]> {
  if (items.length === 0) return [];
  await deps.ledger.claim(portalId, items.map(ledgerEntry), deps.clock.now());
  const [only] = items;
  const moved =
    items.length === 1 && only
      ? await returnAlone(portalId, only, deps)
      : await returnMany(portalId, items, deps);
  return moved
    .filter(({ item, movedAt }) => movedAt <= item.judged.snapshot.movedAt)
    .map(({ item }) => refOf(item));
}

function ledgerEntry({ judged: { snapshot, policy, decision }, gaps, returns }: ReturnItem) {
  return {
    ref: snapshot.ref,
    movedAt: snapshot.movedAt,
    movedBy: snapshot.movedBy,
    assigneeId: snapshot.assigneeId,
    from: { categoryId: snapshot.categoryId, stageId: snapshot.stageId },
    pipeline: policy.pipeline,
    gaps,
    step: 'claimed' as const,
    policyVersion: policy.version,
    returns,
    ...(decision.kind === 'return' ? { results: decision.results, outcome: decision.outcome } : {}),
  };
}

const refOf = (item: ReturnItem): TicketRef => item.judged.snapshot.ref;
const keyOf = (item: ReturnItem): string => refKey(refOf(item));

function moveOf(item: ReturnItem, to: StagePlace): StageMove {
  const { snapshot, policy } = item.judged;
  return {
    ref: snapshot.ref,
    to,
    from: { categoryId: snapshot.categoryId, stageId: snapshot.stageId },
    returns: { field: policy.fields.returns, value: item.returns },
  };
}

function commentOf(item: ReturnItem, deps: GateDeps) {
  return {
    ref: refOf(item),
    text: deps.texts.returnComment(item.judged.policy.language, item.gaps),
  };
}

/** One ticket at rest: move, explanation and notices travel in one request, so that the return comes at once. */
async function returnAlone(
  portalId: string,
  item: ReturnItem,
  deps: GateDeps,
): Promise<readonly Settled[]> {
  const notices = noticesPerPerson([item], deps);
  let last: WriteOutcome | null = null;
  for (const target of item.targets) {
    const answer = await deps.tickets.returnOne(
      moveOf(item, target),
      commentOf(item, deps),
      notices,
    );
    last = answer.move;
    if (answer.move.ok) {
      if (!answer.explained) await deps.tickets.addComments([commentOf(item, deps)], 'live');
      await deps.ledger.advance(portalId, [refOf(item)], 'explained');
      if (!answer.notified) await deps.tickets.notify(notices, 'live');
      const moved = [{ item, to: target, movedAt: answer.move.movedAt }];
      await settle(portalId, moved, deps);
      return moved;
    }
    if (!mayTryNext(answer.move)) break;
  }
  await refused(portalId, item, last, deps);
  return [];
}

/** A storm: all moves first, in batches, then all explanations, then one notice per person. */
async function returnMany(
  portalId: string,
  items: readonly ReturnItem[],
  deps: GateDeps,
): Promise<readonly Settled[]> {
  const moved: Settled[] = [];
  const failed: { item: ReturnItem; outcome: WriteOutcome }[] = [];
  let round: readonly ReturnItem[] = items;
  for (let choice = 0; round.length > 0; choice += 1) {
    const attempts = round.flatMap((item) => {
      const target = item.targets[choice];
      return target ? [{ item, target }] : [];
    });
    const answers = new Map<string, WriteOutcome>();
    await inPortions(attempts, deps.between, async (some, priority) => {
      const moves = some.map(({ item, target }) => moveOf(item, target));
      const answered = await deps.tickets.moveTickets(moves, priority);
      for (const [key, outcome] of answered) answers.set(key, outcome);
    });
    const again: ReturnItem[] = [];
    for (const { item, target } of attempts) {
      const outcome = answers.get(keyOf(item)) ?? UNKNOWN;
      if (outcome.ok) moved.push({ item, to: target, movedAt: outcome.movedAt });
      else if (mayTryNext(outcome) && item.targets[choice + 1]) again.push(item);
      else failed.push({ item, outcome });
    }
    round = again;
  }
  await explain(portalId, moved, deps);
  for (const { item, outcome } of failed) await refused(portalId, item, outcome, deps);
  return moved;
}

const UNKNOWN: WriteOutcome = { ok: false, why: 'unknown', detail: '' };

const mayTryNext = (outcome: WriteOutcome): boolean =>
  !outcome.ok &&
  (outcome.why === 'required-fields' ||
    outcome.why === 'rejected' ||
    outcome.why === 'not-applied');

interface Settled {
  readonly item: ReturnItem;
  readonly to: StagePlace;
  /** When the portal says that it was moved back. */
  readonly movedAt: Instant;
}

async function explain(portalId: string, moved: readonly Settled[], deps: GateDeps): Promise<void> {
  if (moved.length === 0) return;
  const items = moved.map(({ item }) => item);
  await deps.ledger.advance(portalId, items.map(refOf), 'moved');
  await inPortions(items, deps.between, async (some, priority) => {
    await deps.tickets.addComments(
      some.map((item) => commentOf(item, deps)),
      priority,
    );
  });
  await deps.ledger.advance(portalId, items.map(refOf), 'explained');
  await deps.tickets.notify(noticesPerPerson(items, deps), 'live');
  await settle(portalId, moved, deps);
}

async function settle(portalId: string, moved: readonly Settled[], deps: GateDeps): Promise<void> {
  const now = deps.clock.now();
  await deps.journal.append(
    portalId,
    moved.map(({ item, to }) =>
      journalLine(item.judged, 'returned', now, {
        to: to.stageId,
        detail: { returns: item.returns },
      }),
    ),
  );
  await tellReturned(
    portalId,
    moved.map(({ item: { judged, returns } }) => {
      // Where the settings name no field for it, nothing is written.
      const counted = judged.policy.fields.returns !== '';
      return { ...judged.snapshot, returns: counted ? returns : null };
    }),
    deps,
  );
  await deps.cards?.returned(
    portalId,
    moved.map(({ item }) => cardOf(item)),
  );
  await deps.ledger.finish(
    portalId,
    moved.map(({ item }) => refOf(item)),
    now,
  );
  // The app's own move is never swept, so that nobody else would ask the client of a ticket put where it waits for one.
  const asking = moved.filter(
    ({ item: { judged }, to }) => stageRole(judged.policy, to.stageId) === 'awaiting-confirmation',
  );
  await deps.client?.awaiting(
    portalId,
    asking.map(({ item }) => item.judged),
  );
}

function cardOf({ judged: { snapshot, policy }, gaps, returns }: ReturnItem): ReturnedTicket {
  return {
    ref: snapshot.ref,
    cycle: cycleOf({ snapshot }),
    gaps,
    responsibleId: snapshot.assigneeId,
    language: policy.language,
    first: returns <= 1 && policy.fields.returns !== '',
    seen: cardSight(snapshot),
  };
}

/** The portal would not take the ticket back: leave it, mark it, tell the lead. Never fight. */
async function refused(
  portalId: string,
  item: ReturnItem,
  outcome: WriteOutcome | null,
  deps: GateDeps,
): Promise<void> {
  const why = outcome && !outcome.ok ? outcome.why : 'rejected';
  const ref = refOf(item);
  if (why === 'unknown') {
    // Perhaps it was carried out: the claim stays, the next sweep asks the portal.
    await deps.state.addPending(portalId, [ref]);
    return;
  }
  const detail = outcome && !outcome.ok ? outcome.detail : '';
  await deps.journal.append(portalId, [
    journalLine(item.judged, 'return-refused', deps.clock.now(), { detail: { why, code: detail } }),
  ]);
  if (why !== 'not-found') {
    const { policy } = item.judged;
    await deps.tickets.addComments(
      [{ ref, text: deps.texts.refusedComment(policy.language, item.gaps) }],
      'live',
    );
    await alertLeads(
      portalId,
      {
        code: why === 'denied' ? 'write-denied' : 'return-refused',
        ref,
        userIds: policy.leads,
        params: { id: ref.id },
        language: policy.language,
      },
      deps,
    );
  }
  await deps.ledger.drop(portalId, [ref]);
}
