/** What portals send by themselves, robots' calls and presses on buttons: in another portal's name, about another's ticket or card. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Sandbox } from '../../src/sandbox/start-sandbox.ts';
import type { InstalledApp } from '../support/an-installed-app.ts';
import { CLIENT_ID, PIPELINE, startInstalledApp } from '../support/an-installed-app.ts';
import { eventually } from '../support/eventually.ts';
import type { ReadyTicket } from '../support/ready-ticket.ts';
import { confirmedByHand, readyTicket, write } from '../support/ready-ticket.ts';

const AGENT = 2;
const CLOSED = 'C5:WON';

let app: InstalledApp;
let one: Sandbox;
let two: Sandbox;

beforeAll(async () => {
  app = await startInstalledApp({}, { roomy: true });
  [one, two] = app.portals;
  for (const portal of [one, two]) {
    await app.install(portal);
    await app.setUp(portal);
  }
}, 120_000);
afterAll(() => app.close());

const tokenOf = (portal: Sandbox): string => portal.apps.applicationToken(CLIENT_ID);

const post = async (path: string, fields: Readonly<Record<string, string>>): Promise<number> => {
  const init = { method: 'POST', body: new URLSearchParams(fields) };
  return (await fetch(`${app.url}${path}`, init)).status;
};

interface CardView {
  readonly id: number;
  readonly lockedKeys: readonly string[];
  readonly layout: unknown;
}
interface View {
  readonly stageId: string;
  readonly title: string;
  readonly cards: readonly CardView[];
}

async function look(portal: Sandbox, { ref }: Pick<ReadyTicket, 'ref'>): Promise<View> {
  const answer = await fetch(`${portal.url}/sandbox/api/ticket/${ref.entityTypeId}/${ref.id}`);
  const { ticket, timeline } = (await answer.json()) as {
    readonly ticket: { readonly stageId: string; readonly title: string };
    readonly timeline: readonly { readonly card?: CardView | null }[];
  };
  const cards = timeline.flatMap(({ card }) => (card ? [card] : []));
  return { stageId: ticket.stageId, title: ticket.title, cards };
}

/** Put back by the gate, with its card. */
async function returned(portal: Sandbox, title: string) {
  const ticket = await readyTicket(portal, title);
  await confirmedByHand(portal, ticket);
  await write(portal, ticket.ref, { Решение: '' });
  portal.control.moveTicket(ticket.ref, CLOSED, AGENT);
  const view = await eventually(
    'the card of a return',
    () => look(portal, ticket),
    ({ cards, stageId }) => cards.length > 0 && stageId !== CLOSED,
  );
  return { ticket, cardId: view.cards[0]?.id ?? 0 };
}

const checked = (view: View): boolean => JSON.stringify(view.cards).includes('Проверено в');

describe('a press', () => {
  const press = (
    auth: { readonly memberId: string; readonly token: string },
    ticketId: number,
    activityId: number,
  ) =>
    post('/events', {
      event: 'ONCRMTIMELINEITEMACTION',
      'data[id]': 'recheck',
      'data[entityTypeId]': '2',
      'data[entityId]': String(ticketId),
      'data[activityId]': String(activityId),
      'auth[member_id]': auth.memberId,
      'auth[application_token]': auth.token,
      'auth[user_id]': String(AGENT),
    });
  const of = (portal: Sandbox) => ({ memberId: portal.memberId, token: tokenOf(portal) });
  const notOfThisTicket = (portal: Sandbox): number =>
    app.log.lines.filter(
      ({ message, ...fields }) =>
        message.includes('not of this ticket') && JSON.stringify(fields).includes(portal.memberId),
    ).length;

  it('in one portal’s name with the other’s token, or of nobody, is refused', async () => {
    const { ticket, cardId } = await returned(one, 'Нажмут чужие');
    const press1 = { memberId: one.memberId, token: tokenOf(two) };
    const press2 = { memberId: two.memberId, token: tokenOf(one) };
    const nobody = { memberId: 'f'.repeat(32), token: tokenOf(one) };
    const statuses = [
      await press(press1, ticket.ref.id, cardId),
      await press(press2, ticket.ref.id, cardId),
      await press(nobody, ticket.ref.id, cardId),
    ];
    const own = await returned(one, 'Нажмут свои');
    await press(of(one), own.ticket.ref.id, own.cardId);
    await eventually('the answer to an own press', () => look(one, own.ticket), checked);

    expect(statuses).toEqual([401, 401, 401]);
    expect(checked(await look(one, ticket))).toBe(false);
  });

  it('naming a card that stands on the other portal alone changes nothing on either', async () => {
    const { ticket, cardId } = await returned(one, 'Только на первом');
    const before = notOfThisTicket(two);
    // The second portal has had no card yet, so that it knows no record of this number.
    const theirs = two.control.createTicket({ ...PIPELINE, title: 'Своё на втором' }, AGENT);
    const toldApart = (times: number) =>
      eventually(
        'a press to be told apart',
        () => notOfThisTicket(two),
        (seen) => seen >= before + times,
      );
    const status = await press(of(two), theirs.id, cardId);
    // Presses on one record are one piece of work while it waits.
    await toldApart(1);
    const unknown = await press(of(two), 900_000, cardId);
    await toldApart(2);

    expect([status, unknown]).toEqual([200, 200]);
    expect((await look(two, { ref: theirs })).cards).toEqual([]);
    expect(checked(await look(one, ticket))).toBe(false);
  });

  it('about a ticket number that both portals have is answered on the presser’s own', async () => {
    let first = await returned(one, 'Номер на первом');
    let second = await returned(two, 'Номер на втором');
    // Both count by themselves: until they meet.
    while (first.ticket.ref.id !== second.ticket.ref.id) {
      if (first.ticket.ref.id < second.ticket.ref.id)
        first = await returned(one, 'Номер на первом');
      else second = await returned(two, 'Номер на втором');
    }
    await press(of(two), second.ticket.ref.id, second.cardId);
    await eventually('the answer on the second portal', () => look(two, second.ticket), checked);

    expect(checked(await look(one, first.ticket))).toBe(false);
  });

  it('naming another ticket of the same portal beside the card is not answered', async () => {
    const mine = await returned(one, 'С карточкой');
    const other = await returned(one, 'Другое с карточкой');
    const before = notOfThisTicket(one);
    await press(of(one), other.ticket.ref.id, mine.cardId);
    await eventually(
      'the press to be told apart',
      () => notOfThisTicket(one),
      (times) => times > before,
    );

    expect(checked(await look(one, mine.ticket))).toBe(false);
    expect(checked(await look(one, other.ticket))).toBe(false);
  });
});

describe('a robot’s call', () => {
  const robot = (
    auth: { readonly memberId: string; readonly token: string },
    ticketId: number,
    code = 'closegate_request',
  ) =>
    post('/robot', {
      event_token: `made.up|A1_${ticketId}|token${ticketId}${code}`,
      workflow_id: 'made.up',
      code,
      'document_id[0]': 'crm',
      'document_id[1]': 'CCrmDocumentDeal',
      'document_id[2]': `DEAL_${ticketId}`,
      'document_type[0]': 'crm',
      'document_type[1]': 'CCrmDocumentDeal',
      'document_type[2]': 'DEAL',
      use_subscription: 'Y',
      timeout_duration: '0',
      ts: '1738148752',
      'auth[member_id]': auth.memberId,
      'auth[application_token]': auth.token,
      'auth[user_id]': '1',
    });
  const sends = (portal: Sandbox): number => portal.stats.byMethod['bizproc.event.send'] ?? 0;

  it('with the other portal’s token is refused, in either name, and moves nothing', async () => {
    const mine = await readyTicket(one, 'Робот первого');
    const theirs = await readyTicket(two, 'Робот второго');
    const statuses = [
      await robot({ memberId: one.memberId, token: tokenOf(two) }, mine.ref.id),
      await robot({ memberId: two.memberId, token: tokenOf(one) }, theirs.ref.id),
      await robot({ memberId: one.memberId, token: '' }, mine.ref.id),
      await robot({ memberId: '', token: tokenOf(one) }, mine.ref.id),
    ];
    const before = sends(one);
    // A call that is heard comes after those that are not: once it is done, they would be too.
    const off = one.apps.placeRobot(CLIENT_ID, { code: 'closegate_check', stageId: 'C5:NEW' });
    const last = one.control.createTicket({ ...PIPELINE, title: 'Позже' }, AGENT);
    one.control.moveTicket(last, 'C5:PREPARATION', AGENT);
    one.control.moveTicket(last, 'C5:NEW', AGENT);
    await eventually(
      'a true call’s answer',
      () => sends(one),
      (times) => times > before,
    );
    off();

    expect(statuses).toEqual([401, 401, 401, 401]);
    expect([(await look(one, mine)).stageId, (await look(two, theirs)).stageId]).toEqual([
      'C5:PREPARATION',
      'C5:PREPARATION',
    ]);
  });

  it('about a ticket number that both portals have moves the caller’s own', async () => {
    let first = await readyTicket(one, 'Первого');
    let second = await readyTicket(two, 'Второго');
    while (first.ref.id !== second.ref.id) {
      if (first.ref.id < second.ref.id) first = await readyTicket(one, 'Первого');
      else second = await readyTicket(two, 'Второго');
    }
    const status = await robot({ memberId: two.memberId, token: tokenOf(two) }, second.ref.id);
    await eventually(
      'the second portal’s ticket to wait for its client',
      () => look(two, second),
      ({ stageId }) => stageId === 'C5:UC_WAIT',
    );

    expect(status).toBe(200);
    expect(await look(one, first)).toMatchObject({ stageId: 'C5:PREPARATION', title: 'Первого' });
  });
});
