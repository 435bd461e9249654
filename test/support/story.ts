/** The demonstration on a fixed Monday, its board in a real browser, and what people do there; one per test. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Queue } from 'bullmq';
import type { Browser, Locator, Page } from 'playwright-core';
import { startDemo } from '../../src/demo.ts';
import type { Demo } from '../../src/demo.ts';
import type { BoardState } from './board-page.ts';
import { actAs, dragTile, readState, stageNamed, tile, tileIn } from './board-page.ts';
import { openPage, PHONE } from './browser.ts';
import type { WatchedPage } from './browser.ts';
import { eventually } from './eventually.ts';
import { readyTicket } from './ready-ticket.ts';
import type { ReadyTicket, ReadyTicketOptions } from './ready-ticket.ts';
import { recordingLog } from './recording-log.ts';

/** A Monday without holidays near, so that the story is the same on any day it runs. */
const MONDAY = Date.parse('2026-03-16T10:00:00+03:00');
const PIPELINE = '2:5';
export const AGENT = 'Анна Орлова';
/** Work that begins within this time is not settled yet. */
const SOON_MS = 5000;
const CALM_LOOKS = 10;

export interface Asked extends ReadyTicket {
  /** Of the client page. */
  readonly link: string;
}

export class Story {
  readonly demo: Demo;
  /** The agent's board. */
  readonly page: Page;
  readonly state: BoardState;
  readonly #browser: Browser;
  readonly #dataDir: string;
  readonly #queues: readonly Queue[];
  readonly #watched: WatchedPage[];

  private constructor(parts: {
    readonly demo: Demo;
    readonly browser: Browser;
    readonly board: WatchedPage;
    readonly state: BoardState;
    readonly dataDir: string;
    readonly queues: readonly Queue[];
  }) {
    this.demo = parts.demo;
    this.page = parts.board.page;
    this.state = parts.state;
    this.#browser = parts.browser;
    this.#dataDir = parts.dataDir;
    this.#queues = parts.queues;
    this.#watched = [parts.board];
  }

  static async begin(browser: Browser): Promise<Story> {
    const dataDir = await mkdtemp(join(tmpdir(), 'closegate-demo-'));
    const log = recordingLog();
    const demo = await startDemo({ port: 0, sandboxPort: 0, dataDir, now: MONDAY, log });
    const board = await openPage(browser, `${demo.sandboxUrl}/`);
    await board.page.locator('.tile').first().waitFor();
    const state = await readState(demo.sandboxUrl, PIPELINE);
    await actAs(board.page, state, AGENT);
    const queues = await queuesOf(dataDir);
    return new Story({ demo, browser, board, state, dataDir, queues });
  }

  /** Ends it; the answer is what went wrong in the pages. */
  async end(): Promise<readonly string[]> {
    const problems = this.#watched.flatMap((one) => one.problems);
    await Promise.all(this.#watched.map((one) => one.close()));
    await Promise.all(this.#queues.map((queue) => queue.close()));
    await this.demo.close();
    await rm(this.#dataDir, { recursive: true, force: true });
    return problems;
  }

  get work(): string {
    return stageNamed(this.state, 'В работе');
  }
  get waiting(): string {
    return stageNamed(this.state, 'Ожидает подтверждения клиента');
  }
  get closed(): string {
    return stageNamed(this.state, 'Закрыто');
  }

  async open(url: string, device?: typeof PHONE): Promise<Page> {
    const opened = await openPage(this.#browser, url, device);
    this.#watched.push(opened);
    return opened.page;
  }

  /** The app has worked off everything it knows of, and nothing of it falls due in the next seconds. */
  async settled(): Promise<void> {
    let calm = 0;
    await eventually(
      `${CALM_LOOKS} looks in a row at queues without work`,
      async () => {
        const busy = (await Promise.all(this.#queues.map(workIn))).flat();
        calm = busy.length === 0 ? calm + 1 : 0;
        return { calm, busy };
      },
      (seen) => seen.calm >= CALM_LOOKS,
    );
  }

  /** Presses «+1 рабочий день» once everything the day before has brought is done, and waits until it is done again. */
  async nextWorkingDay(): Promise<void> {
    await this.settled();
    const before = this.demo.sandbox.clock.now();
    await this.page.getByRole('button', { name: '+1 рабочий день' }).click();
    await eventually(
      'the portal clock to be a day on',
      () => this.demo.sandbox.clock.now() - before,
      (moved) => moved > 12 * 3_600_000,
    );
    await this.settled();
  }

  /** A ticket that lacks only the client's word, dragged to «Закрыто»: Closegate asks the client. */
  async asked(title: string): Promise<Asked> {
    const ready = await this.draggedToClosed(title);
    const card = await this.openCard(ready.key);
    const link = await linkIn(await chatOf(card));
    await inTimeline(card, 'Запрос подтверждения');
    await this.closeCard();
    await this.settled();
    return { ...ready, link };
  }

  async draggedToClosed(title: string, options: ReadyTicketOptions = {}): Promise<ReadyTicket> {
    const ready = await readyTicket(this.demo.sandbox, title, options);
    await tile(this.page, ready.key).waitFor();
    await dragTile(this.page, ready.key, this.closed);
    await this.stands(this.waiting, ready.key);
    await this.page.getByRole('button', { name: 'Понятно' }).click();
    return ready;
  }

  /** The card comes to stand in the column. */
  async stands(stageId: string, key: string): Promise<void> {
    await tileIn(this.page, stageId, key).waitFor();
  }

  async openCard(key: string): Promise<Locator> {
    await tile(this.page, key).locator('.tile-title').click();
    const card = this.page.getByRole('dialog').filter({ has: this.page.getByRole('tablist') });
    await card.waitFor();
    return card;
  }

  async closeCard(): Promise<void> {
    await this.page.keyboard.press('Escape');
    await this.page.getByRole('dialog').first().waitFor({ state: 'detached' });
  }

  /** The client answers on the page, on a phone. */
  async clientSays(link: string, button: string, words = ''): Promise<Page> {
    const phone = await this.open(link, PHONE);
    if (words !== '') await phone.getByRole('textbox').fill(words);
    await phone.getByRole('button', { name: button, exact: true }).click();
    await phone.getByRole('heading', { name: 'Спасибо! Ответ получен' }).waitFor();
    return phone;
  }

  /** The ticket as the sandbox's page reads it. */
  async ticketAsShown(id: number): Promise<unknown> {
    const answer = await fetch(`${this.demo.sandboxUrl}/sandbox/api/ticket/2/${id}`);
    return answer.json();
  }
}

export async function chatOf(card: Locator): Promise<Locator> {
  await card.getByRole('tab', { name: 'Чат' }).click();
  return card.locator('.chat');
}

export function said(chat: Locator, words: string): Locator {
  return chat.locator('.bubble-operator', { hasText: words }).last();
}

/** The link of the newest message that has one: an http address of the app. */
export async function linkIn(talk: Locator): Promise<string> {
  const link = talk.locator('a[href*="/c/"]').last();
  await link.waitFor();
  return (await link.getAttribute('href')) ?? '';
}

export async function inTimeline(card: Locator, words: string): Promise<Locator> {
  await card.getByRole('tab', { name: 'Лента' }).click();
  const entry = card.locator('.entry-comment', { hasText: words }).first();
  await entry.waitFor();
  return entry;
}

export async function outcomeIs(card: Locator, label: string): Promise<void> {
  await card
    .getByLabel('Итог закрытия')
    .locator('option:checked', { hasText: label })
    .waitFor({ state: 'attached' });
}

async function queuesOf(dataDir: string): Promise<readonly Queue[]> {
  const file: unknown = JSON.parse(await readFile(join(dataDir, 'demo.json'), 'utf8'));
  const { redisUrl } = file as { readonly redisUrl: string };
  return ['sweeps', 'timers', 'client'].map(
    (name) => new Queue(name, { connection: { url: redisUrl }, prefix: '{cgq}' }),
  );
}

/** Names of the jobs that run or are about to. */
async function workIn(queue: Queue): Promise<readonly string[]> {
  const jobs = await queue.getJobs(['active', 'waiting', 'prioritized', 'delayed']);
  const soon = Date.now() + SOON_MS;
  return jobs.flatMap((job) =>
    // A job that ended between the listing and the reading comes as nothing.
    job !== undefined && job.timestamp + job.delay < soon ? [`${queue.name} ${job.id}`] : [],
  );
}
