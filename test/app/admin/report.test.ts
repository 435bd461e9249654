/** The lead's report on fakes: every figure it shows is as many lines of the journal as it says, and a pause is the lead's own. */
import { describe, expect, test } from '@jest/globals';
import type { AdminDeps } from '../../../src/app/admin/admin-deps.ts';
import { figurePart } from '../../../src/app/admin/report-figure.ts';
import { holdFromReport } from '../../../src/app/admin/report-hold.ts';
import { leadLists } from '../../../src/app/admin/report-lists.ts';
import { leadReport } from '../../../src/app/admin/report.ts';
import type { Hand } from '../../../src/app/ports/frame.ts';
import type { FigureLine, ReportRow, ReportState } from '../../../src/core/admin/report-state.ts';
import type { JournalEntry } from '../../../src/core/journal-entry.ts';
import type { ReportFilter } from '../../../src/core/report/figures.ts';
import { AppError } from '../../../src/errors.ts';
import { sayByName } from '../../../src/text/catalog.ts';
import { aClientScene, TICKET } from '../../support/a-client-side.ts';
import type { ClientScene } from '../../support/a-client-side.ts';
import { PORTAL } from '../../support/a-gate.ts';
import { aReportJournal } from '../../support/a-report-journal.ts';
import { FakeWriter } from '../../support/fake-client-portal.ts';
import { fakeTools } from '../../support/fake-tools.ts';
import type { FakeTools } from '../../support/fake-tools.ts';

const NOW = Date.UTC(2026, 10, 22, 12);
const LEAD = { id: 4, language: 'ru' } as const;
const MONTH: ReportFilter = { from: '2026-10-24', to: '2026-11-22', pipeline: null, agent: null };
const REFS = Array.from({ length: 7 }, (_, n) => ({ entityTypeId: 2, id: 700 + n }));

interface Scene {
  readonly client: ClientScene;
  readonly tools: FakeTools;
  readonly deps: AdminDeps;
  readonly hand: Hand;
  readonly own: FakeWriter;
}

function aScene(entries: readonly JournalEntry[] = aReportJournal(NOW, REFS)): Scene {
  const client = aClientScene();
  const tools = fakeTools();
  tools.archive.entries = [...entries];
  const own = new FakeWriter(client.tickets, () => client.now);
  const deps: AdminDeps = {
    portalId: PORTAL,
    origin: 'https://portal.example',
    tools: { ...tools, policies: client.deps.policies, lists: () => client.deps },
    client: client.deps,
    app: {
      record: () => Promise.resolve(null),
      pair: () => Promise.resolve(null),
      standing: () => Promise.reject(new Error('the report asks nothing of the app')),
      bindings: () => Promise.reject(new Error('the report asks nothing of the app')),
      scopes: { required: [], optional: [] },
    },
    eventUrl: '',
    say: sayByName,
    keepRegistered: () => Promise.resolve(),
  };
  return { client, tools, deps, own, hand: { tickets: client.tickets, writer: own } };
}

async function linesBehind(
  figure: string,
  filter: ReportFilter,
  { hand, deps }: Scene,
): Promise<{ readonly lines: readonly FigureLine[]; readonly total: number }> {
  const lines: FigureLine[] = [];
  for (let after = ''; ;) {
    const part = await figurePart({ figure, filter, after }, { user: LEAD, hand, deps });
    if (part === null) throw new Error('no such part');
    lines.push(...part.lines);
    if (part.next === '') return { lines, total: part.total };
    after = part.next;
  }
}

/** Every row of the report that opens tickets. */
function rowsOf(report: ReportState): readonly ReportRow[] {
  const { knowledge, headlines, clocks } = report;
  const measured: readonly ReportRow[] = [
    ...headlines.map(({ id, part, figure }) => ({ label: id, count: part, figure })),
    ...clocks.map(({ label, measured: count, figure }) => ({ label, count, figure })),
  ];
  return measured.concat(
    report.reasons,
    report.answers,
    report.classes,
    report.outcomes,
    report.closedBy,
    knowledge.decisions,
    knowledge.reused,
    report.reopened,
    report.mistakes,
    report.exceptions,
    report.ungated,
    report.messages,
    report.suppressed,
  );
}

describe('the lead’s report', () => {
  test.each([
    ['everybody', MONTH],
    ['one agent', { ...MONTH, agent: 2 }],
    ['one week', { ...MONTH, from: '2026-11-16' }],
    ['one pipeline', { ...MONTH, pipeline: '2:5' }],
    ['a year, told by month', { ...MONTH, from: '2025-12-01' }],
  ])('lists as many lines as each figure says: %s', async (_name, filter) => {
    const scene = aScene();
    const report = await leadReport(filter, LEAD, scene.deps);
    const rows = rowsOf(report);

    expect(rows.filter(({ count }) => count > 0).length).toBeGreaterThan(8);
    for (const { label, count, figure } of rows) {
      const { lines, total } = await linesBehind(figure, filter, scene);
      expect([label, total, lines.length]).toEqual([label, count, count]);
    }
  });

  test('lists as many lines as the table of agents and each day say', async () => {
    const scene = aScene();
    const { agents, steps } = await leadReport(MONTH, LEAD, scene.deps);
    const [agent] = agents;
    const busy = steps.filter(({ requests }) => requests > 0);

    expect(steps.length).toBe(30);
    expect(busy.length).toBeGreaterThan(20);
    for (const { from, to, requests, refused } of busy) {
      const day = { ...MONTH, from, to };
      const asked = await linesBehind('message:request:*', day, scene);
      const returned = await linesBehind('refused', day, scene);
      expect([asked.lines.length, returned.lines.length]).toEqual([requests, refused]);
    }
    const own = { ...MONTH, agent: agent?.id ?? 0 };
    expect((await linesBehind('class:by-agent', own, scene)).lines.length).toBe(agent?.byAgent);
    expect((await linesBehind('refused', own, scene)).lines.length).toBe(agent?.refused);
  });

  test('compares with the equal time before, and not with a time before there was a gate', async () => {
    const { deps } = aScene();
    const [refused, confirmed] = (await leadReport(MONTH, LEAD, deps)).headlines;
    const first = { ...MONTH, from: '2026-10-01', to: '2026-10-20' };
    const [before] = (await leadReport(first, LEAD, deps)).headlines;

    expect(refused).toMatchObject({ value: 20, before: 1 });
    expect(confirmed).toMatchObject({ before: null });
    expect(before).toMatchObject({ value: 1, before: null });
  });

  test('says that nothing happened in a time without a line', async () => {
    const { deps } = aScene();
    const none = await leadReport({ ...MONTH, from: '2025-01-01', to: '2025-01-31' }, LEAD, deps);

    expect(none).toMatchObject({ empty: true, closed: 0 });
    expect(none.steps.length).toBe(31);
  });

  test('tells numbers in the place of names while the portal does not answer', async () => {
    const scene = aScene();
    scene.tools.past.staffNames = () =>
      Promise.reject(new AppError('portal-unavailable', 'The portal is away.'));
    const { agents, choices } = await leadReport(MONTH, LEAD, scene.deps);

    expect(agents.map(({ name }) => name)).toContain('пользователь 2');
    expect(choices.pipelines).toContainEqual({ key: '2:5', name: 'Поддержка' });
  });

  test('says when lines are older than the count by agent', async () => {
    const scene = aScene();
    const whole = await leadReport(MONTH, LEAD, scene.deps);
    scene.tools.archive.drift = 1;
    const partly = await leadReport(MONTH, LEAD, scene.deps);

    expect([whole.agentsPartly, partly.agentsPartly]).toEqual([false, true]);
  });
});

describe('the tickets behind a figure', () => {
  test('have titles as the lead may see them; an erased client’s line names none', async () => {
    const scene = aScene(aReportJournal(NOW, [TICKET, { entityTypeId: 2, id: 404 }]));
    scene.client.put({ title: 'Не открывается шлагбаум' });
    scene.tools.archive.forgotten = ['2:404'];
    const { lines, total } = await linesBehind('refused', MONTH, scene);
    const seen = lines.filter(({ ticket }) => ticket !== null);

    expect(lines.length).toBe(total);
    expect(new Set(seen.map(({ title }) => title))).toEqual(new Set(['Не открывается шлагбаум']));
    expect(lines.length - seen.length).toBeGreaterThan(0);
    expect(lines.filter(({ ticket }) => ticket === null).every(({ title }) => title === '')).toBe(
      true,
    );
  });

  test('are no part of anything after a mark that was made up', async () => {
    const { hand, deps } = aScene();
    const wish = { figure: 'refused', filter: MONTH, after: 'x y' };

    expect(await figurePart(wish, { user: LEAD, hand, deps })).toBeNull();
  });
});

describe('a pause from the lead’s page', () => {
  const request = { kind: 'hold', until: { days: 3 }, reason: 'Клиент в отпуске' } as const;

  test('is written in the lead’s own name and stands in the journal', async () => {
    const scene = aScene();
    scene.client.put();
    const result = await holdFromReport({ ref: TICKET, request }, LEAD, scene);

    expect(result).toMatchObject({ kind: 'held' });
    expect(scene.own.changes.length).toBe(1);
    expect(scene.client.writer.changes.length).toBe(0);
    expect(scene.client.record()).toMatchObject({ holdReason: 'Клиент в отпуске' });
    expect(scene.client.journal.lines.at(-1)).toMatchObject({
      kind: 'panel-action',
      movedBy: LEAD.id,
      detail: { action: 'hold', reason: 'Клиент в отпуске' },
    });
  });

  test('is written by the app where the portal does not let the lead write', async () => {
    const scene = aScene();
    scene.client.put();
    scene.own.refusing = 'denied';
    const result = await holdFromReport({ ref: TICKET, request }, LEAD, scene);

    expect(result).toMatchObject({ kind: 'held' });
    expect(scene.client.writer.changes.length).toBe(1);
    expect(scene.client.journal.lines.at(-1)).toMatchObject({ movedBy: LEAD.id });
  });

  test('ends on the day that many days ahead, by the pipeline’s clock', async () => {
    const scene = aScene();
    scene.client.put();
    const days = Math.floor(scene.client.now / 86_400_000);
    const result = await holdFromReport({ ref: TICKET, request }, LEAD, scene);
    const until = result.kind === 'held' ? result.until : 0;

    expect(Math.floor(until / 86_400_000)).toBe(days + 3);
  });

  test('takes the ticket off the lists’ way to silence, and shows until when', async () => {
    const scene = aScene();
    scene.client.put();
    await holdFromReport({ ref: TICKET, request }, LEAD, scene);
    const { lists } = await leadLists(null, LEAD, scene);
    const blocked = lists.find(({ name }) => name === 'blocked');

    expect(blocked?.rows).toEqual([
      expect.objectContaining({
        ticket: expect.objectContaining({ number: TICKET.id }),
        note: expect.stringContaining('Клиент в отпуске'),
        mayHold: true,
        held: true,
      }),
    ]);
  });
});
