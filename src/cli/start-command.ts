/** Starts a command of this process: configuration, terminal, composition, exit code. */
import { once } from 'node:events';
import { say } from '../command-words.ts';
import { composeTools } from '../compose-tools.ts';
import { commandLanguage, loadConfig } from '../config.ts';
import type { CommandContext, ExitCode } from './command.ts';
import { describeUnexpected } from './describe-unexpected.ts';
import { findTarget } from './target.ts';
import { openTerminal } from './terminal.ts';

/** Waits until what was written has left: a pipe is cut by exit() on some systems. */
async function flush(stream: NodeJS.WriteStream): Promise<void> {
  if (stream.writableLength > 0) await once(stream, 'drain');
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
    terminal.say(say(language, 'cli.unexpected', { message: describeUnexpected(error) }));
    code = 1;
  }
  terminal.close();
  await flush(process.stdout);
  process.exit(code);
}
