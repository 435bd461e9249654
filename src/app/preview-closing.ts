/**
 * What the panel of a ticket shows: the verdict of the gate itself on the ticket as if it were closed now, in words, with the
 * place where each gap is mended and what can be done next.
 */
import type { CardState } from '../core/card-state.ts';
import { MIN_REASON_CHARACTERS } from '../core/closing-exception.ts';
import { closedPlace, decideClosing } from '../core/decide-closing.ts';
import type { ClosingDecision, CriterionResult } from '../core/decision.ts';
import { digest } from '../core/digest.ts';
import { holdEnd, isCountingDown, lacksHoldEnd, wasReminded } from '../core/decide-silence.ts';
import { closesOnSilence } from '../core/product-update.ts';
import { silenceSchedule } from '../core/silence-schedule.ts';
import type { SilenceSchedule } from '../core/silence-schedule.ts';
import { isClosedRole, stageRole } from '../core/stage-role.ts';
import type { Instant, Outcome } from '../core/ticket.ts';
import { OUTCOMES, refKey } from '../core/ticket.ts';
import { cardActions } from './card/card-actions-open.ts';
import { asIfClosed } from './card/as-if-closed.ts';
import type { CardDeps, CardViewer } from './card/card-deps.ts';
import { criterionWords } from './card/criterion-words.ts';
import { cardFields } from './card/card-fields.ts';
import { cardHistory } from './card/card-history.ts';
import type { OneTicket } from './one-ticket.ts';
import { noticeMark } from './final-notice.ts';
import { withoutSuppressed } from './suppressed-newest.ts';

const MINUTE_MS = 60_000;

type Viewer = Pick<CardViewer, 'portalId' | 'userId' | 'language'>;

/** @param outcome the closing is looked at with this one; null: the ticket's own. No request but what is cached for an hour. */
export async function previewClosing(
  viewer: Viewer,
  read: OneTicket,
  outcome: Outcome | null,
  deps: CardDeps,
): Promise<CardState> {
  const now = deps.client.clock.now();
  const ticket = await withoutSuppressed(viewer.portalId, read, deps.client);
  const { policy, snapshot } = ticket;
  const judged = judgeAsClosed(ticket, { userId: viewer.userId, outcome, now }, deps);
  const schedule = await countdown(ticket, deps);
  const undoUntil = await undoEnd(viewer.portalId, ticket, now, deps);
  const known = {
    ...cardOf(viewer, ticket, judged, deps),
    ticket: await ticketOf(viewer.portalId, ticket, deps),
    criteria: await criterionWords(viewer, ticket, judged.results, { schedule, deps }),
    fields: cardFields(ticket, viewer.language, deps.plain),
    confirmation: confirmationOf(viewer, ticket, schedule, deps),
    hold: holdOf(ticket, now),
    undoUntil,
    kbNote: snapshot.record.kbNote,
    history: await cardHistory(viewer, snapshot.ref, deps),
    rights: { canOverride: policy.overriders.includes(viewer.userId) },
  };
  const state = { ...known, actions: cardActions(ticket, known) };
  return { version: digest(JSON.stringify(state)), ...state };
}

export interface JudgedAsClosed {
  readonly decision: ClosingDecision;
  readonly results: readonly CriterionResult[];
  readonly outcome: Outcome;
}

/** The gate's own decision on the ticket as it would stand. */
export function judgeAsClosed(
  ticket: OneTicket,
  wish: Parameters<typeof asIfClosed>[1],
  { client }: Pick<CardDeps, 'client'>,
): JudgedAsClosed {
  const { as, outcome, place } = asIfClosed(ticket, wish);
  const decision = decideClosing(as, ticket.policy, {
    now: wish.now,
    recentReturns: 0,
    words: client.words,
    closedElsewhere: place === null,
  });
  return { decision, outcome, results: decision.kind === 'not-gated' ? [] : decision.results };
}

function cardOf(
  { language, userId }: Viewer,
  { snapshot, policy }: OneTicket,
  { decision, outcome, results }: JudgedAsClosed,
  { plain }: CardDeps,
) {
  const { stageId, record } = snapshot;
  const role = stageRole(policy, stageId);
  const closed = isClosedRole(role);
  const label = (code: Outcome): string => plain(language, `field.outcome.${code}`);
  const unmet = unmetBlocking(results);
  const open = !closed && role !== 'exempt';
  return {
    language,
    stage: closed ? ('closed' as const) : stageKind(role),
    mode: policy.mode,
    outcome,
    outcomes: OUTCOMES.filter((code) => closedPlace(policy, code) !== null).map((code) => ({
      code,
      label: label(code),
    })),
    exception: {
      allowed:
        decision.kind === 'pass' || !open ? ('none' as const) : waivable(unmet, policy, userId),
      reason: record.exceptionReason,
      minCharacters: MIN_REASON_CHARACTERS,
    },
    canClose: open && policy.mode === 'enforce' && decision.kind === 'pass',
    whyNot: closed ? [] : whyNot(language, decision, unmet, plain),
    closed: closed ? { at: record.closedAt ?? snapshot.movedAt, outcome: label(outcome) } : null,
  };
}

/** The same entity types as whoever read the ticket: the stages are remembered by them. */
async function ticketOf(
  portalId: string,
  { snapshot: { ref, title, stageId } }: OneTicket,
  { client }: CardDeps,
): Promise<CardState['ticket']> {
  const policies = await client.policies.list(portalId);
  const types = [...new Set(policies.map(({ pipeline }) => pipeline.entityTypeId))];
  const { stages } = await client.stages.stages(types, client.clock.now());
  const stage = stages.find(
    (one) => one.entityTypeId === ref.entityTypeId && one.stageId === stageId,
  );
  return { ref, number: ref.id, title, stageName: stage?.name ?? stageId };
}

function stageKind(role: ReturnType<typeof stageRole>): Exclude<CardState['stage'], 'closed'> {
  const own = role === 'awaiting-confirmation' || role === 'gate' || role === 'exempt';
  return own ? role : 'work';
}

function unmetBlocking(results: readonly CriterionResult[]): readonly CriterionResult[] {
  return results.filter(
    ({ strictness, verdict }) =>
      verdict.status === 'unmet' && (strictness === 'block' || strictness === 'justify'),
  );
}

/** Whose reason would let everything that is unmet pass. */
function waivable(
  unmet: readonly CriterionResult[],
  { overriders }: OneTicket['policy'],
  userId: number,
): CardState['exception']['allowed'] {
  if (unmet.length === 0) return 'none';
  if (unmet.every(({ strictness }) => strictness === 'justify')) return 'justify';
  return overriders.includes(userId) ? 'override' : 'none';
}

function whyNot(
  language: CardState['language'],
  decision: ClosingDecision,
  unmet: readonly CriterionResult[],
  plain: CardDeps['plain'],
): readonly string[] {
  if (decision.kind === 'undecided') return [plain(language, 'silence.unread-fact')];
  if (decision.kind === 'not-gated' || decision.kind === 'pass') return [];
  return unmet.map(({ id }) => plain(language, `criterion.${id}`));
}

async function countdown(ticket: OneTicket, deps: CardDeps): Promise<SilenceSchedule | null> {
  const { snapshot, policy } = ticket;
  const { askedAt, remindedAt, holdUntil } = snapshot.record;
  if (policy.mode !== 'enforce' || askedAt === null || !isCountingDown(snapshot, policy))
    return null;
  const time = await deps.client.workingTime(policy);
  return silenceSchedule({ deliveredAt: askedAt, remindedAt, heldUntil: holdUntil }, policy, time);
}

function confirmationOf(
  { language }: Viewer,
  { snapshot }: OneTicket,
  schedule: SilenceSchedule | null,
  { plain }: CardDeps,
): CardState['confirmation'] {
  const { record } = snapshot;
  const state = record.confirmation ?? 'not-asked';
  const closes = schedule !== null && closesOnSilence(record);
  return {
    state,
    label: plain(language, `field.confirmation.${state}`),
    askedAt: record.askedAt,
    remindedAt: wasReminded(record) ? record.remindedAt : null,
    remindAt: schedule === null || wasReminded(record) ? null : schedule.remindAt,
    closeAt: closes ? schedule.closeAt : null,
  };
}

function holdOf({ snapshot: { record } }: OneTicket, now: Instant): CardState['hold'] {
  const until = holdEnd(record, now);
  if (until === null && !lacksHoldEnd(record)) return null;
  return { until, reason: record.holdReason };
}

/** Until when nothing of the closing has reached the client; null when it has, or the ticket is not closed. */
async function undoEnd(
  portalId: string,
  ticket: OneTicket,
  now: Instant,
  { client }: CardDeps,
): Promise<Instant | null> {
  const { snapshot, policy } = ticket;
  if (policy.mode !== 'enforce' || !isClosedRole(stageRole(policy, snapshot.stageId))) return null;
  const known = await client.cases.find(portalId, snapshot.ref);
  if (known?.state !== 'closed' || known.closedAt === null) return null;
  const until = known.closedAt + policy.undoMinutes * MINUTE_MS;
  const mark = noticeMark(ticket);
  const silent = (await client.state.unseen(portalId, [mark])).has(mark);
  return now < until && silent ? until : null;
}

export const cardKey = (portalId: string, ref: OneTicket['snapshot']['ref']): string =>
  `${portalId} ${refKey(ref)}`;
