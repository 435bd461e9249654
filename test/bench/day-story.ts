/** What becomes of one ticket in the course of the replayed day. */
import type { Random } from '../support/mutate.ts';
import type { Desk } from '../soak/desk.ts';
import {
  answer,
  answerPage,
  confirmByHand,
  DONE,
  DONE_AGAIN,
  move,
  openTicket,
  received,
  request,
  save,
  stageOf,
  TAKEN,
  writings,
} from '../soak/people.ts';
import type { Ticket } from '../soak/people.ts';
import type { DayClock } from './day-clock.ts';

/** Shares of a hundred tickets. */
export const WAYS = [
  ['the client is asked and content', 42],
  ['closed too early first, brought back, then the same', 25],
  ['confirmed to the agent, who writes it down and closes', 12],
  ['not content at first, asked again', 10],
  ['silent: reminded on the next working day', 8],
  ['spam', 3],
] as const;
export type Way = (typeof WAYS)[number][0];

export interface Scene {
  readonly desk: Desk;
  readonly clock: DayClock;
  readonly now: () => number;
  readonly random: Random;
  readonly done: Map<Way, number>;
  readonly lost: string[];
  /** How often a client's page asked to answer again in a few seconds. */
  triedAgain: number;
}

const MINUTE = 60_000;

/** People take between these minutes for the next thing. */
function takeTime({ clock, now, random }: Scene, least: number, most: number): Promise<void> {
  return clock.at(now() + (least + random() * (most - least)) * MINUTE);
}

export async function playTicket(
  scene: Scene,
  n: number,
  way: Way,
  createdAt: number,
): Promise<void> {
  await scene.clock.at(createdAt);
  const ticket = openTicket(scene.desk, n, scene.random);
  try {
    await play(scene, ticket, way);
    scene.done.set(way, (scene.done.get(way) ?? 0) + 1);
  } catch (error) {
    scene.lost.push(
      `ticket ${ticket.ref.id} on ${stageOf(scene.desk, ticket)} (${way}): ${String(error)}`,
    );
  }
}

async function play(scene: Scene, ticket: Ticket, way: Way): Promise<void> {
  const { desk, clock } = scene;
  await takeTime(scene, 3, 20);
  if (way === 'spam') return move(desk, ticket, 'LOSE');
  move(desk, ticket, 'PREPARATION');
  answer(desk, ticket, TAKEN);
  if (way === 'closed too early first, brought back, then the same') {
    await takeTime(scene, 10, 40);
    move(desk, ticket, 'WON');
    await clock.awaited('the way back', () => stageOf(desk, ticket) !== 'WON');
  }
  for (const values of writings(desk)) {
    await takeTime(scene, 3, 20);
    save(desk, ticket, values);
  }
  answer(desk, ticket, DONE);
  await takeTime(scene, 1, 5);
  if (way === 'confirmed to the agent, who writes it down and closes') {
    confirmByHand(desk, ticket);
    await takeTime(scene, 1, 3);
    move(desk, ticket, 'WON');
  } else if (!(await letConfirm(scene, ticket, way))) return;
  await closingStands(scene, ticket);
}

/** False where the client stays silent: the reminder is all that comes. */
async function letConfirm(scene: Scene, ticket: Ticket, way: Way): Promise<boolean> {
  const { desk, clock, random } = scene;
  const messages = (): number => received(desk, ticket).length;
  const asked = async (round: number): Promise<string> => {
    await clock.awaited('a request to the client', () => messages() >= round);
    return request(desk, ticket, round);
  };
  move(desk, ticket, 'UC_WAIT');
  let link = await asked(1);
  if (way === 'silent: reminded on the next working day') {
    await clock.awaited('the reminder', () => messages() >= 2);
    return false;
  }
  await takeTime(scene, 10, 120);
  if (way === 'not content at first, asked again') {
    const comment = 'На второй номер код не приходит.';
    const again = await answerPage(link, { answer: 'not-solved', comment }, random);
    scene.triedAgain += again;
    await clock.awaited('the way back to work', () => stageOf(desk, ticket) === 'PREPARATION');
    await takeTime(scene, 5, 30);
    const solution = 'Оба номера убраны из стоп-листа, коды отправлены повторно.';
    save(desk, ticket, { [desk.policy.fields.solution]: solution });
    answer(desk, ticket, DONE_AGAIN);
    move(desk, ticket, 'UC_WAIT');
    link = await asked(2);
    await takeTime(scene, 10, 60);
  }
  const again = await answerPage(link, { answer: 'solved', comment: '' }, random);
  scene.triedAgain += again;
  return true;
}

/** Closed, stamped, documented in its timeline, and the client was told. */
async function closingStands({ desk, clock }: Scene, ticket: Ticket): Promise<void> {
  const { control } = desk.sandbox;
  const { fields } = desk.policy;
  await clock.awaited('a closing with its documentation', () => {
    if (stageOf(desk, ticket) !== 'WON') return false;
    const closedAt = control.ticket(ticket.ref).uf.get(fields.closedAt);
    const texts = control.comments(ticket.ref).map(({ text }) => text);
    return Boolean(closedAt) && texts.some((text) => text.includes('стоп-лист шлюза СМС'));
  });
}
