/** What every command shares: its words, its tools, its exit codes. */
import { faultWords } from '../app/fault-words.ts';
import type { Say, Tools } from '../app/ports/tools.ts';
import type { Language } from '../app/ports/texts.ts';
import { AppError } from '../errors.ts';
import type { Complaint, Parsed } from './parsed-args.ts';
import type { Target } from './target.ts';
import type { Terminal } from './terminal.ts';

/** 0: done; 1: configuration, portal or store; 2: the command line itself. */
export type ExitCode = 0 | 1 | 2;

export interface CommandContext {
  readonly terminal: Terminal;
  /** Of the machine; `--lang` wins. */
  readonly language: Language;
  readonly say: Say;
  /** Finds the portal; null when none is set and no demonstration runs. */
  readonly findTarget: () => Promise<Target | null>;
  readonly connect: (target: Target) => Promise<Tools>;
}

export function complain(
  context: CommandContext,
  language: Language,
  complaints: readonly Complaint[],
): void {
  for (const { key, params } of complaints)
    context.terminal.say(context.say(language, key, params));
}

export interface CommandUse<T> {
  readonly usage: string;
  readonly usageParams?: Complaint['params'];
  /** @param language of `--lang`, else of the machine */
  readonly run: (args: T, language: Language) => Promise<ExitCode>;
}

/** Answers a question for help and a command line that cannot be understood; all else is run. */
export async function withArgs<T>(
  context: CommandContext,
  parsed: Parsed<T>,
  { usage, usageParams = {}, run }: CommandUse<T>,
): Promise<ExitCode> {
  const language = parsed.language ?? context.language;
  if (parsed.kind === 'run') return run(parsed.args, language);
  if (parsed.kind === 'help') {
    context.terminal.out(context.say(language, usage, usageParams));
    return 0;
  }
  complain(context, language, [...parsed.complaints, { key: usage, params: usageParams }]);
  return 2;
}

/** What a command does with its tools, and, where it can do something, without them. */
export interface CommandWork {
  readonly run: (tools: Tools, target: Target) => Promise<ExitCode>;
  /** Called when the store does not answer; left out, that is told as a fault like any other. */
  readonly withoutStore?: (target: Target, fault: AppError) => Promise<ExitCode>;
}

/** Runs the work with the tools of the portal there is, and closes them whatever happens. */
export async function withTools(
  context: CommandContext,
  language: Language,
  work: CommandWork,
): Promise<ExitCode> {
  const tell = (key: string, params: Complaint['params'] = {}) => {
    context.terminal.say(context.say(language, key, params));
  };
  const target = await context.findTarget();
  if (!target) {
    tell('cli.no-portal');
    return 1;
  }
  if (target.demo) tell('cli.demo');
  else if (target.input.redisUrl === null) tell('cli.no-redis');
  try {
    return await runConnected(context, target, work);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const words = faultWords(error, (key, params) => context.say(language, key, params));
    for (const line of words) context.terminal.say(line);
    return 1;
  }
}

async function runConnected(
  context: CommandContext,
  target: Target,
  { run, withoutStore }: CommandWork,
): Promise<ExitCode> {
  let tools: Tools;
  try {
    tools = await context.connect(target);
  } catch (error) {
    const away = error instanceof AppError && error.code === 'store-unavailable';
    if (!away || !withoutStore) throw error;
    return withoutStore(target, error);
  }
  try {
    return await run(tools, target);
  } finally {
    await tools.close();
  }
}
