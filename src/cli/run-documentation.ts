/** `npm run documentation`: the documentation of a closed ticket, as Markdown or in the regulation's plain form. */
import { parseArgs } from 'node:util';
import { exportDocumentation } from '../app/export-documentation.ts';
import type { ExportRequest } from '../app/export-documentation.ts';
import type { Language } from '../app/ports/texts.ts';
import type { TicketRef } from '../core/ticket.ts';
import { refKey } from '../core/ticket.ts';
import type { CommandContext, ExitCode } from './command.ts';
import { complain, withTools } from './command.ts';

export type DocumentationArgs =
  | { readonly kind: 'run'; readonly request: ExportRequest }
  | { readonly kind: 'help'; readonly language: Language | null }
  | { readonly kind: 'refused' };

const REFUSED = { kind: 'refused' } as const;

function readRef(text: string | undefined): TicketRef | null {
  const [, entityTypeId, id] = /^(\d{1,9}):(\d{1,15})$/.exec(text ?? '') ?? [];
  const ref = { entityTypeId: Number(entityTypeId), id: Number(id) };
  return ref.entityTypeId > 0 && ref.id > 0 ? ref : null;
}

function readLanguage(text: string | undefined): Language | null | undefined {
  if (text === undefined) return null;
  return text === 'ru' || text === 'en' ? text : undefined;
}

function parseRaw(argv: readonly string[]) {
  return parseArgs({
    args: [...argv],
    strict: true,
    allowPositionals: true,
    options: {
      format: { type: 'string', default: 'md' },
      cycle: { type: 'string' },
      lang: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
}

function readArgs({ values, positionals }: ReturnType<typeof parseRaw>): DocumentationArgs {
  const language = readLanguage(values.lang);
  if (language === undefined) return REFUSED;
  if (values.help) return { kind: 'help', language };
  const ref = readRef(positionals[0]);
  const { format } = values;
  const cycle = values.cycle === undefined ? null : Number(values.cycle);
  const whole = cycle === null || (Number.isInteger(cycle) && cycle > 0);
  if (ref === null || positionals.length > 1 || !whole) return REFUSED;
  if (format !== 'md' && format !== 'plain') return REFUSED;
  return { kind: 'run', request: { ref, format, cycle, language } };
}

export function parseDocumentationArgs(argv: readonly string[]): DocumentationArgs {
  try {
    return readArgs(parseRaw(argv));
  } catch {
    return REFUSED;
  }
}

/** @param argv arguments after the program's name */
export async function runDocumentation(
  argv: readonly string[],
  context: CommandContext,
): Promise<ExitCode> {
  const args = parseDocumentationArgs(argv);
  const { language, say, terminal } = context;
  if (args.kind === 'refused') {
    complain(context, language, [
      { key: 'documentation.bad-arguments', params: {} },
      { key: 'documentation.usage', params: {} },
    ]);
    return 2;
  }
  if (args.kind === 'help') {
    terminal.out(say(args.language ?? language, 'documentation.usage'));
    return 0;
  }
  const { request } = args;
  return withTools(context, language, {
    run: async ({ portalId, documents }) => {
      const exported = await exportDocumentation(portalId, request, documents);
      if (exported.kind === 'text') {
        terminal.out(exported.text);
        return 0;
      }
      const params = { ticket: refKey(request.ref), cycle: request.cycle ?? 1 };
      terminal.say(say(language, `documentation.${exported.kind}`, params));
      return 1;
    },
  });
}
