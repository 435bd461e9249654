import { performance } from 'node:perf_hooks';
import { agentsCounters } from '../../../src/core/report/by-agent.ts';
import { closingReport } from '../../../src/core/report/closing-report.ts';
import type { JournalEntry } from '../../../src/core/journal-entry.ts';
import { CRITERION_IDS } from '../../../src/core/policy.ts';
import { createConnections } from '../../../src/redis/connections.ts';
import { createJournalArchive } from '../../../src/redis/journal-archive.ts';
import { createJournal } from '../../../src/redis/journal.ts';
import { createKeys } from '../../../src/redis/keys.ts';
import { aJournalEntry, aResult } from '../../support/a-journal-entry.ts';
import type { Section } from '../report.ts';
import { number } from './storm-section.ts';

const PORTAL = 'bench';
const CLOSINGS = 100_000;
/** One attempt in eleven is refused. */
const TOTAL = CLOSINGS * 1.1;
const DAYS = 365;
const REPORT_MS = 1000;
const RUNS = 9;
const DAY_MS = 24 * 60 * 60_000;
const FROM = Date.UTC(2026, 0, 1);

/** A year: every closing with its criteria and times, by 40 agents in three pipelines. */
export function closing(n: number, of = TOTAL): JournalEntry {
  const at = FROM + Math.floor((n / of) * DAYS) * DAY_MS;
  const minutes = 5 + ((n * 7919) % 5000);
  const kbDecision = ['created', 'updated', 'exists', 'not-needed'][n % 4] ?? '';
  return aJournalEntry({
    at,
    kind: n % 11 === 10 ? 'returned' : 'closed',
    ref: { entityTypeId: 2, id: n + 1 },
    pipeline: { entityTypeId: 2, categoryId: n % 3 },
    movedAt: at + n,
    assigneeId: 1 + (n % 40),
    confirmation: n % 5 === 0 ? 'by-agent' : 'confirmed',
    times: { toAnswer: 10, toSolve: minutes, toClose: minutes + 60, waitingClient: 30 },
    results: CRITERION_IDS.map((id) =>
      aResult({ id, evidence: id === 'knowledge-base-decided' ? { kbDecision } : {} }),
    ),
  });
}

export async function reportSection(redisUrl: string): Promise<Section> {
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const connections = createConnections({ url: redisUrl, log });
  await connections.ready(20_000);
  const keys = createKeys();
  const journal = createJournal(connections.producer, keys, log);
  const archive = createJournalArchive(connections.producer, keys, log);
  const total = Math.ceil(TOTAL);
  const started = performance.now();
  for (let at = 0; at < total; at += 500) {
    const batch = Array.from({ length: Math.min(500, total - at) }, (_, n) => closing(at + n));
    await journal.append(PORTAL, batch);
  }
  const writeMs = performance.now() - started;
  const runs: number[] = [];
  let closed = 0;
  for (let run = 0; run < RUNS; run += 1) {
    const before = performance.now();
    const report = closingReport(await archive.sums(PORTAL, '2026-01-01', '2026-12-31'));
    runs.push(performance.now() - before);
    ({ closed } = report);
  }
  const agent = await timed(async () =>
    closingReport(
      agentsCounters(await archive.agents(PORTAL, '2026-01-01', '2026-12-31', 'month'), 7),
    ),
  );
  const byDay = await timed(() => archive.agents(PORTAL, '2026-11-01', '2026-11-30', 'day'));
  const newest = await timed(() => archive.newest(PORTAL, firstOf('returned')));
  const rare = await timed(async () => {
    for (let before = '', parts = 0; parts === 0 || before !== ''; parts += 1) {
      ({ next: before } = await archive.newest(PORTAL, { ...firstOf('reopened'), before }));
    }
  });
  const part = await timed(() => archive.newest(PORTAL, firstOf('reopened')));
  const verifying = performance.now();
  const { intact } = await archive.verify(PORTAL);
  const verifyMs = performance.now() - verifying;
  const memory = /used_memory:(\d+)/.exec(await connections.producer.info('memory'))?.[1];
  await connections.close();
  if (!intact || closed < CLOSINGS - 1) throw new Error('the journal is not what was written');
  const median = runs.toSorted((a, b) => a - b)[Math.floor(RUNS / 2)] ?? 0;
  const perLine = (Number(memory) / total / 1024).toFixed(1);
  return {
    name: 'Report of a year',
    rows: [
      row(`Report over ${number(closed)} closings of a year, median`, median, REPORT_MS),
      row('Its slowest run', Math.max(...runs), REPORT_MS),
      row('The same of one agent among 40', agent, REPORT_MS),
      row('Thirty days of 40 agents, day by day', byDay, REPORT_MS),
      row('First 20 tickets behind a figure', newest, REPORT_MS),
      row('One part of a long search: 20,000 lines looked at', part, REPORT_MS),
    ],
    notes: [
      `${number(total)} lines were appended in ${(writeMs / 1000).toFixed(1)} s (${(writeMs / total).toFixed(2)} ms a line in batches of 200, counters and chain in the same step) and verified in ${(verifyMs / 1000).toFixed(1)} s; Redis held ${perLine} KB a line with everything beside it.`,
      `A figure of which the whole journal holds no line, the worst that a list can meet, is searched to the end in ${(rare / 1000).toFixed(1)} s; the page shows how far the search is.`,
    ],
    missed:
      Math.max(...runs) >= REPORT_MS
        ? [`Report of a year: ${Math.round(Math.max(...runs))} ms instead of ${REPORT_MS} ms.`]
        : [],
  };
}

const firstOf = (kind: 'returned' | 'reopened') => ({
  kinds: [kind],
  fits: () => true,
  most: 20,
  before: '',
  look: 20_000,
});

async function timed(work: () => Promise<unknown>): Promise<number> {
  const before = performance.now();
  await work();
  return performance.now() - before;
}

function row(what: string, ms: number, limit: number) {
  const figure = `< ${limit} ms`;
  return { what, figure, ours: `${Math.round(ms)} ms`, beside: '', ratio: '', reached: ms < limit };
}
