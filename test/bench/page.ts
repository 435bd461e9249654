/** The client page over the wire: bytes, requests, and the first paint on slow lines and processors. */
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';
import { aCase, aClientPage } from '../support/a-client-page.ts';
import { findBrowser } from '../support/find-browser.ts';

export interface Place {
  readonly name: string;
  /** How many times slower the processor is. */
  readonly processor: number;
  readonly megabitsPerSecond: number;
  readonly latencyMs: number;
}

export interface PageWeight {
  readonly bytes: number;
  readonly requests: number;
}

export interface PageBench extends PageWeight {
  readonly runs: number;
  /** Median of the first contentful paint by the place's name, milliseconds. */
  readonly firstPaint: ReadonlyMap<string, number>;
}

export const PLACES: readonly Place[] = [
  { name: 'office', processor: 4, megabitsPerSecond: 10, latencyMs: 40 },
  { name: 'slow phone', processor: 6, megabitsPerSecond: 1.6, latencyMs: 150 },
];
const RUNS = 9;
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
const FIRST_PAINT = `new Promise((resolve) => {
  const found = () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime;
  const look = () => (found() === undefined ? setTimeout(look, 20) : resolve(found()));
  look();
})`;

/** null without a Chromium on PATH. */
export async function benchClientPage(): Promise<PageBench | null> {
  const executablePath = findBrowser();
  if (executablePath === null) return null;
  const server = await aClientPage();
  server.save(aCase());
  const browser = await chromium.launch({ executablePath });
  try {
    const url = `${server.url}${server.path()}`;
    const times = new Map(PLACES.map(({ name }) => [name, [] as number[]]));
    let weight: PageWeight = { bytes: 0, requests: 0 };
    // In turn, so that other work on the machine slows both alike.
    for (let run = 0; run < RUNS; run += 1) {
      for (const place of PLACES) {
        const opened = await openAt(browser, url, place);
        times.get(place.name)?.push(opened.firstPaint);
        weight = opened;
      }
    }
    const firstPaint = new Map([...times].map(([name, all]) => [name, median(all)]));
    return { bytes: weight.bytes, requests: weight.requests, runs: RUNS, firstPaint };
  } finally {
    await browser.close();
    await server.close();
  }
}

/** Cold: a context of its own, so that nothing is cached. */
async function openAt(browser: Browser, url: string, place: Place) {
  const context = await browser.newContext(PHONE);
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Emulation.setCPUThrottlingRate', { rate: place.processor });
  const perSecond = (place.megabitsPerSecond * 1_000_000) / 8;
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: place.latencyMs,
    downloadThroughput: perSecond,
    uploadThroughput: perSecond,
  });
  let bytes = 0;
  let requests = 0;
  session.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength;
    requests += 1;
  });
  await page.goto(url, { waitUntil: 'networkidle' });
  const firstPaint: number = await page.evaluate(FIRST_PAINT);
  await context.close();
  return { bytes, requests, firstPaint };
}

function median(all: readonly number[]): number {
  return all.toSorted((one, other) => one - other)[Math.floor(all.length / 2)] ?? 0;
}
