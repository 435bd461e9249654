/** The audit's page: what it says as text, and how it stands in a real browser. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from '@jest/globals';
import type { PastAudit } from '../../src/app/audit-past.ts';
import type { Language } from '../../src/app/ports/texts.ts';
import { foldAudit } from '../../src/core/audit/fold-audit.ts';
import type { PastClosing } from '../../src/core/audit/past-closing.ts';
import { CRITERION_IDS } from '../../src/core/policy.ts';
import type { ClosingPolicy } from '../../src/core/policy.ts';
import { isMessageKey } from '../../src/text/catalog.ts';
import { renderAuditPage } from '../../src/text/audit/audit-page.ts';
import { aPolicy } from '../support/a-policy.ts';
import { aPastClosing, withoutFields } from '../support/a-past-closing.ts';
import { NOON, UNREADABLE } from '../support/a-ticket.ts';
import { wcagFaults } from '../support/axe.ts';
import { describeWithBrowser, DESKTOP, PHONE } from '../support/browser.ts';

const DAY = 24 * 60 * 60_000;
const FAILS = { record: { cause: '', recommendations: '' } };

function anAudit(closings: readonly PastClosing[], policy: ClosingPolicy = aPolicy()): PastAudit {
  const dateOf = (at: number) => new Date(at).toISOString().slice(0, 10);
  const dates = Array.from({ length: 31 }, (_, n) => dateOf(NOON - (30 - n) * DAY));
  return {
    days: 30,
    since: NOON - 30 * DAY,
    until: NOON,
    timeZone: 'Europe/Moscow',
    pipelines: [{ policy, name: 'Поддержка <1>', source: 'stored' }],
    sums: foldAudit(closings, { dates, dateOf }),
    closings,
    names: new Map([[11, 'Анна <Орлова>']]),
  };
}

const some = (): PastAudit =>
  anAudit([
    ...Array.from({ length: 38 }, (_, n) =>
      aPastClosing({ ...FAILS, movedAt: NOON - n * DAY, title: 'Домофон "молчит" & <b>гудит</b>' }),
    ),
    ...Array.from({ length: 80 }, () => aPastClosing({ movedBy: 0 })),
    aPastClosing({ openWork: UNREADABLE }),
    aPastClosing({ openWork: UNREADABLE }),
    aPastClosing({ stageId: 'C5:LOSE' }),
  ]);

const page = (audit: PastAudit, language: Language = 'ru'): string =>
  renderAuditPage(audit, { language, link: ({ id }) => `https://portal.test/deal/${id}/?a=1&b="` });

describe('the audit’s page', () => {
  test('says first what a lead wants to know', () => {
    expect(page(some())).toContain('<h1>38 из 120 закрытий не прошли бы регламент</h1>');
    expect(page(some(), 'en')).toContain('<h1>38 of 120 closings would not have passed</h1>');
  });

  test('escapes whatever came from the portal', () => {
    const text = page(some());

    expect(text).toContain('Домофон &quot;молчит&quot; &amp; &lt;b&gt;гудит&lt;/b&gt;');
    expect(text).toContain('Анна &lt;Орлова&gt;');
    expect(text).toContain('Поддержка &lt;1&gt;');
    expect(text).toContain('https://portal.test/deal/759/?a=1&amp;b=&quot;');
  });

  test('holds no script and asks nothing of anybody', () => {
    const text = page(some());

    expect(text).not.toMatch(/<script|<img|<link|\bsrc=|@import|url\(|\son\w+=/i);
  });

  test('shows closings without a check and unread ones', () => {
    const text = page(some());

    expect(text).toContain('Закрытия без проверки');
    expect(text).toContain('стадия исключена из правил');
    expect(text).toContain('2 закрытия прочитать не удалось');
  });

  test('names the points that a card without the fields cannot tell about', () => {
    const policy = withoutFields(aPolicy());
    const text = page(anAudit([aPastClosing(FAILS, policy)], policy));

    expect(text).toContain('<h1>0 из 1 закрытия не прошли бы регламент</h1>');
    expect(text).toContain('На портале ещё нет полей Closegate');
    expect(text).toContain('нет поля');
  });

  test('lists so many and counts the rest', () => {
    const text = page(anAudit(Array.from({ length: 301 }, () => aPastClosing(FAILS))));

    expect(text).toContain('и ещё 1: полный список — в --json');
  });

  test('without closings says so', () => {
    expect(page(anAudit([]))).toContain('закрытий не нашлось');
  });

  test('every criterion has a name in both languages', () => {
    expect(CRITERION_IDS.filter((id) => !isMessageKey(`criterion.${id}`))).toEqual([]);
  });
});

describeWithBrowser('the audit’s page in a browser', (browser) => {
  const directory = mkdtempSync(join(tmpdir(), 'closegate-audit-page-'));
  const file = join(directory, 'audit.html');
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  test.each([
    ['a desktop', 'light', DESKTOP],
    ['a desktop', 'dark', DESKTOP],
    ['a phone', 'light', PHONE],
    ['a phone', 'dark', PHONE],
  ] as const)(
    'stands on %s, %s: no fault, nothing beside the edge',
    async (_name, scheme, device) => {
      writeFileSync(file, page(some()));
      const context = await browser().newContext({ ...device, colorScheme: scheme });
      const opened = await context.newPage();
      const problems: string[] = [];
      opened.on('console', (message) => problems.push(message.text()));
      opened.on('request', (request) => problems.push(request.url()));
      await opened.goto(pathToFileURL(file).href);

      expect(await wcagFaults(opened)).toEqual([]);
      expect(await opened.evaluate('document.documentElement.scrollWidth')).toBe(
        device.viewport.width,
      );
      expect(problems).toEqual([pathToFileURL(file).href]);
      await context.close();
    },
  );

  test('a folded table is there on paper', async () => {
    writeFileSync(file, page(some()));
    const context = await browser().newContext(DESKTOP);
    const opened = await context.newPage();
    await opened.goto(pathToFileURL(file).href);
    const table = opened.locator('details table');

    expect(await table.isVisible()).toBe(false);
    await opened.emulateMedia({ media: 'print' });
    expect((await table.boundingBox())?.height ?? 0).toBeGreaterThan(100);
    await context.close();
  });
});
