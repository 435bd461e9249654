/** `npm run audit`: which closings of the last days would not have passed. Changes nothing on the portal. */
import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { auditPast } from '../app/audit-past.ts';
import type { PastAudit } from '../app/audit-past.ts';
import type { Speak } from '../app/audit-words.ts';
import type { Language } from '../app/ports/texts.ts';
import type { Tools } from '../app/ports/tools.ts';
import type { TicketRef } from '../core/ticket.ts';
import type { AuditArgs } from './audit-args.ts';
import { parseAuditArgs } from './audit-args.ts';
import { auditDocument } from './audit-json.ts';
import { createAuditProgress } from './audit-progress.ts';
import { auditTable } from './audit-table.ts';
import type { CommandContext, ExitCode } from './command.ts';
import { complain, withArgs, withTools } from './command.ts';

/** Renders the page with charts; given by the composition, for cli/ does not know text/. */
export type AuditPage = (
  audit: PastAudit,
  view: { readonly language: Language; readonly link: (ref: TicketRef) => string },
) => string;

interface Run {
  readonly args: AuditArgs;
  readonly context: CommandContext;
  readonly language: Language;
  readonly speak: Speak;
  readonly page: AuditPage;
}

/** @param argv arguments after the program's name */
export async function runAudit(
  argv: readonly string[],
  context: CommandContext,
  page: AuditPage,
): Promise<ExitCode> {
  return withArgs(context, parseAuditArgs(argv), {
    usage: 'audit.usage',
    run: (args, language) => {
      const speak: Speak = (key, params = {}) => context.say(language, key, params);
      const run = { args, context, language, speak, page };
      return withTools(context, language, { run: (tools) => audit(run, tools) });
    },
  });
}

async function audit(run: Run, tools: Tools): Promise<ExitCode> {
  const { args, context, language, speak } = run;
  const { terminal } = context;
  const progress = createAuditProgress({ terminal, speak, now: () => tools.clock.now() });
  const read = await auditPast(args, {
    portalId: tools.portalId,
    setup: tools.setup,
    policies: tools.policies,
    roleHints: tools.roleHints,
    past: tools.past,
    words: tools.words,
    pause: async (ms) => {
      await sleep(ms);
    },
    progress: progress.step,
  }).finally(progress.end);
  if (!read.ok) {
    const words = read.problems.map(({ code, params }) => ({
      key: code === 'nothing-set-up' ? `audit.${code}` : `setup.${code}`,
      params,
    }));
    complain(context, language, words);
    return 1;
  }
  const link = (ref: TicketRef): string => tools.past.ticketLink(ref);
  if (args.html !== null && !(await writePage(run, args.html, read.audit, link))) return 1;
  const { columns } = terminal;
  const view = { speak, language, ...(columns === undefined ? {} : { columns }) };
  terminal.out(args.json ? auditDocument(read.audit, speak, link) : auditTable(read.audit, view));
  return 0;
}

async function writePage(
  { context, language, speak, page }: Run,
  file: string,
  past: PastAudit,
  link: (ref: TicketRef) => string,
): Promise<boolean> {
  try {
    await writeFile(file, page(past, { language, link }), 'utf8');
  } catch (error) {
    const detail = typeof error === 'object' && error && 'code' in error ? String(error.code) : '';
    context.terminal.say(speak('audit.html-failed', { file, detail }));
    return false;
  }
  context.terminal.say(speak('audit.html-written', { file }));
  return true;
}
