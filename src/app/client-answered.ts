/** Carries out what clients answered on their page: each stored answer once, the text kept on the ticket first. */
import { contradicts } from '../core/replies/contradiction.ts';
import { decideReply } from '../core/decide-reply.ts';
import type { ReplyDecision } from '../core/decide-reply.ts';
import type { StagePlace } from '../core/ticket.ts';
import { refKey } from '../core/ticket.ts';
import type { ClientDeps } from './client-deps.ts';
import { closeTicket } from './close-ticket.ts';
import type { OneTicket } from './one-ticket.ts';
import { readTicket } from './one-ticket.ts';
import type { PostedAnswer } from './ports/client.ts';
import { reopenUntil } from './message-context.ts';
import { reopenByClient } from './reopen-ticket.ts';
import { workPlace } from './one-ticket.ts';
import { tellStaff } from './tell-staff.ts';

/** Works through the stored answers of a portal; what fails stays stored and is tried again. */
export async function clientAnswered(portalId: string, deps: ClientDeps): Promise<void> {
  for (const answer of await deps.answers.waiting(portalId)) {
    const done = await deps.lock.exclusively(`ticket:${refKey(answer.ref)}`, async () => {
      const ticket = await readTicket(portalId, answer.ref, deps);
      if (ticket) await handle(portalId, ticket, answer, deps);
      return true;
    });
    if (done) await deps.answers.done(portalId, answer);
  }
}

async function handle(
  portalId: string,
  ticket: OneTicket,
  answer: PostedAnswer,
  deps: ClientDeps,
): Promise<void> {
  const against = contradicts(answer.answer, answer.comment, deps.replyRules).contradicts;
  const decision = decideReply(ticket.snapshot, ticket.policy, {
    answer: answer.answer,
    contradicts: against,
    cycle: answer.cycle,
    now: answer.at,
    reopenUntil: await reopenUntil(ticket, deps),
  });
  await keepWords(ticket, answer, against, deps);
  await carryOutReply(portalId, ticket, { decision, answer }, deps);
}

/** The client's words go onto the ticket before anything else, so that they are never lost. */
async function keepWords(
  ticket: OneTicket,
  answer: PostedAnswer,
  against: boolean,
  deps: ClientDeps,
): Promise<void> {
  if (answer.comment.trim() === '' && answer.answer !== 'solved') return;
  const key = against ? 'client.contradiction' : wordOf(answer);
  const loud = against || answer.answer !== 'solved';
  await tellStaff(ticket, { key, params: { text: answer.comment.trim() }, quietly: !loud }, deps);
}

function wordOf(answer: PostedAnswer): string {
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
  const { ref } = ticket.snapshot;
  switch (decision.kind) {
    case 'outdated':
    case 'thanks':
      return;
    case 'confirm':
      return confirmed(portalId, ticket, answer, deps);
    case 'to-agent':
      await deps.timers.cancel(portalId, ref, ['remind', 'close']);
      return change(ticket, { confirmation: 'not-asked' }, null, deps);
    case 'back-to-work':
      await deps.timers.cancel(portalId, ref, ['remind', 'close']);
      return change(ticket, { confirmation: 'rejected' }, workPlace(ticket), deps);
    case 'reopen':
    case 'new-ticket':
      return reopenByClient(portalId, ticket, decision.kind, deps);
  }
}

async function confirmed(
  portalId: string,
  ticket: OneTicket,
  answer: PostedAnswer,
  deps: ClientDeps,
): Promise<void> {
  const { snapshot, policy } = ticket;
  // An agent's reading of a reply is counted apart from the client's own word.
  const word =
    answer.readingOf === undefined
      ? ({ confirmation: 'confirmed' } as const)
      : ({ confirmation: 'by-agent', confirmationEvidence: answer.readingOf } as const);
  await deps.timers.cancel(portalId, snapshot.ref, ['remind', 'close', 'send-request']);
  await change(ticket, word, null, deps);
  const place = closedPlace(ticket);
  if (place === null) return;
  const as = {
    ...snapshot,
    stageId: place.stageId,
    movedAt: deps.clock.now(),
    record: { ...snapshot.record, ...word },
  };
  const attempt = await closeTicket(portalId, ticket, { as, place }, deps);
  if (attempt.kind !== 'held-back') return;
  const gaps = attempt.gaps.map((gap) => deps.texts.gap(policy.language, gap)).join('; ');
  await tellStaff(ticket, { key: 'client.confirmed-but', params: { gaps } }, deps);
}

async function change(
  ticket: OneTicket,
  changes: Parameters<ClientDeps['writer']['change']>[0][number]['changes'],
  moveTo: StagePlace | null,
  deps: ClientDeps,
): Promise<void> {
  await deps.writer.change([{ ref: ticket.snapshot.ref, policy: ticket.policy, changes, moveTo }]);
}

function closedPlace({ policy, snapshot }: OneTicket): StagePlace | null {
  const outcome = snapshot.record.outcome ?? 'confirmed';
  const ids = Object.keys(policy.stages);
  const stageId =
    ids.find((id) => policy.stages[id] === `closed:${outcome}`) ??
    ids.find((id) => policy.stages[id] === 'closed:confirmed');
  return stageId === undefined ? null : { categoryId: policy.pipeline.categoryId, stageId };
}
