/** One service, two portals, one browser: pages of both are open side by side, and nothing of one is ever in the other. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { BrowserContext } from 'playwright-core';
import { composeTools } from '../../src/compose-tools.ts';
import { countersOf } from '../../src/core/report/counters.ts';
import type { JournalEntry } from '../../src/core/journal-entry.ts';
import type { Sandbox } from '../../src/sandbox/start-sandbox.ts';
import { aReportJournal } from '../support/a-report-journal.ts';
import type { InstalledApp } from '../support/an-installed-app.ts';
import { PIPELINE, startInstalledApp } from '../support/an-installed-app.ts';
import type { AppFrame } from '../support/app-frame.ts';
import { newProfile, openAppFrame } from '../support/app-frame.ts';
import { describeWithBrowser } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import type { ReadyTicket } from '../support/ready-ticket.ts';
import { confirmedByHand, readyTicket, write } from '../support/ready-ticket.ts';
import { savedPolicy } from '../support/saved-policy.ts';

const ADMIN = 1;
const AGENT = 2;

/** One portal with what only it knows: every text of it holds its mark. */
interface Side {
  readonly mark: string;
  readonly portal: Sandbox;
  readonly undoMinutes: number;
  ticket: ReadyTicket;
  lines: readonly JournalEntry[];
}

let app: InstalledApp;
let left: Side;
let right: Side;
let sides: readonly [Side, Side];

beforeAll(async () => {
  app = await startInstalledApp({}, { roomy: true, role: 'web' });
  const [first, second] = app.portals;
  const nobody = { ticket: { ref: { entityTypeId: 2, id: 0 }, key: '' }, lines: [] };
  left = { mark: 'Яблоневый', portal: first, undoMinutes: 11, ...nobody };
  right = { mark: 'Грушевый', portal: second, undoMinutes: 22, ...nobody };
  sides = [left, right];
  for (const side of sides) await furnish(side);
  while (left.ticket.ref.id !== right.ticket.ref.id) {
    const behind = left.ticket.ref.id < right.ticket.ref.id ? left : right;
    behind.ticket = await readyTicket(behind.portal, `${behind.mark}: код входа не приходит`);
  }
}, 120_000);
afterAll(() => app.close());

async function furnish(side: Side): Promise<void> {
  const { mark, portal, undoMinutes } = side;
  const name = { email: 'a@portal.example', role: 'инженер', admin: false };
  portal.control.addUser({ ...name, id: 3, name: mark, lastName: 'Сотрудник' });
  await app.install(portal);
  await app.setUp(portal);
  const tools = await composeTools({
    webhookUrl: portal.webhookUrl,
    redisUrl: app.redis.url,
    dataDir: '',
    portalId: portal.memberId,
  });
  const policy = await tools.policies.find(portal.memberId, PIPELINE);
  if (policy) await tools.policies.save(portal.memberId, { ...policy, undoMinutes });
  const refs = Array.from({ length: 4 }, (_, n) =>
    portal.control.createTicket({ ...PIPELINE, title: `${mark}: шлагбаум ${n}` }, AGENT),
  );
  const all = aReportJournal(Date.now(), refs);
  side.lines = side === left ? all : all.filter((_, n) => n % 3 !== 0);
  await tools.journal.append(portal.memberId, side.lines);
  await tools.close();
  side.ticket = await readyTicket(portal, `${mark}: код входа не приходит`);
}

const counted = ({ lines }: Side, name: string): number =>
  lines
    .filter(({ at }) => at > Date.now() - 30 * 24 * 60 * 60_000)
    .flatMap(countersOf)
    .filter((count) => count.name === name).length;

const other = (side: Side): Side => (side === left ? right : left);

/** What of the other portal stands in a page: in its text, its markup, or what is typed in its fields. */
async function foreignIn(side: Side, shown: AppFrame): Promise<readonly string[]> {
  const { mark, portal } = other(side);
  const typed: string = await shown
    .app()
    .evaluate(
      "[...document.querySelectorAll('input, textarea')].map((field) => field.value).join('\\n')",
    );
  const all = `${await shown.app().content()}\n${typed}`;
  return [mark, portal.memberId, new URL(portal.url).host].filter((one) => all.includes(one));
}

describeWithBrowser('two portals of one service', (browser) => {
  let profile: BrowserContext;
  const open = new Map<Side, AppFrame>();

  beforeEach(async () => {
    profile = await newProfile(browser());
  });
  afterEach(async () => {
    const seen = await Promise.all(
      [...open].map(async ([side, shown]) => ({
        foreign: await foreignIn(side, shown),
        problems: shown.problems,
      })),
    );
    open.clear();
    await profile.close();
    expect(seen).toEqual(seen.map(() => ({ foreign: [], problems: [] })));
  });

  const pageOf = (side: Side): AppFrame => {
    const shown = open.get(side);
    if (!shown) throw new Error('the page is not open');
    return shown;
  };
  const frame = (side: Side) => pageOf(side).frame;
  const both = (work: (side: Side) => Promise<unknown>) => Promise.all(sides.map(work));
  const button = (side: Side, name: string | RegExp) => frame(side).getByRole('button', { name });
  const exactly = (side: Side, name: string) =>
    frame(side).getByRole('button', { name, exact: true });

  async function openMain(side: Side): Promise<void> {
    open.set(side, await openAppFrame(browser(), side.portal, { userId: ADMIN, profile }));
    await frame(side).locator('#settings-tab-stages').waitFor();
  }
  async function openPanel(side: Side): Promise<void> {
    const placement = 'CRM_DEAL_DETAIL_TAB';
    const options = { ID: String(side.ticket.ref.id) };
    const wish = { userId: AGENT, placement, options, profile };
    open.set(side, await openAppFrame(browser(), side.portal, wish));
    await frame(side).getByRole('heading', { level: 1 }).waitFor();
  }

  it('keep their own settings: what is typed and saved in one leaves the other as it was', async () => {
    await both(openMain);
    await both((side) => frame(side).locator('#settings-tab-waits').click());
    const minutes = (side: Side) => frame(side).locator('[id="set-undoMinutes"]');
    const shown = () => Promise.all(sides.map((side) => minutes(side).inputValue()));
    const saved = () =>
      Promise.all(sides.map(async ({ portal }) => (await savedPolicy(app, portal)).undoMinutes));
    const save = async (side: Side): Promise<void> => {
      await exactly(side, 'Сохранить').click();
      await frame(side)
        .getByText(/^Сохранено, версия/)
        .waitFor();
    };
    expect(await shown()).toEqual(['11', '22']);

    await minutes(left).fill('17');
    expect(await shown()).toEqual(['17', '22']);
    expect(await exactly(right, 'Сохранить').count()).toBe(0);
    await minutes(right).fill('33');
    await save(right);
    expect(await saved()).toEqual([11, 33]);
    expect(await shown()).toEqual(['17', '33']);
    await save(left);
    expect(await saved()).toEqual([17, 33]);

    await both((side) => frame(side).locator('#settings-tab-versions').click());
    const newest = async (side: Side) =>
      (await frame(side).locator('[role=tabpanel]:visible').innerText()).replaceAll(/\s+/g, ' ');
    await both((side) =>
      frame(side)
        .getByText(/Версия/)
        .first()
        .waitFor(),
    );
    expect(await newest(left)).not.toContain('→ 33');
    expect(await newest(right)).not.toContain('→ 17');
  });

  it('keep their own reports: figures, titles and people', async () => {
    await both(openMain);
    await both((side) => exactly(side, 'Отчёт').click());
    await both((side) => button(side, /^Возвращено с закрытия/).waitFor());
    const figures = ['refused', 'class:confirmed'] as const;
    for (const side of sides) {
      const [refused, confirmed] = figures.map((name) => counted(side, name));
      expect(await button(side, /^Возвращено с закрытия/).textContent()).toContain(`${refused}`);
      expect(
        await button(side, /^Подтвердил клиент/)
          .first()
          .textContent(),
      ).toContain(`${confirmed} из`);
    }
    expect(counted(left, 'refused')).not.toBe(counted(right, 'refused'));
    await both((side) => button(side, /^Возвращено с закрытия/).click());
    await both(async (side) => {
      const list = frame(side).getByRole('region', {
        name: 'Список: Возвращено с закрытия',
        exact: true,
      });
      await list.getByText(`${side.mark}: шлагбаум`).first().waitFor();
    });
    for (const side of sides) {
      const agents = frame(side).getByRole('region', { name: 'Сотрудники', exact: true });
      expect(await agents.innerText()).toContain(`${side.mark} Сотрудник`);
    }
  });

  it('keep their own messages', async () => {
    await both(openMain);
    await both((side) => exactly(side, 'Сообщения').click());
    const text = (side: Side) => frame(side).locator('#template-text');
    await both((side) => text(side).waitFor());
    const original = await text(right).inputValue();
    const own = `${left.mark} привет № {{ticketId}}\n\nСделали: {{solution}}\n{{link}}\nДо {{closeBy}}.`;
    await text(left).fill(own);
    await exactly(left, 'Сохранить').click();
    await frame(left).getByText('Сохранено: следующее сообщение уйдёт с этим текстом.').waitFor();
    await pageOf(right).close();
    open.delete(right);
    await openMain(right);
    await exactly(right, 'Сообщения').click();
    await text(right).waitFor();

    expect(await text(right).inputValue()).toBe(original);
    expect(await text(left).inputValue()).toBe(own);
  });

  it('keep their own panels, though the ticket has the same number in both', async () => {
    for (const { portal, ticket } of sides) await write(portal, ticket.ref, { Решение: '' });
    await both(openPanel);
    const solution = (side: Side) => frame(side).getByLabel(/^Решение/);
    const words = (side: Side) => `${side.mark} шлюз настроен заново, коды приходят.`;
    const texts = ({ portal, ticket }: Side) =>
      [...portal.control.ticket(ticket.ref).uf.values()].join('\n');
    expect(left.ticket.ref).toEqual(right.ticket.ref);
    await both((side) => solution(side).waitFor());

    const before = texts(right);
    await solution(left).fill(words(left));
    await eventually(
      'the draft of the left one',
      () => texts(left),
      (all) => all.includes(words(left)),
    );
    expect(texts(right)).toBe(before);
    await solution(right).fill(words(right));
    await eventually(
      'the draft of the right one',
      () => texts(right),
      (all) => all.includes(words(right)),
    );
    expect([texts(left).includes(right.mark), texts(right).includes(left.mark)]).toEqual([
      false,
      false,
    ]);
    expect(await solution(left).inputValue()).toBe(words(left));

    // Confirmed and closed on the left; the right one goes on to lack its client's word.
    await confirmedByHand(left.portal, left.ticket);
    await frame(left).getByText('Всё готово: обращение можно закрыть').waitFor();
    await exactly(left, 'Закрыть обращение').click();
    await frame(left)
      .getByText(/^Закрыто /)
      .waitFor();
    await solution(right).fill(`${words(right)} Проверено.`);
    await eventually(
      'the right one to be still written to',
      () => texts(right),
      (all) => all.includes('Проверено.'),
    );

    expect(left.portal.control.ticket(left.ticket.ref).stageId).toBe('C5:WON');
    expect(right.portal.control.ticket(right.ticket.ref).stageId).toBe('C5:PREPARATION');
    await frame(right)
      .getByText(/^Закрыть пока нельзя/)
      .waitFor();
  });
});
