/** Takes a whole mass closing back within the undo window: no client has been told anything yet. */
import { isClosedRole, stageRole } from '../core/stage-role.ts';
import type { StagePlace, TicketRef } from '../core/ticket.ts';
import { refKey } from '../core/ticket.ts';
import { undocument } from './document-closing.ts';
import { noticeMark } from './final-notice.ts';
import type { MassDeps } from './close-many.ts';
import { unlinkDuplicate } from './link-duplicate.ts';
import { withoutFacts } from './closed-tickets.ts';
import type { OneTicket } from './one-ticket.ts';
import type { MassClosing } from './ports/mass-closings.ts';
import type { TicketHead } from './ports/tickets.ts';
import { policyOf } from './policy-of.ts';
import { queriesFor } from './queries-for.ts';
import { noteUndone, withoutStamp } from './undo-closing.ts';
import { portions, underLocks } from './under-locks.ts';

const MINUTE_MS = 60_000;
const PORTION = 50;

/** `not-closed`: it stands open already; `too-late`: its client may have been told; `refused`: the portal did not take it. */
export type UndoFate = 'undone' | 'not-closed' | 'too-late' | 'refused' | 'busy';

export interface UndoResult {
  readonly ref: TicketRef;
  readonly title: string;
  readonly link: string;
  readonly fate: UndoFate;
}

type Place = MassClosing['tickets'][number];

/** @returns null when no such mass closing is remembered */
export async function undoMany(
  portalId: string,
  id: string,
  deps: MassDeps,
  progress: (done: number, total: number) => void = () => undefined,
): Promise<readonly UndoResult[] | null> {
  const run = await deps.massClosings.find(portalId, id);
  if (run === null) return null;
  const results: UndoResult[] = [];
  for (const portion of portions(run.tickets, PORTION)) {
    const refs = portion.map(({ ref }) => ref);
    const found = await underLocks({ portalId, refs }, deps.lock, (held) =>
      undoPortion(portalId, { run, places: portion.filter(({ ref }) => held.includes(ref)) }, deps),
    );
    results.push(
      ...portion.map(({ ref }) => found.get(refKey(ref)) ?? resultOf(ref, undefined, 'busy', deps)),
    );
    progress(results.length, run.tickets.length);
  }
  return results;
}

function resultOf(
  ref: TicketRef,
  head: TicketHead | undefined,
  fate: UndoFate,
  { tickets }: Pick<MassDeps, 'tickets'>,
): UndoResult {
  return { ref, title: head?.title ?? '', link: tickets.ticketLink(ref), fate };
}

interface Portion {
  readonly run: MassClosing;
  readonly places: readonly Place[];
}

interface Standing {
  readonly place: Place;
  readonly head: TicketHead | undefined;
  /** null where nothing is to be undone. */
  readonly ticket: OneTicket | null;
  readonly fate: UndoFate;
}

async function undoPortion(
  portalId: string,
  { run, places }: Portion,
  deps: MassDeps,
): Promise<ReadonlyMap<string, UndoResult>> {
  const standing = await standingOf(portalId, { run, places }, deps);
  const open = standing.flatMap(({ ticket, place }) =>
    ticket === null ? [] : [{ ticket, from: place.from }],
  );
  const undone = await takeBack(portalId, open, deps);
  return new Map(
    standing.map(({ place: { ref }, head, ticket, fate }) => {
      const key = refKey(ref);
      const done = undone.has(key) ? 'undone' : 'refused';
      return [key, resultOf(ref, head, ticket === null ? fate : done, deps)] as const;
    }),
  );
}

async function standingOf(
  portalId: string,
  { run, places }: Portion,
  deps: MassDeps,
): Promise<readonly Standing[]> {
  const policies = await deps.policies.list(portalId);
  const refs = places.map(({ ref }) => ref);
  const heads = await deps.tickets.listMoved(queriesFor(refs, policies), 'live');
  return Promise.all(
    places.map(async (place): Promise<Standing> => {
      const head = heads.find(({ ref }) => refKey(ref) === refKey(place.ref));
      const policy = head && policyOf(head, policies);
      if (!head || !policy) return { place, head, ticket: null, fate: 'not-closed' };
      const ticket = withoutFacts(head, policy);
      const fate = await fateOf(portalId, ticket, run, deps);
      return { place, head, ticket: fate === 'undone' ? ticket : null, fate };
    }),
  );
}

/** `undone`: it may be taken back. Closed again since, by whomever, it is another closing. */
async function fateOf(
  portalId: string,
  ticket: OneTicket,
  run: MassClosing,
  deps: MassDeps,
): Promise<UndoFate> {
  const { snapshot, policy } = ticket;
  const { closedAt } = snapshot.record;
  const closed = isClosedRole(stageRole(policy, snapshot.stageId));
  // The portal keeps whole seconds.
  if (!closed || closedAt === null || closedAt < Math.floor(run.at / 1000) * 1000) {
    return 'not-closed';
  }
  const mark = noticeMark(ticket);
  const told = !(await deps.state.unseen(portalId, [mark])).has(mark);
  const over = deps.clock.now() >= closedAt + policy.undoMinutes * MINUTE_MS;
  return told || over ? 'too-late' : 'undone';
}

interface TakenBack {
  readonly ticket: OneTicket;
  readonly from: StagePlace;
}

/** @returns refKeys of the tickets that stand open again */
async function takeBack(
  portalId: string,
  items: readonly TakenBack[],
  deps: MassDeps,
): Promise<ReadonlySet<string>> {
  if (items.length === 0) return new Set();
  for (const { ticket } of items) {
    await deps.timers.cancel(portalId, ticket.snapshot.ref, ['final-notice']);
    await undocument(portalId, ticket, deps);
  }
  await deps.state.rememberOwnMoves(
    portalId,
    items.map(({ ticket, from }) => ({ ref: ticket.snapshot.ref, stageId: from.stageId })),
  );
  const outcomes = await deps.writer.change(
    items.map(({ ticket, from }) => ({
      ref: ticket.snapshot.ref,
      policy: ticket.policy,
      changes: withoutStamp(ticket, deps),
      moveTo: from,
    })),
  );
  const undone = items.filter(({ ticket }) => outcomes.get(refKey(ticket.snapshot.ref))?.ok);
  const refused = items.filter((item) => !undone.includes(item));
  // Still closed: its client must hear of it after all.
  for (const { ticket } of refused) await noticeAfterAll(portalId, ticket, deps);
  await deps.tickets.addComments(
    undone.map(({ ticket: { snapshot, policy } }) => ({
      ref: snapshot.ref,
      text: deps.say(policy.language, 'client.undone', { id: snapshot.ref.id }),
    })),
    'live',
  );
  for (const { ticket } of undone) {
    const known = await deps.cases.find(portalId, ticket.snapshot.ref);
    await unlinkDuplicate(portalId, ticket, deps);
    await noteUndone(portalId, ticket, known, deps);
  }
  return new Set(undone.map(({ ticket }) => refKey(ticket.snapshot.ref)));
}

async function noticeAfterAll(
  portalId: string,
  { snapshot: { ref, record }, policy }: OneTicket,
  deps: MassDeps,
): Promise<void> {
  const cycle = record.cycle ?? 1;
  const dueAt = (record.closedAt ?? deps.clock.now()) + policy.undoMinutes * MINUTE_MS;
  await deps.timers.set(portalId, { ref, cycle, kind: 'final-notice', dueAt });
  await deps.timers.set(portalId, { ref, cycle, kind: 'document', dueAt: deps.clock.now() });
}
