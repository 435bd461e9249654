/** The timers a reopened ticket must have, from its own fields: rebuilt when the store lost them. */
import { refKey } from '../core/ticket.ts';
import { addWorkingDays } from '../core/working-time.ts';
import type { ClientDeps } from './client-deps.ts';
import { loopSilence } from './loop-silence.ts';
import type { OneTicket } from './one-ticket.ts';
import { cycleOf } from './one-ticket.ts';
import type { Timer } from './ports/client.ts';
import { goesOnMark } from './work-goes-on.ts';

const DAY_MS = 24 * 60 * 60_000;
/** Nobody waits longer to hear that work goes on. */
const STILL_NEWS_MS = 4 * DAY_MS;

/** Seen once the review of this cycle's mistake has taken place. */
export function reviewMark(ticket: Pick<OneTicket, 'snapshot'>): string {
  return `mistake-reviewed@${refKey(ticket.snapshot.ref)}@${cycleOf(ticket)}`;
}

export async function wantedAfterReopening(
  portalId: string,
  ticket: OneTicket,
  standing: readonly Timer[],
  deps: ClientDeps,
): Promise<readonly Timer[]> {
  const { snapshot } = ticket;
  const cycle = cycleOf(ticket);
  // Every cycle but the first began with a reopening.
  if (cycle === 1) return [];
  const [review, goesOn] = [reviewMark(ticket), goesOnMark(ticket)];
  const unseen = await deps.state.unseen(portalId, [review, goesOn]);
  const stands = (kind: Timer['kind']): boolean =>
    standing.some(
      (t) => t.kind === kind && t.cycle === cycle && refKey(t.ref) === refKey(snapshot.ref),
    );
  const wanted: Timer[] = [];
  if (unseen.has(review) && !stands('mistake-review'))
    wanted.push(...(await reviewOf(ticket, deps)));
  if (unseen.has(goesOn) && !stands('work-goes-on')) {
    wanted.push(...(await goesOnOf(portalId, ticket, deps)));
  }
  return wanted;
}

/** Within a working day of the ticket's last move: never earlier than it was asked for. */
async function reviewOf(ticket: OneTicket, deps: ClientDeps): Promise<readonly Timer[]> {
  const { snapshot, policy } = ticket;
  const { mistakeCause, mistakeMeasure } = snapshot.record;
  if (mistakeCause !== null && mistakeMeasure.trim() !== '') return [];
  const at = addWorkingDays(snapshot.movedAt, 1, await deps.workingTime(policy));
  if (at === null) return [];
  const dueAt = Math.max(at, deps.clock.now());
  return [{ ref: snapshot.ref, cycle: cycleOf(ticket), kind: 'mistake-review', dueAt }];
}

/** Asked anew, the client knows already that work went on. */
async function goesOnOf(
  portalId: string,
  ticket: OneTicket,
  deps: ClientDeps,
): Promise<readonly Timer[]> {
  const { snapshot } = ticket;
  const now = deps.clock.now();
  if (snapshot.record.askedAt !== null || snapshot.movedAt < now - STILL_NEWS_MS) return [];
  if ((await loopSilence(portalId, ticket, deps)) !== null) return [];
  return [{ ref: snapshot.ref, cycle: cycleOf(ticket), kind: 'work-goes-on', dueAt: now }];
}
