/** The robot that checks: the panel's own decision on the ticket as if it were closed now, as values a process goes on with. */
import type { ClosingDecision, CriterionResult, Gap } from '../../core/decision.ts';
import type { TicketRef } from '../../core/ticket.ts';
import { refKey } from '../../core/ticket.ts';
import { cardGap } from '../card/criterion-words.ts';
import type { ClientDeps } from '../client-deps.ts';
import type { OneTicket } from '../one-ticket.ts';
import type { RobotAnswer } from '../ports/robots.ts';
import type { Language } from '../ports/texts.ts';
import type { Say } from '../ports/tools.ts';
import { judgeAsClosed } from '../preview-closing.ts';
import { withoutLedger } from '../suppressed-newest.ts';
import { findTickets } from './find-tickets.ts';
import type { Found } from './find-tickets.ts';

/** Ledger entries that may concern a ticket on its way to be closed. */
const LEDGER = 500;

export interface CheckDeps {
  readonly client: ClientDeps;
  readonly plain: Say;
  /** Of whoever reads an answer where no policy names a language. */
  readonly language: Language;
}

export type Checked = Pick<RobotAnswer, 'values' | 'log'>;

/**
 * By refKey; null where a fact could not be read: nobody knows yet. A process is told "not ready" wherever the gate has
 * nothing to judge by: what it goes on to do must not rest on a check that was never made.
 * @throws AppError while the portal cannot be asked
 */
export async function checkTickets(
  portalId: string,
  refs: readonly TicketRef[],
  deps: CheckDeps,
): Promise<ReadonlyMap<string, Checked | null>> {
  const { client } = deps;
  const found = await findTickets(portalId, refs, client);
  const tickets = [...found.byKey.values()].filter((one) => typeof one !== 'string');
  const ledger = tickets.length === 0 ? [] : await client.suppressed.list(portalId, LEDGER);
  const appUser = tickets.length === 0 ? 0 : await client.tickets.appUserId();
  const judge = (ticket: OneTicket): ClosingDecision =>
    decide(withoutLedger(ticket, ledger), appUser, client);
  const open = tickets.filter((ticket) => judge(ticket).kind === 'undecided');
  const read = new Map(
    (await found.chats(open)).map((ticket) => [refKey(ticket.snapshot.ref), ticket]),
  );
  const answer = (key: string, one: Found): Checked | null => {
    if (typeof one === 'string') return notChecked(one, deps);
    const ticket = read.get(key) ?? one;
    return wordsOf(ticket.policy.language, judge(ticket), deps.plain);
  };
  return new Map([...found.byKey].map(([key, one]) => [key, answer(key, one)]));
}

/** By the hand that moved it last; the app's own hand waives nothing, also where its user may. */
function decide(ticket: OneTicket, appUser: number, client: ClientDeps): ClosingDecision {
  const { movedBy } = ticket.snapshot;
  const wish = {
    userId: movedBy === appUser ? 0 : movedBy,
    outcome: null,
    now: client.clock.now(),
  };
  return judgeAsClosed(ticket, wish, { client }).decision;
}

/** The answer for a ticket nobody could judge in time. */
export function couldNotCheck({ plain, language }: Pick<CheckDeps, 'plain' | 'language'>): Checked {
  return refusal(language, 'unread', plain);
}

function notChecked(why: 'no-policy' | 'unseen', { plain, language }: CheckDeps): Checked {
  return refusal(language, why, plain);
}

function refusal(language: Language, why: string, plain: Say): Checked {
  const text = plain(language, `robot.check.${why}`);
  return { values: { passed: false, missing: text }, log: text };
}

function wordsOf(language: Language, decision: ClosingDecision, plain: Say): Checked | null {
  switch (decision.kind) {
    case 'undecided':
      return null;
    case 'not-gated':
      return refusal(language, 'not-yet', plain);
    case 'pass':
      return { values: { passed: true, missing: '' }, log: plain(language, 'robot.check.passed') };
    case 'return':
    case 'stop': {
      const gaps = tellingGaps(decision.gaps, decision.results);
      const missing = gaps.map((gap) => cardGap(language, gap, plain).text).join('\n');
      const log = plain(language, 'robot.check.not-passed', { count: gaps.length });
      return { values: { passed: false, missing }, log };
    }
  }
}

/** The gate says of a ticket that only waits for its client that it will ask; the robot asks nobody. */
function tellingGaps(gaps: readonly Gap[], results: readonly CriterionResult[]): readonly Gap[] {
  if (gaps.every(({ code }) => code !== 'confirmation-will-be-asked')) return gaps;
  return results.flatMap(({ strictness, verdict }) =>
    verdict.status === 'unmet' && (strictness === 'block' || strictness === 'justify')
      ? verdict.gaps
      : [],
  );
}
