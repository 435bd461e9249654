/** The card a returned ticket shows in its timeline: an installed portal, its presses and its faults, over real HTTP and Redis. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Sandbox } from '../../src/sandbox/start-sandbox.ts';
import type { InstalledApp } from '../support/an-installed-app.ts';
import { CLIENT_ID, startInstalledApp } from '../support/an-installed-app.ts';
import { eventually } from '../support/eventually.ts';
import type { ReadyTicket } from '../support/ready-ticket.ts';
import { confirmedByHand, readyTicket, write } from '../support/ready-ticket.ts';
import { postFrame } from '../support/sandbox-app.ts';

const AGENT = 2;
const CLOSED = 'C5:WON';
const FIXED = 'Номер убран из стоп-листа, код отправлен повторно.';

let app: InstalledApp;
let portal: Sandbox;

beforeAll(async () => {
  app = await startInstalledApp({}, { roomy: true });
  [portal] = app.portals;
  for (const sandbox of app.portals) {
    await app.install(sandbox);
    await app.setUp(sandbox);
  }
});
afterAll(() => app.close());
beforeEach(() => {
  portal.faults.restDown = false;
  Object.assign(portal.doubts, { clickerIn: 'auth.user_id', actionContext: 'flat' });
});

interface Shown {
  readonly id: number;
  readonly completed: boolean;
  readonly lockedKeys: readonly string[];
  readonly layout: {
    readonly header: { readonly title: Words; readonly tags: Record<string, { title: Words }> };
    readonly body: { readonly blocks: Readonly<Record<string, Block>> };
    readonly footer: { readonly buttons: Readonly<Record<string, unknown>> };
  };
}
type Words = Readonly<Record<'ru' | 'en', string>>;
interface Block {
  readonly properties: { readonly value?: Words; readonly block?: Block; readonly title?: Words };
}
interface Standing {
  readonly cards: readonly Shown[];
  readonly badges: readonly { readonly title: string; readonly value: string }[];
  readonly stageId: string;
}

async function standing({ ref }: ReadyTicket, sandbox = portal): Promise<Standing> {
  const address = `${sandbox.url}/sandbox/api/ticket/${ref.entityTypeId}/${ref.id}`;
  const answer = await fetch(address);
  const view = (await answer.json()) as {
    readonly ticket: Pick<Standing, 'badges' | 'stageId'>;
    readonly timeline: readonly { readonly card?: Shown | null }[];
  };
  const cards = view.timeline.flatMap(({ card }) => (card ? [card] : []));
  return { cards, badges: view.ticket.badges, stageId: view.ticket.stageId };
}

/** Every Russian text of the card, block by block. */
function textsOf(card: Shown | undefined): string {
  const texts = Object.values(card?.layout.body.blocks ?? {}).map(({ properties }) =>
    [properties.title?.ru, properties.value?.ru, properties.block?.properties.value?.ru]
      .filter(Boolean)
      .join(': '),
  );
  return [card?.layout.header.title.ru, ...texts].join('\n');
}

const seen = (what: string, ticket: ReadyTicket, holds: (now: Standing) => boolean) =>
  eventually(what, () => standing(ticket), holds);

/** A ticket that lacks its solution, put back by the gate, with its card. */
async function returned(title: string): Promise<{ ticket: ReadyTicket; now: Standing }> {
  const ticket = await readyTicket(portal, title);
  await confirmedByHand(portal, ticket);
  await write(portal, ticket.ref, { Решение: '', 'Причина проблемы': '' });
  portal.control.moveTicket(ticket.ref, CLOSED, AGENT);
  const now = await seen('the card of a return', ticket, ({ cards }) => cards.length > 0);
  return { ticket, now };
}

const press = (card: Shown | undefined, key = 'recheck') =>
  portal.apps.pressButton(card?.id ?? 0, key, AGENT);

describe('a returned ticket of an installed portal', () => {
  it('shows what is missing with its clause, and the label on the board', async () => {
    const { now } = await returned('Код не приходит');
    const [card] = now.cards;

    expect(now.stageId).not.toBe(CLOSED);
    expect(textsOf(card)).toContain('шаг 3: Заполните «Решение»');
    expect(textsOf(card)).toContain('шаг 3: Заполните «Причина проблемы»');
    expect(card?.layout.header.tags['state']?.title).toEqual({
      ru: 'не хватает: 2',
      en: 'missing: 2',
    });
    expect(Object.keys(card?.layout.footer.buttons ?? {})).toEqual(['recheck', 'show']);
    expect(card?.completed).toBe(false);
    expect(now.badges).toEqual([
      { title: 'Закрытие', value: 'Есть что исправить', type: 'failure' },
    ]);
  });

  it('keeps one card when it is returned again, and the card says what is missing now', async () => {
    const { ticket } = await returned('Возвращается дважды');
    await write(portal, ticket.ref, { 'Причина проблемы': 'Номер попал в стоп-лист.' });
    portal.control.moveTicket(ticket.ref, CLOSED, AGENT);
    const now = await seen('the second return', ticket, ({ cards, stageId }) => {
      return stageId !== CLOSED && !textsOf(cards[0]).includes('Причина');
    });

    expect(now.cards).toHaveLength(1);
    expect(textsOf(now.cards[0])).toContain('Заполните «Решение»');
    expect(now.cards[0]?.completed).toBe(false);
  });

  it('is done with its card, label and all, as soon as everything is mended', async () => {
    const { ticket } = await returned('Исправят без кнопки');
    await write(portal, ticket.ref, {
      Решение: FIXED,
      'Причина проблемы': 'Номер попал в стоп-лист шлюза СМС.',
    });
    const now = await seen(
      'the end of a card',
      ticket,
      ({ cards }) => cards[0]?.completed === true,
    );

    expect(now.badges).toEqual([]);
    expect(textsOf(now.cards[0])).toContain('Можно закрывать');
    expect(Object.keys(now.cards[0]?.layout.footer.buttons ?? {})).toEqual(['show']);
  });

  it('opens the same card again when it is returned once more', async () => {
    const { ticket } = await returned('Исправят и испортят');
    const mended = { Решение: FIXED, 'Причина проблемы': 'Номер попал в стоп-лист шлюза СМС.' };
    await write(portal, ticket.ref, mended);
    await seen('the end of a card', ticket, ({ cards }) => cards[0]?.completed === true);
    await write(portal, ticket.ref, { Решение: '' });
    portal.control.moveTicket(ticket.ref, CLOSED, AGENT);
    const now = await seen('the card again', ticket, ({ cards }) => cards[0]?.completed === false);

    expect(now.cards).toHaveLength(1);
    expect(now.badges).toHaveLength(1);
  });

  it('that closes at last leaves its card done', async () => {
    const { ticket } = await returned('Закроют разом');
    const mended = { Решение: FIXED, 'Причина проблемы': 'Номер попал в стоп-лист шлюза СМС.' };
    await write(portal, ticket.ref, mended);
    portal.control.moveTicket(ticket.ref, CLOSED, AGENT);
    const now = await seen(
      'the closing and the end of its card',
      ticket,
      ({ cards, stageId }) => stageId === CLOSED && textsOf(cards[0]).includes('закрыто'),
    );

    expect(now.cards[0]?.completed).toBe(true);
    expect(now.badges).toEqual([]);
  });
});

describe('a returned item of a smart process', () => {
  it('shows its card too, answers its button and opens its own panel', async () => {
    const pipeline = { entityTypeId: 1034, categoryId: 12 };
    await app.setUp(portal, pipeline);
    const { control } = portal;
    const ref = control.createTicket({ ...pipeline, title: 'Заявка на пропуск' }, AGENT);
    control.moveTicket(ref, 'DT1034_12:SUCCESS', AGENT);
    const view = () => standing({ ref, key: `1034:${ref.id}` });
    const now = await eventually('the card', view, ({ cards }) => cards.length > 0);
    press(now.cards[0]);
    const answered = await eventually('the answer', view, ({ cards }) =>
      textsOf(cards[0]).includes('Проверено в'),
    );
    const outcome = press(answered.cards[0], 'show');
    const options = outcome.kind === 'open' ? outcome.options : {};
    const { text } = await postFrame(portal.apps.open(CLIENT_ID, { userId: AGENT, options }));

    expect(answered.cards[0]?.lockedKeys).toEqual([]);
    expect(text).toContain('Заявка на пропуск');
  });
});

describe('an addition whose answer is lost', () => {
  it('leaves one card: the portal is asked before it is repeated', async () => {
    const cutOnly = 'crm.activity.configurable.add';
    const asked = () => portal.stats.byMethod['crm.activity.configurable.update'] ?? 0;
    const before = asked();
    Object.assign(portal.faults, { cutAfterWrite: 1, cutOnly });
    const { ticket } = await returned('Ответ потерян');
    await eventually('the card to be found again', asked, (times) => times > before);

    expect((await standing(ticket)).cards).toHaveLength(1);
  });
});

describe('the label on the board', () => {
  it('is registered once, however often the app is installed', async () => {
    const added = () => portal.stats.byMethod['crm.activity.badge.add'] ?? 0;
    const before = added();
    await app.install(portal);

    expect([before, added()]).toEqual([1, 1]);
  });
});

describe('«check again»', () => {
  it('is answered with what is still missing, and can be pressed again', async () => {
    const { ticket, now } = await returned('Проверят рано');
    press(now.cards[0]);
    const answered = await seen('the answer', ticket, ({ cards }) =>
      textsOf(cards[0]).includes('Проверено в'),
    );

    expect(answered.cards).toHaveLength(1);
    expect(answered.cards[0]?.lockedKeys).toEqual([]);
    expect(answered.cards[0]?.completed).toBe(false);
    expect(textsOf(answered.cards[0])).toContain('Заполните «Решение»');
  });

  it.each([
    { clickerIn: 'data.userId', actionContext: 'flat' },
    { clickerIn: 'auth.user_id', actionContext: 'nested' },
  ] as const)(
    'is understood however the event is built ($clickerIn, $actionContext)',
    async (doubts) => {
      Object.assign(portal.doubts, doubts);
      const { ticket, now } = await returned(`Кто нажал: ${doubts.clickerIn}`);
      press(now.cards[0]);
      const answered = await seen('the answer', ticket, ({ cards }) =>
        textsOf(cards[0]).includes('Проверено в'),
      );

      expect(answered.cards[0]?.lockedKeys).toEqual([]);
    },
  );

  it('is answered once the portal is back, when it was away at the press', async () => {
    const { ticket, now } = await returned('Портал пропадёт');
    portal.faults.failNextRequests = { count: 6, status: 503, code: 'INTERNAL_SERVER_ERROR' };
    press(now.cards[0]);
    expect((await standing(ticket)).cards[0]?.lockedKeys).toEqual(['recheck']);
    const answered = await seen(
      'the answer',
      ticket,
      ({ cards }) => cards[0]?.lockedKeys.length === 0,
    );

    expect(answered.cards).toHaveLength(1);
  });

  it('of somebody who only claims to be the portal changes nothing', async () => {
    const { ticket, now } = await returned('Чужое нажатие');
    const [card] = now.cards;
    const other = await readyTicket(portal, 'Чужая карточка');
    const forged = (fields: Readonly<Record<string, string>>) =>
      fetch(`${app.url}/events`, {
        method: 'POST',
        body: new URLSearchParams({
          event: 'ONCRMTIMELINEITEMACTION',
          'data[id]': 'recheck',
          'data[activityId]': String(card?.id),
          'data[entityTypeId]': '2',
          'data[entityId]': String(ticket.ref.id),
          'auth[member_id]': portal.memberId,
          'auth[application_token]': portal.apps.applicationToken(CLIENT_ID),
          ...fields,
        }),
      });
    const refused = await forged({ 'auth[application_token]': 'made-up' });
    const elsewhere = await forged({ 'data[entityId]': String(other.ref.id) });
    const foreign = await forged({ 'data[activityId]': '999999' });
    await eventually(
      'the log of both presses',
      () => app.log.lines.filter(({ message }) => message.includes('not of this ticket')).length,
      (times) => times >= 2,
    );

    expect([refused.status, elsewhere.status, foreign.status]).toEqual([401, 200, 200]);
    expect((await standing(other)).cards).toEqual([]);
    expect(textsOf((await standing(ticket)).cards[0])).not.toContain('Проверено');
  });
});

describe('a portal that does not take the card as it is', () => {
  it.each([
    ['with buttons as a map', { footerButtons: 'array' } as const, ['0', '1'], 1],
    ['with a label it does not know', {}, ['recheck', 'show'], 0],
  ])('%s gets one that it takes', async (what, doubts, keys, badges) => {
    const [, second] = app.portals;
    Object.assign(second.doubts, { footerButtons: 'object', ...doubts });
    if (badges === 0) await forgetBadge(second);
    const ticket = await readyTicket(second, what);
    await write(second, ticket.ref, { Решение: '' });
    second.control.moveTicket(ticket.ref, CLOSED, AGENT);
    const look = () => standing(ticket, second);
    const now = await eventually('the card', look, ({ cards }) => cards.length > 0);

    expect(Object.keys(now.cards[0]?.layout.footer.buttons ?? {})).toEqual(keys);
    expect(now.badges).toHaveLength(badges);
  });

  async function forgetBadge(sandbox: Sandbox): Promise<void> {
    const auth = sandbox.apps.open(CLIENT_ID, { userId: 1 }).body['AUTH_ID'] ?? '';
    const query = new URLSearchParams({ code: 'closegate_returned', auth });
    const address = `${sandbox.url}/rest/crm.activity.badge.delete?${query.toString()}`;
    const answer = (await (await fetch(address)).json()) as { readonly result?: unknown };
    expect(answer.result).toBe(true);
  }
});

describe('«open»', () => {
  it('shows the panel of that ticket to whoever may see it', async () => {
    const { ticket, now } = await returned('Откроют из карточки');
    const outcome = press(now.cards[0], 'show');
    const options = outcome.kind === 'open' ? outcome.options : {};
    const { text } = await postFrame(portal.apps.open(CLIENT_ID, { userId: AGENT, options }));

    expect(text).toContain('Откроют из карточки');
    expect(text).toContain('<title>Закрытие обращения</title>');
    portal.control.hideTicketFrom(ticket.ref, AGENT);
    const hidden = await postFrame(portal.apps.open(CLIENT_ID, { userId: AGENT, options }));
    expect(hidden.status).toBe(403);
  });
});
