/** `npm run template`: shows a client message on sample data, of the app's own templates or of the portal's. */
import { faultWords } from '../app/fault-words.ts';
import type { ClientMessageKind, ClientTexts } from '../app/ports/client.ts';
import type { Language } from '../app/ports/texts.ts';
import type { NoticeText } from '../core/notice-text.ts';
import { AppError } from '../errors.ts';
import type { CommandContext, ExitCode } from './command.ts';
import { withArgs, withTools } from './command.ts';
import { FLAG, readOptions, TEXT, unknownOption } from './parsed-args.ts';
import type { Complaint, Parsed } from './parsed-args.ts';

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

export interface TemplateArgs {
  readonly request: TemplateRequest;
  /** With the texts of the portal that the environment names. */
  readonly own: boolean;
}

type Choices = Pick<Previews, 'kinds' | 'outcomes'>;

const parseRaw = (argv: readonly string[]) =>
  readOptions(argv, { outcome: TEXT, format: TEXT, own: FLAG });

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
  { values, positionals }: ReturnType<typeof parseRaw>,
  fallback: Language,
  choices: Choices,
): Parsed<TemplateArgs> {
  const to: Complaint[] = [];
  const language = choose(LANGUAGES, values.lang ?? fallback, { key: 'template.bad-lang', to });
  if (values.help) return { kind: 'help', language: language ?? fallback };
  const split = splitName(positionals.join(' '), choices);
  const kind = choose(choices.kinds, split.kind, { key: 'template.bad-name', to });
  const wanted = values.outcome ?? split.outcome;
  const outcome = choose(choices.outcomes, wanted, { key: 'template.bad-outcome', to });
  const format = choose(FORMATS, values.format ?? 'plain', { key: 'template.bad-format', to });
  if (kind === null || outcome === null || format === null || language === null) {
    return { kind: 'refused', language: language ?? fallback, complaints: to };
  }
  const request = { kind, outcome, language, format };
  return { kind: 'run', language, args: { request, own: values.own } };
}

/** @param fallback language of the machine, used without `--lang` */
export function parseTemplateArgs(
  argv: readonly string[],
  fallback: Language,
  choices: Choices,
): Parsed<TemplateArgs> {
  try {
    return readArgs(parseRaw(argv), fallback, choices);
  } catch (error) {
    return { kind: 'refused', language: fallback, complaints: [unknownOption(error)] };
  }
}

/** @param argv arguments after the program's name; needs a portal and a store only with `--own` */
export async function runTemplate(
  argv: readonly string[],
  context: CommandContext,
  previews: Previews,
): Promise<ExitCode> {
  return withArgs(context, parseTemplateArgs(argv, context.language, previews), {
    usage: 'template.usage',
    usageParams: { names: previews.kinds.join(', '), outcomes: previews.outcomes.join(', ') },
    run: async ({ request, own }, language) => {
      if (!own) return show(() => previews.preview(request), request, context);
      return withTools(context, language, {
        run: async ({ templates }) =>
          show(() => previews.preview(request, templates.inForce.clientTexts), request, context),
      });
    },
  });
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
