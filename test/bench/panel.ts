/**
 * The ticket panel inside the portal: its first contentful paint when the tab is opened again (what a browser keeps is kept), beside
 * a page of bare HTML opened the same way: the ratio says what the panel itself costs.
 */
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext } from 'playwright-core';
import {
  aCardScene,
  APPLICATION_TOKEN,
  cardAssets,
  closing,
  listening,
  serveCard,
} from '../support/a-card.ts';
import { PORTAL } from '../support/a-gate.ts';
import { findBrowser } from '../support/find-browser.ts';
import { PLACES } from './page.ts';

export interface Quartiles {
  readonly lower: number;
  readonly median: number;
  readonly upper: number;
}

export interface PanelBench {
  readonly runs: number;
  /** Milliseconds, warm. */
  readonly panel: Quartiles;
  /** The largest paint: the ticket itself, in place of the first words. */
  readonly whole: Quartiles;
  readonly bare: Quartiles;
}

const RUNS = 9;
/** The first opening fills the cache; the next three are measured. */
const WARM = 3;
const BARE = '<!doctype html><html lang="ru"><title>Bare</title><body><h1>Bare</h1>';
const FORM = {
  AUTH_ID: 'auth-of-the-agent',
  APPLICATION_TOKEN,
  member_id: PORTAL,
  PLACEMENT: 'CRM_DEAL_DETAIL_TAB',
  PLACEMENT_OPTIONS: '{"ID":"759"}',
};
const FIRST_PAINT = `new Promise((resolve) => {
  const found = () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime;
  const look = () => (found() === undefined ? setTimeout(look, 20) : resolve(found()));
  look();
})`;

const LARGEST_PAINT = `new Promise((resolve) => {
  const told = (list) => resolve(list.getEntries().at(-1).startTime);
  new PerformanceObserver(told).observe({ type: 'largest-contentful-paint', buffered: true });
})`;

interface Paint {
  readonly first: number;
  readonly largest: number;
}

/** null without a Chromium on PATH. */
export async function benchPanel(): Promise<PanelBench | null> {
  const executablePath = findBrowser();
  if (executablePath === null) return null;
  const card = aCardScene();
  card.scene.put({ stageId: 'C5:EXECUTING', record: { solution: '', kbDecision: null } });
  const server = await serveCard(card, { assets: await cardAssets() });
  const fields = Object.entries(FORM).map(
    ([name, value]) => `<input name="${name}" value='${value}'>`,
  );
  const bare = await serving(BARE);
  const post = await serving(
    `<!doctype html><form method="post" action="${server.url}/card?LANG=ru">${fields.join('')}</form><script>document.forms[0].submit()</script>`,
  );
  const browser = await chromium.launch({ executablePath });
  try {
    const times = { panel: [] as Paint[], bare: [] as Paint[] };
    // In turn, so that other work on the machine slows both alike.
    for (let run = 0; run < RUNS; run += 1) {
      times.panel.push(...(await warmPaints(browser, post.url, `${server.url}/card`)));
      times.bare.push(...(await warmPaints(browser, bare.url, bare.url)));
    }
    return {
      runs: RUNS,
      panel: quartilesOf(times.panel.map(({ first }) => first)),
      whole: quartilesOf(times.panel.map(({ largest }) => largest)),
      bare: quartilesOf(times.bare.map(({ first }) => first)),
    };
  } finally {
    await browser.close();
    await server.close();
    await Promise.all([closing(bare.server), closing(post.server)]);
  }
}

async function serving(page: string): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer((_req, res) => {
    res.setHeader('Content-Type', 'text/html; charset=utf-8');
    res.end(page);
  });
  return { server, url: `${await listening(server)}/` };
}

/** One context: what the first opening has brought stays cached, as in a browser that is used all day. */
async function warmPaints(
  browser: Browser,
  url: string,
  reached: string,
): Promise<readonly Paint[]> {
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 } });
  const found: Paint[] = [];
  for (let opening = 0; opening <= WARM; opening += 1) {
    const paint = await paintOf(context, url, reached);
    if (opening > 0) found.push(paint);
  }
  await context.close();
  return found;
}

async function paintOf(context: BrowserContext, url: string, reached: string): Promise<Paint> {
  const [office] = PLACES;
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  const perSecond = ((office?.megabitsPerSecond ?? 10) * 1_000_000) / 8;
  await session.send('Emulation.setCPUThrottlingRate', { rate: office?.processor ?? 4 });
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: office?.latencyMs ?? 40,
    downloadThroughput: perSecond,
    uploadThroughput: perSecond,
  });
  await page.goto(url);
  await page.waitForURL((at) => at.href.startsWith(reached));
  await page.locator('h1').waitFor();
  const first: number = await page.evaluate(FIRST_PAINT);
  const largest: number = await page.evaluate(LARGEST_PAINT);
  await page.close();
  return { first, largest };
}

function quartilesOf(all: readonly number[]): Quartiles {
  const sorted = all.toSorted((one, other) => one - other);
  const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
  return { lower: at(0.25), median: at(0.5), upper: at(0.75) };
}
