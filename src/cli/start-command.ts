/** Starts a command of this process: configuration, terminal, composition, exit code. */
import { once } from 'node:events';
import { say } from '../command-words.ts';
import { composeTools } from '../compose-tools.ts';
import { commandLanguage, loadConfig } from '../config.ts';
import type { CommandContext, ExitCode } from './command.ts';
import { findTarget } from './target.ts';
import { openTerminal } from './terminal.ts';

/** Waits until what was written has left: a pipe is cut by exit() on some systems. */
async function flush(stream: NodeJS.WriteStream): Promise<void> {
  if (stream.writableLength > 0) await once(stream, 'drain');
}

/** A bug's own words; addresses are left out, because a webhook's holds its secret. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return `${error.name}: ${error.message.replaceAll(/\w+:\/\/\S+/g, '[address]')}`;
}

/** Runs the command and ends the process with its exit code. */
export async function startCommand(
  run: (argv: readonly string[], context: CommandContext) => Promise<ExitCode>,
): Promise<void> {
  const terminal = openTerminal();
  const language = commandLanguage();
  let code: ExitCode;
  try {
    code = await run(process.argv.slice(2), {
      terminal,
      language,
      say,
      findTarget: () => findTarget(loadConfig('tools')),
      connect: ({ input }) => composeTools(input),
    });
  } catch (error) {
    terminal.say(say(language, 'cli.unexpected', { message: describe(error) }));
    code = 1;
  }
  terminal.close();
  await flush(process.stdout);
  process.exit(code);
}
