/** Actions of the panel around the client's word: ask, remind, take back, pause, enter what the client said elsewhere. */
import { hasText, isBareTick } from '../../core/evidence-text.ts';
import { isCountingDown, lacksHoldEnd, holdEnd, wasReminded } from '../../core/decide-silence.ts';
import { isClosedRole, stageRole } from '../../core/stage-role.ts';
import type { StagePlace } from '../../core/ticket.ts';
import { askClient, remindClient } from '../ask-client.ts';
import { tellConfirmed } from '../automation/trigger-facts.ts';
import { wallTime } from '../message-context.ts';
import type { OneTicket } from '../one-ticket.ts';
import { cycleOf, workPlace } from '../one-ticket.ts';
import { holdEnded, promiseAnew } from '../silence-elapsed.ts';
import type { CardOutcome, CardScene } from './card-scene.ts';
import { again, done, editAsPerson, noteAction, refused, stopCountdown } from './card-scene.ts';

const YEAR_MS = 366 * 24 * 60 * 60_000;
const DAY_MS = 24 * 60 * 60_000;

const isSettled = ({ snapshot: { record } }: OneTicket): boolean =>
  record.confirmation === 'confirmed' || record.confirmation === 'by-agent';

function awaitingPlace({ policy }: OneTicket): StagePlace | null {
  const stageId = Object.keys(policy.stages).find(
    (id) => policy.stages[id] === 'awaiting-confirmation',
  );
  return stageId === undefined ? null : { categoryId: policy.pipeline.categoryId, stageId };
}

/** The ticket goes where it waits, in the person's name, and the client is asked at once. */
export async function requestConfirmation(scene: CardScene): Promise<CardOutcome> {
  const { viewer, ticket, deps } = scene;
  const { snapshot, policy } = ticket;
  if (isSettled(ticket)) return refused('confirmed-already');
  if (isCountingDown(snapshot, policy)) return refused('already-asked');
  if (!hasText(snapshot.record.solution)) return refused('no-solution', 'solution');
  const place = awaitingPlace(ticket);
  if (place === null) return refused('no-waiting-stage');
  let waiting = ticket;
  if (stageRole(policy, snapshot.stageId) !== 'awaiting-confirmation') {
    const problem = await editAsPerson(scene, { changes: {}, moveTo: place });
    if (problem) return problem;
    waiting = await again(scene);
  }
  // The person's wish stands for a move: after a client's question the ticket stays where it is.
  const movedAt = Math.max(waiting.snapshot.movedAt, deps.client.clock.now());
  const asked = { ...waiting, snapshot: { ...waiting.snapshot, movedAt } };
  await noteAction(scene, 'request');
  const fate = await askClient(viewer.portalId, asked, deps.client);
  return done(`request.${FATES.has(fate) ? fate : 'later'}`);
}

/** Fates that have words of their own; after any other the app tries again by itself. */
const FATES: ReadonlySet<string> = new Set([
  'sent',
  'outside-hours',
  'call-needed',
  'undelivered',
  'on-hold',
]);

export async function remindNow(scene: CardScene): Promise<CardOutcome> {
  const { viewer, ticket, deps } = scene;
  const { snapshot, policy } = ticket;
  const now = deps.client.clock.now();
  if (!isCountingDown(snapshot, policy)) return refused('not-asked');
  if (wasReminded(snapshot.record)) return refused('already-reminded');
  if (holdEnd(snapshot.record, now) !== null || lacksHoldEnd(snapshot.record)) {
    return refused('on-hold');
  }
  await noteAction(scene, 'remind');
  const fate = await remindClient(viewer.portalId, ticket, deps.client);
  return done(`remind.${FATES.has(fate) ? fate : 'later'}`);
}

/** Nothing is waited for any more: the ticket goes back to work, and silence closes nothing. */
export async function cancelRequest(scene: CardScene): Promise<CardOutcome> {
  const { ticket } = scene;
  const { snapshot, policy } = ticket;
  if (stageRole(policy, snapshot.stageId) !== 'awaiting-confirmation') return refused('not-asked');
  if (isSettled(ticket)) return refused('confirmed-already');
  const problem = await backToWork(scene);
  if (problem) return problem;
  await noteAction(scene, 'cancel-request');
  return done('cancel-request');
}

/** From the stage where it waits; the countdown ends with it. */
export async function backToWork(scene: CardScene): Promise<CardOutcome | null> {
  const { viewer, ticket, deps } = scene;
  const { ref } = ticket.snapshot;
  const changes = isSettled(ticket) ? {} : ({ confirmation: 'not-asked' } as const);
  const problem = await editAsPerson(scene, { changes, moveTo: workPlace(ticket) });
  if (problem) return problem;
  await stopCountdown(scene);
  const known = await deps.client.cases.find(viewer.portalId, ref);
  if (known?.state === 'open' && known.cycle === cycleOf(ticket)) {
    await deps.client.cases.save(viewer.portalId, { ...known, answerUntil: null });
  }
  return null;
}

export interface HoldWish {
  readonly until: number;
  readonly reason: string;
}

export async function hold(scene: CardScene, { until, reason }: HoldWish): Promise<CardOutcome> {
  const { viewer, ticket, deps } = scene;
  const { ref } = ticket.snapshot;
  const now = deps.client.clock.now();
  if (until <= now || until > now + YEAR_MS) return refused('hold-until', 'until');
  if (!hasText(reason)) return refused('hold-reason', 'reason');
  const changes = { holdUntil: until, holdReason: reason.trim() };
  const problem = await editAsPerson(scene, { changes, moveTo: null });
  if (problem) return problem;
  const waits = stageRole(ticket.policy, ticket.snapshot.stageId) === 'awaiting-confirmation';
  if (waits) {
    const timer = { ref, cycle: cycleOf(ticket), kind: 'hold-end', dueAt: until } as const;
    await deps.client.timers.set(viewer.portalId, timer);
    await promiseAnew(viewer.portalId, withChanges(ticket, changes), deps.client);
  }
  await noteAction(scene, 'hold', { until, reason: reason.trim().slice(0, 1000) });
  return done('hold');
}

export async function unhold(scene: CardScene): Promise<CardOutcome> {
  const { viewer, ticket, deps } = scene;
  const { snapshot, policy } = ticket;
  if (snapshot.record.holdUntil === null && !hasText(snapshot.record.holdReason)) {
    return refused('no-hold');
  }
  const changes = { holdUntil: null, holdReason: '' };
  const problem = await editAsPerson(scene, { changes, moveTo: null });
  if (problem) return problem;
  await noteAction(scene, 'unhold');
  if (stageRole(policy, snapshot.stageId) === 'awaiting-confirmation') {
    await holdEnded(viewer.portalId, withChanges(ticket, changes), deps.client);
  }
  return done('unhold');
}

function withChanges(
  ticket: OneTicket,
  changes: Partial<OneTicket['snapshot']['record']>,
): OneTicket {
  const record = { ...ticket.snapshot.record, ...changes };
  return { ...ticket, snapshot: { ...ticket.snapshot, record } };
}

export const BY_AGENT_CHANNELS = ['phone', 'chat', 'email', 'messenger', 'meeting'] as const;

export interface ByAgentWish {
  readonly channel: (typeof BY_AGENT_CHANNELS)[number];
  readonly at: number;
  readonly words: string;
}

/** The client said so elsewhere: where, when and what is written down, so that it can be checked (step 2). */
export async function confirmByAgent(scene: CardScene, wish: ByAgentWish): Promise<CardOutcome> {
  const { ticket, deps } = scene;
  const { snapshot, policy } = ticket;
  const now = deps.client.clock.now();
  if (isClosedRole(stageRole(policy, snapshot.stageId))) return refused('closed');
  if (snapshot.record.confirmation === 'confirmed') return refused('confirmed-already');
  if (wish.at > now + 60_000 || wish.at < now - 90 * DAY_MS) return refused('by-agent-at', 'at');
  if (!hasText(wish.words) || isBareTick(wish.words)) return refused('by-agent-words', 'words');
  const time = await deps.client.workingTime(policy);
  const confirmationEvidence = deps.plain(policy.language, 'card.by-agent.evidence', {
    channel: deps.plain(policy.language, `card.by-agent.channel.${wish.channel}`),
    at: wallTime(wish.at, time),
    words: wish.words.trim(),
  });
  const changes = { confirmation: 'by-agent', confirmationEvidence } as const;
  const problem = await editAsPerson(scene, { changes, moveTo: null });
  if (problem) return problem;
  await stopCountdown(scene);
  await tellConfirmed(scene.viewer.portalId, ticket, deps.client);
  await noteAction(scene, 'by-agent', { channel: wish.channel, saidAt: wish.at });
  return done('by-agent');
}
