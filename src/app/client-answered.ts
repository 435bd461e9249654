/** Carries out what clients answered on their page: each stored answer once, the text kept on the ticket first. */
import { contradicts } from '../core/replies/contradiction.ts';
import { closedPlace } from '../core/decide-closing.ts';
import { decideReply } from '../core/decide-reply.ts';
import type { ReplyDecision } from '../core/decide-reply.ts';
import { AppError } from '../errors.ts';
import { refKey } from '../core/ticket.ts';
import { isCountingDown } from '../core/decide-silence.ts';
import { isClosedRole, stageRole } from '../core/stage-role.ts';
import type { WorkedOff } from './answer-word.ts';
import { noteAnswer, wordAs } from './answer-word.ts';
import { markLeftOut } from './ask-client.ts';
import { tellAnswered } from './automation/trigger-facts.ts';
import { changeTicket } from './change-ticket.ts';
import type { TicketEdit } from './change-ticket.ts';
import type { ClientDeps } from './client-deps.ts';
import { closeTicket } from './close-ticket.ts';
import { reopenUntil } from './message-context.ts';
import type { OneTicket } from './one-ticket.ts';
import { cycleOf, readTicket, workPlace } from './one-ticket.ts';
import type { PostedAnswer } from './ports/client.ts';
import type { Fate } from './ports/runs.ts';
import { recordedRun } from './record-run.ts';
import { announceReply } from './reply-arrived.ts';
import { finishReopening, reopenByClient } from './reopen-ticket.ts';
import { withNothingOpen, withoutSuppressed } from './suppressed-newest.ts';
import { tellStaff } from './tell-staff.ts';
import { ticketUnseen } from './ticket-unseen.ts';
import { ticketLock } from './ticket-lock.ts';

/** Works through the stored answers of a portal. What fails or is busy stays stored and holds nobody else up. */
export async function clientAnswered(portalId: string, deps: ClientDeps): Promise<void> {
  const faults: AppError[] = [];
  await recordedRun(portalId, 'answers', deps, async (note) => {
    for (const answer of await deps.answers.waiting(portalId)) {
      const attempt = await attemptAnswer(portalId, answer, deps);
      note(attempt.fate);
      if (attempt.fault) faults.push(attempt.fault);
    }
  });
  // The job is tried again for all that is left; a passing fault first, because it is worth trying soon.
  const [fault] = faults.toSorted(
    (a, b) => Number(a.retry === 'never') - Number(b.retry === 'never'),
  );
  if (fault) throw fault;
}

interface Attempt {
  readonly fate: Fate;
  readonly fault?: AppError;
}

async function attemptAnswer(
  portalId: string,
  answer: PostedAnswer,
  deps: ClientDeps,
): Promise<Attempt> {
  try {
    const done = await deps.lock.exclusively(ticketLock(portalId, answer.ref), () =>
      workOff(portalId, answer, deps),
    );
    if (done === null) return { fate: 'busy', fault: busy() };
    if (done) await deps.answers.done(portalId, answer);
    return { fate: done ? 'done' : 'not-wanted' };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    deps.log.warn(
      { portalId, ticket: refKey(answer.ref), code: error.code, detail: error.detail },
      'an answer could not be carried out yet',
    );
    return { fate: 'fault', fault: error };
  }
}

function busy(): AppError {
  return new AppError('portal-rate-limited', 'The ticket is being worked on: try again shortly.', {
    retry: 'after',
    retryAfterMs: 1000,
  });
}

/** True when the answer is done with. */
async function workOff(portalId: string, answer: PostedAnswer, deps: ClientDeps): Promise<boolean> {
  const ticket = await readTicket(portalId, answer.ref, deps);
  if (!ticket) return ticketUnseen(portalId, answer, deps);
  await handle(portalId, ticket, answer, deps);
  return true;
}

async function handle(
  portalId: string,
  ticket: OneTicket,
  answer: PostedAnswer,
  deps: ClientDeps,
): Promise<void> {
  if (await isOvertaken(portalId, ticket, answer, deps)) return;
  const against = contradicts(answer.answer, answer.comment, deps.replyRules).contradicts;
  const decision = decideReply(ticket.snapshot, ticket.policy, {
    answer: answer.answer,
    contradicts: against,
    cycle: answer.cycle,
    now: answer.at,
    reopenUntil: await reopenUntil(ticket, deps),
  });
  await keepWords(portalId, ticket, { answer, against, decision }, deps);
  const first = await noteAnswer(portalId, ticket, { answer, against, decision }, deps);
  // Observe mode touches nothing: the words are on the ticket, the rest is the agent's.
  if (ticket.policy.mode !== 'enforce') return;
  const again = !first && decision.kind !== 'outdated';
  if (!again || !(await isWorkedOnSince(ticket, answer, deps))) {
    await carryOutReply(portalId, ticket, { decision, answer }, deps);
  }
  // After the app's own moves: where an administrator attached a trigger, that stage is the last word.
  await tellAnswered(portalId, ticket, decision, deps);
}

/**
 * An answer that is worked off again, because a process died or the portal failed between carrying it out and taking it off:
 * what an agent did meanwhile, with its words in sight, stands: a closing, and what was written in the work stage. A closing by
 * the app's own hand saw nothing of it.
 */
async function isWorkedOnSince(
  { snapshot, policy }: OneTicket,
  { at }: PostedAnswer,
  deps: ClientDeps,
): Promise<boolean> {
  const { record, movedAt, movedBy, stageId } = snapshot;
  const role = stageRole(policy, stageId);
  if (isClosedRole(role)) return movedAt > at && movedBy !== (await deps.tickets.appUserId());
  // The portal tells whole seconds.
  const moved = movedAt >= Math.floor(at / 1000) * 1000;
  if (role !== 'awaiting-confirmation') return moved && record.confirmation !== 'asked';
  const askedAnew = (record.askedAt ?? 0) > at;
  const heeded = record.confirmation === 'rejected' || record.confirmation === 'not-asked';
  return askedAnew || (heeded && moved);
}

/** Thanks that a rule took for a confirmation, and then the client wrote on: an agent reads both. */
async function isOvertaken(
  portalId: string,
  ticket: OneTicket,
  { byRule = false, readingOf: source = '', at }: PostedAnswer,
  deps: ClientDeps,
): Promise<boolean> {
  const { snapshot, policy } = ticket;
  if (!byRule || !isCountingDown(snapshot, policy)) return false;
  const { conversation } = snapshot;
  const last = conversation.known ? conversation.value.lastClientMessageAt : null;
  // The portal tells whole seconds.
  if (conversation.known && Math.floor((last ?? at) / 1000) <= Math.floor(at / 1000)) return false;
  const channel = source.startsWith('chat:') ? 'chat' : 'email';
  await announceReply(portalId, ticket, { source, channel, thanks: true, at }, deps);
  return true;
}

/** The client's words go onto the ticket before anything else, so that they are never lost. */
async function keepWords(
  portalId: string,
  ticket: OneTicket,
  { answer, against, decision }: WorkedOff,
  deps: ClientDeps,
): Promise<void> {
  const text = answer.comment.trim();
  const outdated = decision.kind === 'outdated';
  // An old "solved" without a word would read like a confirmation of what is being done now.
  if (outdated && text === '') return;
  const key = outdated ? 'client.earlier-cycle' : wordOf(answer, against);
  const quietly = !outdated && decision.kind !== 'note-confirmed' && isQuiet(answer, against);
  await tellStaff(portalId, ticket, { key, params: { text }, quietly, mustStand: true }, deps);
}

const isQuiet = ({ answer }: PostedAnswer, against: boolean): boolean =>
  answer === 'solved' && !against;

function wordOf(answer: PostedAnswer, against: boolean): string {
  if (against) return 'client.contradiction';
  if (answer.byRule) return 'client.confirmed-by-thanks';
  const said = answer.answer === 'solved' && answer.comment.trim() !== '';
  return said ? 'client.confirmed-saying' : WORDS[answer.answer];
}

const WORDS = {
  solved: 'client.confirmed',
  'not-solved': 'client.not-solved',
  question: 'client.question',
} as const;

interface Reply {
  readonly decision: ReplyDecision;
  readonly answer: PostedAnswer;
}

async function carryOutReply(
  portalId: string,
  ticket: OneTicket,
  { decision, answer }: Reply,
  deps: ClientDeps,
): Promise<void> {
  switch (decision.kind) {
    case 'outdated':
      // Perhaps this very answer opened the cycle, and the process died before everybody was told.
      return finishReopening(portalId, ticket, deps);
    case 'thanks':
    case 'tell-agent':
      return;
    case 'note-confirmed':
      await stopCountdown(portalId, ticket, answer, deps);
      await edit(
        portalId,
        ticket,
        { changes: await wordAs(ticket, answer, deps), moveTo: null },
        deps,
      );
      return;
    case 'confirm':
      return confirmed(portalId, ticket, answer, deps);
    case 'to-agent': {
      const mark = await markLeftOut(portalId, ticket, answer, deps);
      await stopCountdown(portalId, ticket, answer, deps);
      const changes = { confirmation: 'not-asked', ...mark } as const;
      return edit(portalId, ticket, { changes, moveTo: null }, deps);
    }
    case 'back-to-work': {
      const mark = await markLeftOut(portalId, ticket, answer, deps);
      await stopCountdown(portalId, ticket, answer, deps);
      const changes = { confirmation: 'rejected', ...mark } as const;
      return edit(portalId, ticket, { changes, moveTo: workPlace(ticket) }, deps);
    }
    case 'reopen':
    case 'new-ticket':
      return reopenByClient(portalId, ticket, { how: decision.kind, words: answer.comment }, deps);
  }
}

async function stopCountdown(
  portalId: string,
  ticket: OneTicket,
  { at }: PostedAnswer,
  deps: ClientDeps,
): Promise<void> {
  const { ref } = ticket.snapshot;
  await deps.moments.note(portalId, ref, { cycle: cycleOf(ticket), kind: 'answered', at });
  await deps.timers.cancel(portalId, ref, ['send-request', 'remind', 'close', 'hold-end']);
}

async function confirmed(
  portalId: string,
  ticket: OneTicket,
  answer: PostedAnswer,
  deps: ClientDeps,
): Promise<void> {
  const { policy } = ticket;
  const word = await wordAs(ticket, answer, deps);
  await stopCountdown(portalId, ticket, answer, deps);
  await edit(portalId, ticket, { changes: word, moveTo: null }, deps);
  const place = closedPlace(policy, ticket.snapshot.record.outcome ?? 'confirmed');
  if (place === null) return;
  // An agent who reads the newest words as a confirmation has answered the question whether they ask for something.
  const { snapshot } =
    answer.readingOf === undefined
      ? await withoutSuppressed(portalId, ticket, deps)
      : withNothingOpen(ticket);
  const as = {
    ...snapshot,
    stageId: place.stageId,
    movedAt: deps.clock.now(),
    record: { ...snapshot.record, ...word },
  };
  const attempt = await closeTicket(portalId, ticket, { as, place, closedBy: 'client' }, deps);
  if (attempt.kind === 'undecided') {
    throw new AppError('portal-unreachable', 'Not every fact could be read: try again.', {
      retry: 'backoff',
      detail: 'FACTS',
    });
  }
  if (attempt.kind !== 'held-back') return;
  const gaps = attempt.gaps.map((gap) => deps.texts.gap(policy.language, gap)).join('; ');
  await tellStaff(portalId, ticket, { key: 'client.confirmed-but', params: { gaps } }, deps);
}

/** What the portal refuses for good the leads have been told; the answer's words stand on the ticket. */
async function edit(
  portalId: string,
  ticket: OneTicket,
  what: TicketEdit,
  deps: ClientDeps,
): Promise<void> {
  await changeTicket(portalId, ticket, what, deps);
}
