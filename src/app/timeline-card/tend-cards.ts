/**
 * Makes the cards in timelines agree with their tickets, after the return itself and apart from it: one job per portal takes
 * what is due, reads what must be read, draws fifty to a request. A press on «check again» is always answered by an update,
 * for the portal keeps the button locked until then (PORTAL 4.5, trap 25).
 */
import { refKey } from '../../core/ticket.ts';
import { AppError } from '../../errors.ts';
import { laterError } from './later-error.ts';
import type { Priority } from '../ports/runtime.ts';
import type { CardRecord, CardWish, DueCard } from '../ports/timeline-cards.ts';
import type { TimelineCardDeps } from './card-deps.ts';
import type { AskedTicket, CardReading } from './card-reading.ts';
import { readForCards } from './card-reading.ts';
import { drawCards } from './draw-cards.ts';
import { planCard } from './plan-card.ts';
import type { CardPlan, CardTask, PressedCard } from './plan-card.ts';
import { pressedCards } from './pressed-cards.ts';

/** Tickets of one round: one request adds or updates that many. */
const ROUND = 50;

/** @throws AppError to be tried again: what could not be done stays due */
export async function tendCards(portalId: string, deps: TimelineCardDeps): Promise<void> {
  const work = async (): Promise<'done'> => {
    await tend(portalId, deps);
    return 'done';
  };
  const done = await deps.client.lock.exclusively(`timeline-cards:${portalId}`, work);
  if (done === null) throw laterError('LOCKED', 1000);
}

/** On a schedule: what is due, and the cards that were compared with their tickets longest ago; events may be lost. */
export async function keepCards(portalId: string, deps: TimelineCardDeps): Promise<void> {
  const all = await deps.store.all(portalId);
  const oldest = all.toSorted((a, b) => a.checkedAt - b.checkedAt).slice(0, ROUND);
  const at = deps.client.clock.now();
  const looks = oldest.map(({ ref }): CardWish => ({ kind: 'look', ref, whole: true, at }));
  if (looks.length > 0) await deps.store.wish(portalId, looks);
  const due = looks.length > 0 ? looks : await deps.store.due(portalId);
  if (due.length > 0) await tendCards(portalId, deps);
}

async function tend(portalId: string, deps: TimelineCardDeps): Promise<void> {
  const tried = new Set<string>();
  let fault: AppError | null = null;
  for (;;) {
    const due = (await deps.store.due(portalId)).filter(({ mark }) => !tried.has(mark.text));
    const round = [...due].toSorted(pressesFirst).slice(0, ROUND);
    if (round.length === 0) break;
    for (const { mark } of round) tried.add(mark.text);
    fault = (await tendRound(portalId, round, deps)) ?? fault;
  }
  if (fault !== null) throw fault;
}

/** Somebody waits for the button. */
function pressesFirst(a: DueCard, b: DueCard): number {
  return Number('press' in b) - Number('press' in a);
}

/** @returns a fault when something of the round stays due */
async function tendRound(
  portalId: string,
  round: readonly DueCard[],
  deps: TimelineCardDeps,
): Promise<AppError | null> {
  const { pressed, dropped } = await pressedCards(portalId, round, deps);
  await deps.store.settle(portalId, dropped);
  const due = tasksOf(round, pressed);
  const refs = [...due.values()].map(({ ref }) => ref);
  const known = await deps.store.known(portalId, refs);
  const priority = pressed.length > 0 || due.size === 1 ? 'live' : 'bulk';
  const { readings, fault } = await readWhatMust(portalId, due, { known, priority, deps });
  const at = deps.client.clock.now();
  const plans = [...due].map(([key, task]) => {
    const record = known.get(key) ?? task.pressed?.adopted ?? null;
    return planCard({ ...task, record, reading: readings.get(key) ?? null, at }, deps);
  });
  await keepAsTheyAre(portalId, plans, deps);
  return (await drawCards(portalId, plans, priority, deps)) ?? fault;
}

/** What needs no drawing is done with: it was compared, or there is nothing to compare. */
async function keepAsTheyAre(
  portalId: string,
  plans: readonly CardPlan[],
  { store }: TimelineCardDeps,
): Promise<void> {
  const idle = plans.filter(({ draws }) => draws.length === 0);
  await store.save(
    portalId,
    idle.flatMap(({ keep }) => keep ?? []),
  );
  await store.forget(
    portalId,
    idle.filter(({ forget }) => forget).map(({ ref }) => ref),
  );
  await store.settle(
    portalId,
    idle.flatMap(({ settles }) => settles),
  );
}

/** What is due of each ticket, by refKey. */
function tasksOf(
  round: readonly DueCard[],
  pressed: readonly PressedCard[],
): ReadonlyMap<string, CardTask> {
  const tasks = new Map<string, CardTask>();
  for (const one of round) {
    if (!('wish' in one)) continue;
    const { wish, mark } = one;
    tasks.set(refKey(wish.ref), { ref: wish.ref, wish: { wish, mark }, pressed: null });
  }
  for (const press of pressed) {
    const { ref } = press.adopted;
    const wish = tasks.get(refKey(ref))?.wish ?? null;
    tasks.set(refKey(ref), { ref, wish, pressed: press });
  }
  return tasks;
}

/** What the return itself told needs no reading. A ticket that cannot be read is no reason to leave a button locked. */
async function readWhatMust(
  portalId: string,
  tasks: ReadonlyMap<string, CardTask>,
  {
    known,
    priority,
    deps,
  }: {
    readonly known: ReadonlyMap<string, CardRecord>;
    readonly priority: Priority;
    readonly deps: TimelineCardDeps;
  },
): Promise<{
  readonly readings: ReadonlyMap<string, CardReading>;
  readonly fault: AppError | null;
}> {
  const asked = new Map(
    [...tasks]
      .filter(([, { wish, pressed }]) => pressed !== null || wish?.wish.kind === 'look')
      .map(([key, task]) => [key, askedOf(task, known.get(key) ?? null)]),
  );
  try {
    return { readings: await readForCards(portalId, asked, priority, deps.client), fault: null };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { readings: new Map(), fault: error };
  }
}

function askedOf({ ref, wish, pressed }: CardTask, record: CardRecord | null): AskedTicket {
  const ring = pressed === null && wish?.wish.kind === 'look' && !wish.wish.whole;
  return { ref, userId: pressed?.press.userId ?? null, seen: ring ? (record?.seen ?? '') : '' };
}
