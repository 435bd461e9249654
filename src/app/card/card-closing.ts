/** Actions of the panel that close a ticket or open it again: the gate's own verdict, stamp and bookkeeping. */
import { isReason } from '../../core/closing-exception.ts';
import { isClosedRole, stageRole } from '../../core/stage-role.ts';
import type { MistakeCause, Outcome, StagePlace } from '../../core/ticket.ts';
import { refKey } from '../../core/ticket.ts';
import { closeTicket } from '../close-ticket.ts';
import { leftClosedNow } from '../left-closed.ts';
import type { OneTicket } from '../one-ticket.ts';
import type { StampCommand, TicketGateway } from '../ports/tickets.ts';
import { withoutSuppressed } from '../suppressed-newest.ts';
import { tellStaff } from '../tell-staff.ts';
import { isUndone } from '../undo-closing.ts';
import { judgeAsClosed } from '../preview-closing.ts';
import { asIfClosed } from './as-if-closed.ts';
import { backToWork } from './card-request.ts';
import type { CardOutcome, CardScene } from './card-scene.ts';
import { again, done, editAsPerson, noteAction, refused } from './card-scene.ts';

export interface CloseWish {
  /** null: the ticket's own, else a confirmed one. */
  readonly outcome: Outcome | null;
  readonly exceptionReason?: string;
}

export async function closeNow(scene: CardScene, wish: CloseWish): Promise<CardOutcome> {
  const { viewer, deps } = scene;
  const { snapshot, policy } = scene.ticket;
  const role = stageRole(policy, snapshot.stageId);
  if (isClosedRole(role) || role === 'exempt') return refused('closed');
  const heard = await withoutSuppressed(viewer.portalId, scene.ticket, deps.client);
  const now = deps.client.clock.now();
  const { as, place } = asIfClosed(heard, { ...wish, userId: viewer.userId, now });
  if (place === null) return refused('no-closed-stage');
  const hand = handThenApp(scene);
  const closing = { as, place, closedBy: 'agent', hand } as const;
  const attempt = await closeTicket(viewer.portalId, heard, closing, deps.client);
  switch (attempt.kind) {
    case 'closed':
      await noteAction(scene, wish.exceptionReason === undefined ? 'close' : 'override');
      return done('closed');
    case 'held-back':
      return refused('not-ready', '', { count: attempt.gaps.length });
    case 'undecided':
      return refused('unread');
    case 'not-verified':
      return refused('not-verified');
  }
}

/** A written reason and the closing it is for, in one step. */
export async function closeWithReason(
  scene: CardScene,
  wish: { readonly outcome: Outcome | null; readonly reason: string },
): Promise<CardOutcome> {
  const reason = wish.reason.trim();
  if (!isReason(reason)) return refused('reason', 'reason');
  const { viewer, ticket, deps } = scene;
  // A reason that lets nothing pass is not left on the ticket.
  const heard = await withoutSuppressed(viewer.portalId, ticket, deps.client);
  const look = { userId: viewer.userId, outcome: wish.outcome, now: deps.client.clock.now() };
  const { decision } = judgeAsClosed(heard, { ...look, exceptionReason: reason }, deps);
  if (decision.kind === 'undecided') return refused('unread');
  if (decision.kind !== 'pass') {
    return refused('not-ready', '', { count: 'gaps' in decision ? decision.gaps.length : 0 });
  }
  const changes = { exceptionReason: reason };
  const problem = await editAsPerson(scene, { changes, moveTo: null });
  if (problem) return problem;
  const record = { ...ticket.snapshot.record, ...changes };
  const written = { ...ticket, snapshot: { ...ticket.snapshot, record } };
  const { outcome } = wish;
  return closeNow({ ...scene, ticket: written }, { outcome, exceptionReason: reason });
}

/**
 * The person's own move. Where the portal lets only the app into the closed stage (its stage rights), the app makes it for
 * those who may change the ticket itself, which a first write in their name shows.
 */
function handThenApp({ viewer, ticket, deps }: CardScene): Pick<TicketGateway, 'stampTickets'> {
  const { policy } = ticket;
  return {
    async stampTickets(commands, priority) {
      const answers = await viewer.hand.tickets.stampTickets(commands, priority);
      const denied = ({ ref }: StampCommand): boolean => {
        const write = answers.get(refKey(ref))?.write;
        return write?.ok === false && write.why === 'denied';
      };
      const [first] = commands.filter(denied);
      if (!first) return answers;
      const changes = { outcome: first.stamp.outcome };
      const trial = await viewer.hand.writer.change([
        { ref: first.ref, policy, changes, moveTo: null },
      ]);
      const may = [...trial.values()].every(({ ok }) => ok);
      return may ? deps.client.tickets.stampTickets(commands, priority) : answers;
    },
  };
}

export async function undoNow(scene: CardScene): Promise<CardOutcome> {
  const { viewer, ticket, deps } = scene;
  const { snapshot, policy } = ticket;
  if (!isClosedRole(stageRole(policy, snapshot.stageId))) return refused('not-closed');
  const known = await deps.client.cases.find(viewer.portalId, snapshot.ref);
  const now = { ...ticket, snapshot: { ...snapshot, movedAt: deps.client.clock.now() } };
  if (known?.state !== 'closed' || !(await isUndone(viewer.portalId, now, known, deps.client))) {
    return refused('undo-over');
  }
  const problem = await editAsPerson(scene, { changes: {}, moveTo: openPlace(ticket) });
  if (problem) return problem;
  await noteAction(scene, 'undo');
  await leftClosedNow(viewer.portalId, await again(scene), deps.client);
  return done('undo');
}

/** Where it came from if work goes on there, else the mapped work stage. */
function openPlace({ snapshot: { previous }, policy }: OneTicket): StagePlace {
  const role = previous === null ? null : stageRole(policy, previous.stageId);
  const { categoryId } = policy.pipeline;
  if (previous !== null && previous.categoryId === categoryId && role === 'work') return previous;
  return { categoryId, stageId: policy.returnStage };
}

export interface ReturnWish {
  /** Why it was closed too early; only for a closed ticket. */
  readonly cause: MistakeCause | null;
  readonly comment: string;
}

/** A closed ticket is opened again with all that belongs to it; one that waits for its client goes on being worked on. */
export async function returnToWork(scene: CardScene, wish: ReturnWish): Promise<CardOutcome> {
  const { viewer, ticket, deps } = scene;
  const { snapshot, policy } = ticket;
  const role = stageRole(policy, snapshot.stageId);
  if (isClosedRole(role)) {
    if (wish.cause === null) return refused('return-cause', 'cause');
    const problem = await editAsPerson(scene, { changes: {}, moveTo: openPlace(ticket) });
    if (problem) return problem;
    const open = await again(scene);
    await leftClosedNow(viewer.portalId, open, deps.client);
    const named = { changes: { mistakeCause: wish.cause }, moveTo: null };
    const unnamed = await editAsPerson({ viewer, ticket: open }, named);
    if (unnamed) return unnamed;
  } else if (role === 'awaiting-confirmation') {
    if (wish.comment.trim() === '') return refused('return-comment', 'comment');
    const problem = await backToWork(scene);
    if (problem) return problem;
  } else return refused('not-closed');
  await noteAction(scene, 'return-to-work', wish.cause === null ? {} : { cause: wish.cause });
  await tellReason(scene, wish.comment);
  return done('return-to-work');
}

async function tellReason({ viewer, ticket, deps }: CardScene, comment: string): Promise<void> {
  const text = comment.trim();
  if (text === '') return;
  const who = await deps.client.channels.staffName(viewer.userId);
  const word = { key: 'card.returned-comment', params: { who, text }, quietly: true };
  await tellStaff(viewer.portalId, ticket, word, deps.client);
}
