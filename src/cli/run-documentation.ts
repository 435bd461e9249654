/** `npm run documentation`: the documentation of a closed ticket, as Markdown or in the regulation's plain form. */
import { exportDocumentation } from '../app/export-documentation.ts';
import type { ExportRequest } from '../app/export-documentation.ts';
import { refKey } from '../core/ticket.ts';
import type { CommandContext, ExitCode } from './command.ts';
import { withArgs, withTools } from './command.ts';
import { orRefused, readOptions, REFUSED, TEXT } from './parsed-args.ts';
import type { Parsed } from './parsed-args.ts';
import { readLanguage, readTicketRef } from './pipeline-arg.ts';

const BAD_ARGUMENTS = { key: 'documentation.bad-arguments', params: {} };

const parseRaw = (argv: readonly string[]) =>
  readOptions(argv, { format: { type: 'string', default: 'md' }, cycle: TEXT });

function readArgs({ values, positionals }: ReturnType<typeof parseRaw>): Parsed<ExportRequest> {
  const language = readLanguage(values.lang);
  if (language === undefined) return REFUSED;
  if (values.help) return { kind: 'help', language };
  const ref = readTicketRef(positionals[0] ?? '');
  const { format } = values;
  const cycle = values.cycle === undefined ? null : Number(values.cycle);
  const whole = cycle === null || (Number.isInteger(cycle) && cycle > 0);
  if (ref === null || positionals.length > 1 || !whole) return REFUSED;
  if (format !== 'md' && format !== 'plain') return REFUSED;
  return { kind: 'run', language, args: { ref, format, cycle, language } };
}

export const parseDocumentationArgs = (argv: readonly string[]): Parsed<ExportRequest> =>
  orRefused(() => readArgs(parseRaw(argv)));

/** @param argv arguments after the program's name */
export async function runDocumentation(
  argv: readonly string[],
  context: CommandContext,
): Promise<ExitCode> {
  const parsed = parseDocumentationArgs(argv);
  const told = parsed.kind === 'refused' ? { ...parsed, complaints: [BAD_ARGUMENTS] } : parsed;
  return withArgs(context, told, {
    usage: 'documentation.usage',
    run: (request) => carryOut(request, context),
  });
}

async function carryOut(request: ExportRequest, context: CommandContext): Promise<ExitCode> {
  // `--lang` is the document's; the command speaks the machine's.
  const { language, say, terminal } = context;
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
