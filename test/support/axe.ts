/** What axe-core finds wrong with a page by the WCAG levels A and AA, 2.0 to 2.2. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const LEVELS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const SOURCE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const RUN_ALL = `axe.run(document, {
  runOnly: { type: 'tag', values: ${JSON.stringify(LEVELS)} },
  resultTypes: ['violations'],
})`;
const RUN_COLOURS = `axe.run(document, {
  runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] },
  resultTypes: ['violations'],
})`;

let source: Promise<string> | null = null;

/** One line for each violation: its rule, its place, what to do. Only what can be seen is looked at. */
export function wcagFaults(page: Page): Promise<readonly string[]> {
  return faultsOf(page, RUN_ALL);
}

/** The same for the rules that another colour scheme can break. */
export function colourFaults(page: Page): Promise<readonly string[]> {
  return faultsOf(page, RUN_COLOURS);
}

async function faultsOf(page: Page, run: string): Promise<readonly string[]> {
  source ??= readFile(SOURCE, 'utf8');
  // Half a megabyte: read once a page, not once a look.
  if (await page.evaluate('typeof axe === "undefined"')) await page.evaluate(await source);
  const found: AxeResults = await page.evaluate(run);
  // A page that axe looked at in vain would have no violation either. Text on a gradient is neither right nor wrong to it.
  const looked = [...found.passes, ...found.incomplete];
  if (looked.every(({ id }) => id !== 'color-contrast')) return ['axe saw no text'];
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html.slice(0, 120)} ${node.failureSummary ?? ''}`),
  );
}
