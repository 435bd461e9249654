/** One ticket from the client's first word to the closing: what people do, what they wait for, and what came of it. */
import type { Random } from '../support/mutate.ts';
import type { Desk } from './desk.ts';
import { awaited, takeTime } from './pace.ts';
import {
  answer,
  answerPage,
  confirmByHand,
  DONE,
  DONE_AGAIN,
  move,
  openPanel,
  openTicket,
  received,
  request,
  save,
  stageOf,
  TAKEN,
  writings,
} from './people.ts';
import type { Ticket } from './people.ts';

/** Shares of a hundred tickets. */
const WAYS = [
  /** Written down, the client is asked and content. */
  ['careful', 45],
  /** Dragged to closed at once, brought back, then done as it should be. */
  ['hasty', 25],
  /** The client told the agent, who writes it down and closes. */
  ['by-hand', 15],
  /** Not content at first. */
  ['not-solved', 12],
  /** Spam. */
  ['refused', 3],
] as const;
export type Way = (typeof WAYS)[number][0];

/** How often the client is asked. */
const REQUESTS: Readonly<Record<Way, number>> = {
  careful: 1,
  hasty: 1,
  'by-hand': 0,
  'not-solved': 2,
  refused: 0,
};

export interface Tally {
  started: number;
  readonly ended: Partial<Record<Way, number>>;
  /** Premature closings made, and from the drag to the way back, ms. */
  premature: number;
  readonly returned: number[];
  /** From the answer or the drag to the closing that stands, ms. */
  readonly closed: number[];
  messages: number;
  readonly problems: string[];
}

export function emptyTally(): Tally {
  return {
    started: 0,
    ended: {},
    premature: 0,
    returned: [],
    closed: [],
    messages: 0,
    problems: [],
  };
}

interface Story {
  readonly desk: Desk;
  readonly ticket: Ticket;
  readonly random: Random;
  readonly tally: Tally;
}

export async function playTicket(
  desk: Desk,
  n: number,
  { random, tally }: Pick<Story, 'random' | 'tally'>,
): Promise<void> {
  tally.started += 1;
  const way = wayOf(random() * 100);
  const ticket = openTicket(desk, n, random);
  try {
    await play(way, { desk, ticket, random, tally });
    tally.ended[way] = (tally.ended[way] ?? 0) + 1;
  } catch (error) {
    const { memberId } = desk.sandbox;
    tally.problems.push(
      `${way} ${memberId.slice(0, 4)}:${ticket.ref.id} on ${stageOf(desk, ticket)}: ${String(error)}`,
    );
  }
}

function wayOf(at: number): Way {
  let rest = at;
  for (const [way, share] of WAYS) {
    rest -= share;
    if (rest < 0) return way;
  }
  return 'careful';
}

async function play(way: Way, story: Story): Promise<void> {
  const { desk, ticket, random } = story;
  await takeTime(random);
  move(desk, ticket, way === 'refused' ? 'LOSE' : 'PREPARATION');
  if (way === 'refused') return;
  answer(desk, ticket, TAKEN);
  await takeTime(random);
  if (way === 'hasty') await closeTooEarly(story);
  for (const values of writings(desk)) {
    await takeTime(random);
    save(desk, ticket, values);
  }
  if (random() < 0.3) await openPanel(desk, ticket);
  answer(desk, ticket, DONE);
  await takeTime(random);
  if (way === 'by-hand') await closeByHand(story);
  else await letConfirm(story, way === 'not-solved');
  await finalNotice(story, REQUESTS[way]);
}

async function closeTooEarly({ desk, ticket, tally }: Story): Promise<void> {
  tally.premature += 1;
  move(desk, ticket, 'WON');
  const back = (): boolean => stageOf(desk, ticket) !== 'WON';
  tally.returned.push(await awaited('the way back of a premature closing', back));
}

async function closeByHand({ desk, ticket, random, tally }: Story): Promise<void> {
  confirmByHand(desk, ticket);
  await takeTime(random);
  move(desk, ticket, 'WON');
  tally.closed.push(await closingStands(desk, ticket));
}

async function letConfirm(
  { desk, ticket, random, tally }: Story,
  notAtOnce: boolean,
): Promise<void> {
  move(desk, ticket, 'UC_WAIT');
  let link = await request(desk, ticket, 1);
  await takeTime(random);
  if (notAtOnce) {
    const comment = 'На второй номер код не приходит.';
    await answerPage(link, { answer: 'not-solved', comment }, random);
    await awaited('the way back to work', () => stageOf(desk, ticket) === 'PREPARATION');
    await takeTime(random);
    save(desk, ticket, {
      [desk.policy.fields.solution]: 'Оба номера убраны из стоп-листа, коды отправлены повторно.',
    });
    answer(desk, ticket, DONE_AGAIN);
    await takeTime(random);
    move(desk, ticket, 'UC_WAIT');
    link = await request(desk, ticket, 2);
    await takeTime(random);
  }
  await answerPage(link, { answer: 'solved', comment: '' }, random);
  tally.closed.push(await closingStands(desk, ticket));
}

/** On the closed stage, stamped, and its documentation in the timeline. */
function closingStands(desk: Desk, ticket: Ticket): Promise<number> {
  const { control } = desk.sandbox;
  const { fields } = desk.policy;
  return awaited('a closing with its documentation', () => {
    const closedAt = control.ticket(ticket.ref).uf.get(fields.closedAt);
    const documented = control
      .comments(ticket.ref)
      .some(({ text }) => text.includes('стоп-лист шлюза СМС'));
    return stageOf(desk, ticket) === 'WON' && Boolean(closedAt) && documented;
  });
}

/** After the undo window of a minute; beside the requests it is the only message. */
async function finalNotice({ desk, ticket, tally }: Story, requests: number): Promise<void> {
  const count = (): number => received(desk, ticket).length;
  await awaited('the final notice', () => count() > requests);
  tally.messages += count();
}
