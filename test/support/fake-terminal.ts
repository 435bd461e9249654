/** A terminal that remembers what it was told and answers from a list; without answers nobody can be asked. */
import type { CommandContext } from '../../src/cli/command.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import { sayByName } from '../../src/text/catalog.ts';
import type { FakeTools } from './fake-tools.ts';

export interface FakeTerminal extends Terminal {
  readonly stdout: string[];
  readonly stderr: string[];
  readonly questions: string[];
}

export function fakeTerminal(answers?: string[]): FakeTerminal {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const questions: string[] = [];
  return {
    stdout,
    stderr,
    questions,
    out: (text) => {
      stdout.push(text);
    },
    say: (text) => {
      stderr.push(text);
    },
    ask: answers
      ? async (question) => {
          questions.push(question);
          return answers.shift() ?? '';
        }
      : null,
    close: () => undefined,
  };
}

export function fakeContext(
  terminal: Terminal,
  tools: FakeTools,
  change: Partial<CommandContext> = {},
): CommandContext {
  return {
    terminal,
    language: 'ru',
    say: sayByName,
    findTarget: async () => ({
      input: {
        webhookUrl: 'https://portal.test/rest/1/sentinelsecret/',
        redisUrl: 'redis://127.0.0.1:1',
        dataDir: '.data',
      },
      eventUrl: 'https://gate.test/events',
      eventTokenCount: 1,
      demo: false,
    }),
    connect: async () => tools,
    ...change,
  };
}
