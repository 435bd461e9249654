/** `npm run template`: shows a client message on sample data, of the app's own templates or of the portal's. */
import { parseArgs } from 'node:util';
import { faultWords } from '../app/fault-words.ts';
import type { ClientMessageKind, ClientTexts } from '../app/ports/client.ts';
import type { Language } from '../app/ports/texts.ts';
import type { NoticeText } from '../core/notice-text.ts';
import { AppError } from '../errors.ts';
import type { CommandContext, ExitCode } from './command.ts';
import { withTools } from './command.ts';
import type { Complaint } from './setup-args.ts';

const FORMATS = ['plain', 'html', 'bb'] as const;
type Format = (typeof FORMATS)[number];
const LANGUAGES = ['ru', 'en'] as const;

export interface TemplateRequest {
  readonly kind: ClientMessageKind;
  readonly outcome: NoticeText;
  readonly language: Language;
  readonly format: Format;
}

/** What can be previewed, and the preview itself: null when nothing is sent with that outcome. */
export interface Previews {
  readonly kinds: readonly ClientMessageKind[];
  readonly outcomes: readonly NoticeText[];
  readonly preview: (
    request: TemplateRequest,
    texts?: ClientTexts,
  ) => { readonly subject: string; readonly body: string } | null;
}

export type TemplateArgs =
  /** `own`: with the texts of the portal that the environment names. */
  | { readonly kind: 'run'; readonly request: TemplateRequest; readonly own: boolean }
  | { readonly kind: 'help'; readonly language: Language }
  | {
      readonly kind: 'refused';
      readonly language: Language;
      readonly complaints: readonly Complaint[];
    };

type Choices = Pick<Previews, 'kinds' | 'outcomes'>;

function parseRaw(argv: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...argv],
    strict: true,
    allowPositionals: true,
    options: {
      lang: { type: 'string' },
      outcome: { type: 'string' },
      format: { type: 'string' },
      own: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  return { ...values, positionals };
}

/** `notice-no-answer` or `request-update`, as the files are called, say the kind and the outcome at once. */
function splitName(
  name: string,
  { outcomes }: Choices,
): { readonly kind: string; readonly outcome: NoticeText } {
  const [, asks] = /^(request|reminder)-update$/.exec(name) ?? [];
  if (asks !== undefined) return { kind: asks, outcome: 'product-update' };
  const outcome = outcomes.find((choice) => name === `notice-${choice}`);
  return outcome === undefined ? { kind: name, outcome: 'confirmed' } : { kind: 'notice', outcome };
}

/** The allowed value; otherwise null and a complaint. */
function choose<T extends string>(
  allowed: readonly T[],
  value: string,
  complain: { readonly key: string; readonly to: Complaint[] },
): T | null {
  const choice = allowed.find((one) => one === value) ?? null;
  if (choice === null) {
    complain.to.push({ key: complain.key, params: { value, available: allowed.join(', ') } });
  }
  return choice;
}

function readArgs(
  raw: ReturnType<typeof parseRaw>,
  fallback: Language,
  choices: Choices,
): TemplateArgs {
  const to: Complaint[] = [];
  const language = choose(LANGUAGES, raw.lang ?? fallback, { key: 'template.bad-lang', to });
  if (raw.help) return { kind: 'help', language: language ?? fallback };
  const split = splitName(raw.positionals.join(' '), choices);
  const kind = choose(choices.kinds, split.kind, { key: 'template.bad-name', to });
  const wanted = raw.outcome ?? split.outcome;
  const outcome = choose(choices.outcomes, wanted, { key: 'template.bad-outcome', to });
  const format = choose(FORMATS, raw.format ?? 'plain', { key: 'template.bad-format', to });
  if (kind === null || outcome === null || format === null || language === null) {
    return { kind: 'refused', language: language ?? fallback, complaints: to };
  }
  return { kind: 'run', request: { kind, outcome, language, format }, own: raw.own };
}

/** @param fallback language of the machine, used without `--lang` */
export function parseTemplateArgs(
  argv: readonly string[],
  fallback: Language,
  choices: Choices,
): TemplateArgs {
  try {
    return readArgs(parseRaw(argv), fallback, choices);
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    const complaints = [{ key: 'cli.unknown-option', params: { message } }];
    return { kind: 'refused', language: fallback, complaints };
  }
}

/** @param argv arguments after the program's name; needs a portal and a store only with `--own` */
export async function runTemplate(
  argv: readonly string[],
  context: CommandContext,
  previews: Previews,
): Promise<ExitCode> {
  const { terminal, language: fallback, say } = context;
  const args = parseTemplateArgs(argv, fallback, previews);
  if (args.kind === 'run') {
    const { request } = args;
    if (!args.own) return show(() => previews.preview(request), request, context);
    return withTools(context, request.language, {
      run: async ({ templates }) =>
        show(() => previews.preview(request, templates.inForce.clientTexts), request, context),
    });
  }
  const usage = say(args.language, 'template.usage', {
    names: previews.kinds.join(', '),
    outcomes: previews.outcomes.join(', '),
  });
  if (args.kind === 'help') {
    terminal.out(usage);
    return 0;
  }
  for (const { key, params } of args.complaints) terminal.say(say(args.language, key, params));
  terminal.say(usage);
  return 2;
}

function show(
  make: () => ReturnType<Previews['preview']>,
  { language, format, outcome }: TemplateRequest,
  { terminal, say }: Pick<CommandContext, 'terminal' | 'say'>,
): ExitCode {
  try {
    const preview = make();
    if (!preview) terminal.say(say(language, 'template.nothing-sent', { outcome }));
    else if (format === 'html') terminal.out(preview.body);
    else {
      const subject = say(language, 'template.subject', { subject: preview.subject });
      terminal.out(`${subject}\n\n${preview.body}`);
    }
    return 0;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const words = faultWords(error, (key, params) => say(language, key, params));
    for (const line of words) terminal.say(line);
    return 1;
  }
}
