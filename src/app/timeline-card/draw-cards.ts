/** Carries planned draws out: looked for where an addition may have happened, claimed, drawn, remembered. */
import { refKey } from '../../core/ticket.ts';
import { AppError } from '../../errors.ts';
import type { Priority } from '../ports/runtime.ts';
import type { CardRecord, Drawn } from '../ports/timeline-cards.ts';
import type { TimelineCardDeps } from './card-deps.ts';
import { laterError } from './later-error.ts';
import type { CardDraw, CardPlan } from './plan-card.ts';

/** @returns a fault when something stays due. @throws AppError when the portal takes nothing */
export async function drawCards(
  portalId: string,
  plans: readonly CardPlan[],
  priority: Priority,
  deps: TimelineCardDeps,
): Promise<AppError | null> {
  const planned = plans.filter(({ draws }) => draws.length > 0);
  if (planned.length === 0) return null;
  const found = await findStanding(planned, deps);
  const waits: number[] = [];
  const ready = planned.flatMap((plan) => {
    const draws = plan.draws.map((draw) => withFound(draw, found));
    const left = Math.max(0, ...draws.map((draw) => settlesIn(draw, deps)));
    if (left === 0) return [{ ...plan, draws }];
    waits.push(left);
    return [];
  });
  const answers = await drawClaimed(portalId, ready, priority, deps);
  for (const plan of ready) {
    if (!(await remember(portalId, plan, answers, deps))) waits.push(RETRY_MS);
  }
  return waits.length === 0 ? null : laterError('CARD', Math.min(...waits));
}

const RETRY_MS = 2000;

async function findStanding(
  plans: readonly CardPlan[],
  { portal }: TimelineCardDeps,
): Promise<ReadonlyMap<string, number>> {
  const unsure = plans.flatMap(({ draws }) =>
    draws.filter(({ lookFirst }) => lookFirst).map(({ drawing }) => drawing),
  );
  return unsure.length === 0 ? new Map() : portal.find(unsure);
}

function withFound(draw: CardDraw, found: ReadonlyMap<string, number>): CardDraw {
  const activityId = draw.drawing.activityId ?? found.get(draw.drawing.key) ?? null;
  return { ...draw, drawing: { ...draw.drawing, activityId } };
}

/** The portal may still be at work on an addition whose answer was lost: until then, not finding it proves nothing. */
function settlesIn({ drawing, claimedAt }: CardDraw, { client }: TimelineCardDeps): number {
  if (drawing.activityId !== null || claimedAt === null) return 0;
  return Math.max(0, claimedAt + client.claimSettlesMs - client.clock.now());
}

/** Claimed before anything is sent: whoever finds a claim after a crash asks the portal first. */
async function drawClaimed(
  portalId: string,
  plans: readonly CardPlan[],
  priority: Priority,
  { portal, store, client }: TimelineCardDeps,
): Promise<ReadonlyMap<string, Drawn>> {
  const drawings = plans.flatMap(({ draws }) => draws.map(({ drawing }) => drawing));
  const claimed = claims(plans, { client });
  await store.save(portalId, claimed);
  try {
    return await portal.draw(drawings, priority);
  } catch (error) {
    // Surely nothing left: the next try need not wait for what cannot arrive.
    const sure = error instanceof AppError && error.code !== 'portal-outcome-unknown';
    if (sure) {
      await store.forget(
        portalId,
        claimed.map(({ ref }) => ref),
      );
    }
    throw error;
  }
}

function claims(
  plans: readonly CardPlan[],
  { client }: Pick<TimelineCardDeps, 'client'>,
): readonly CardRecord[] {
  const claimedAt = client.clock.now();
  return plans.flatMap(({ draws }) =>
    draws.flatMap(({ drawing, record }) =>
      drawing.activityId === null && record !== null ? [{ ...record, claimedAt }] : [],
    ),
  );
}

/** @returns false when something of it stays due */
async function remember(
  portalId: string,
  { ref, draws, settles }: CardPlan,
  answers: ReadonlyMap<string, Drawn>,
  deps: TimelineCardDeps,
): Promise<boolean> {
  let done = true;
  for (const draw of draws) {
    const answer = answers.get(draw.drawing.key) ?? UNKNOWN;
    if (answer.kind === 'refused') logRefusal(portalId, draw, answer.code, deps);
    const again = answer.kind === 'unknown' || isToBeAddedAnew(draw, answer);
    if (again) done = false;
    if (!draw.aside) await rememberOwn(portalId, { draw, answer, ref }, deps);
  }
  if (done) await deps.store.settle(portalId, settles);
  return done;
}

const UNKNOWN: Drawn = { kind: 'unknown' };

/** Somebody deleted the record; the return it is to tell of is still due. */
function isToBeAddedAnew({ drawing, record }: CardDraw, { kind }: Drawn): boolean {
  return kind === 'gone' && drawing.activityId !== null && record !== null;
}

async function rememberOwn(
  portalId: string,
  {
    draw,
    answer,
    ref,
  }: {
    readonly draw: CardDraw;
    readonly answer: Drawn;
    readonly ref: CardPlan['ref'];
  },
  { store }: TimelineCardDeps,
): Promise<void> {
  // The claim of an addition stays, and so does what is known of a card that is drawn again.
  if (answer.kind === 'unknown') return;
  if (answer.kind === 'drawn' && draw.record !== null) {
    await store.save(portalId, [{ ...draw.record, activityId: answer.activityId }]);
  } else await store.forget(portalId, [ref]);
}

function logRefusal(
  portalId: string,
  { drawing }: CardDraw,
  code: string,
  { client }: TimelineCardDeps,
): void {
  client.log.warn(
    { portalId, ticket: refKey(drawing.ref), code },
    'The portal refused a card in the timeline; the comment stands',
  );
}
