/** `npm run journal`: shows, exports, explains and verifies the journal, and forgets a client. */
import { eraseClient } from '../app/erase-client.ts';
import type { ChainReport, JournalLine, JournalProgress } from '../app/ports/journal.ts';
import type { Tools } from '../app/ports/tools.ts';
import { journalDay } from '../core/journal-entry.ts';
import { refKey } from '../core/ticket.ts';
import type { CommandContext, ExitCode } from './command.ts';
import { withArgs, withTools } from './command.ts';
import { CSV_BOM, csvLine } from '../app/csv.ts';
import type { JournalFilter, JournalWish } from './journal-args.ts';
import { parseJournalArgs } from './journal-args.ts';
import type { Speak } from './journal-words.ts';
import { COLUMNS, explained, shortLine, tableRow } from './journal-words.ts';

interface Desk {
  readonly tools: Tools;
  readonly terminal: CommandContext['terminal'];
  readonly speak: Speak;
  readonly progress: JournalProgress;
}

/** @param argv arguments after the program's name */
export async function runJournal(
  argv: readonly string[],
  context: CommandContext,
): Promise<ExitCode> {
  return withArgs(context, parseJournalArgs(argv), {
    usage: 'journal.usage',
    run: (wish, language) => {
      const { terminal } = context;
      const speak: Speak = (key, params = {}) => context.say(language, key, params);
      const progress: JournalProgress = (done, total) =>
        terminal.redraw?.(speak('journal.progress', { done, total }));
      return withTools(context, language, {
        run: (tools) => carryOut(wish, { tools, terminal, speak, progress }),
      });
    },
  });
}

async function carryOut(wish: JournalWish, desk: Desk): Promise<ExitCode> {
  switch (wish.do) {
    case 'show':
      return exportLines(wish.filter, desk, (line) => shortLine(line, desk.speak));
    case 'jsonl':
      return exportLines(wish.filter, desk, (line) => JSON.stringify(line));
    case 'csv':
      return exportCsv(wish, desk);
    case 'explain':
      return explain(wish, desk);
    case 'verify':
      return verify(wish, desk);
    case 'erase':
      return erase(wish, desk);
  }
}

function matches({ from, to, ticket }: JournalFilter, { entry }: JournalLine): boolean {
  const day = journalDay(entry);
  if ((from !== '' && day < from) || (to !== '' && day > to)) return false;
  return ticket === null || (entry.ref !== null && refKey(entry.ref) === refKey(ticket));
}

/** Line by line: a journal of any length passes through. */
async function exportLines(
  filter: JournalFilter,
  { tools, terminal, speak, progress }: Desk,
  textOf: (line: JournalLine) => string,
): Promise<ExitCode> {
  let count = 0;
  for await (const line of tools.archive.lines(tools.portalId, progress)) {
    if (!matches(filter, line)) continue;
    terminal.out(textOf(line));
    await terminal.drained?.();
    count += 1;
  }
  terminal.redraw?.('');
  terminal.say(speak('journal.shown', { count }));
  return 0;
}

async function exportCsv(
  { filter, separator }: Extract<JournalWish, { do: 'csv' }>,
  desk: Desk,
): Promise<ExitCode> {
  const { speak, terminal } = desk;
  const titles = COLUMNS.map((column) => speak(`journal.column.${column}`));
  terminal.out(`${CSV_BOM}${csvLine(titles, separator)}\r`);
  return exportLines(filter, desk, (line) => `${csvLine(tableRow(line, speak), separator)}\r`);
}

async function explain(
  { ticket }: Extract<JournalWish, { do: 'explain' }>,
  { tools, terminal, speak, progress }: Desk,
): Promise<ExitCode> {
  let found = 0;
  for await (const line of tools.archive.lines(tools.portalId, progress)) {
    if (!matches({ from: '', to: '', ticket }, line)) continue;
    terminal.redraw?.('');
    if (found > 0) terminal.out('');
    terminal.out(explained(line, speak).join('\n'));
    found += 1;
  }
  terminal.redraw?.('');
  if (found > 0) return 0;
  terminal.say(speak('journal.nothing', { ticket: refKey(ticket) }));
  return 1;
}

async function verify(
  { expect }: Extract<JournalWish, { do: 'verify' }>,
  { tools, terminal, speak, progress }: Desk,
): Promise<ExitCode> {
  const report = await tools.archive.verify(tools.portalId, progress);
  terminal.redraw?.('');
  terminal.out(reportLines(report, speak).join('\n'));
  if (expect === null) return report.intact ? 0 : 1;
  let stands = false;
  for await (const { seq, hash } of tools.archive.lines(tools.portalId, progress)) {
    if (seq === expect.seq && hash === expect.hash) stands = true;
  }
  terminal.redraw?.('');
  terminal.out(speak(stands ? 'journal.expected' : 'journal.not-expected', { seq: expect.seq }));
  return report.intact && stands ? 0 : 1;
}

function reportLines(report: ChainReport, speak: Speak): readonly string[] {
  const { intact, linked, head, problems, problemCount, beforeChain, anchorSeq } = report;
  return [
    intact
      ? speak('journal.intact', { linked, seq: head.seq })
      : speak('journal.broken', { count: problemCount }),
    ...problems.map(({ code, seq }) => `  ${speak(`journal.problem.${code}`, { seq })}`),
    ...(anchorSeq > 0 ? [speak('journal.anchor', { seq: anchorSeq })] : []),
    ...(beforeChain > 0 ? [speak('journal.before-chain', { count: beforeChain })] : []),
    ...(head.seq > 0 ? [speak('journal.head', { seq: head.seq, hash: head.hash })] : []),
  ];
}

async function erase(
  { who }: Extract<JournalWish, { do: 'erase' }>,
  { tools, terminal, speak }: Desk,
): Promise<ExitCode> {
  const { tickets, records } = await eraseClient(who, tools);
  terminal.out(speak('journal.erased-done', { tickets, records }));
  terminal.say(speak('journal.erase-portal'));
  return 0;
}
