/** The terminal as the commands see it: results on stdout, everything else on stderr, questions only to a person. */
import { createInterface } from 'node:readline/promises';

export interface Terminal {
  /** Results: the only thing written to stdout. */
  out(text: string): void;
  /** Progress, explanations, complaints. */
  say(text: string): void;
  /** null when nobody can be asked. */
  readonly ask: ((question: string) => Promise<string>) | null;
  close(): void;
}

/** The process's own terminal; questions go to stderr, so that stdout stays clean for `--json`. */
export function openTerminal(): Terminal {
  const interactive = process.stdin.isTTY && process.stderr.isTTY;
  const lines = interactive
    ? createInterface({ input: process.stdin, output: process.stderr })
    : null;
  return {
    out: (text) => {
      process.stdout.write(`${text}\n`);
    },
    say: (text) => {
      process.stderr.write(`${text}\n`);
    },
    ask: lines ? (question) => lines.question(question) : null,
    close: () => {
      lines?.close();
    },
  };
}
