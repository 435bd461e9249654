/** The terminal as the commands see it: results on stdout, everything else on stderr, questions only to a person. */
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Interface } from 'node:readline';
import { AppError } from '../errors.ts';
import { fitted } from './text-table.ts';

export interface Terminal {
  /** Results: the only thing written to stdout. */
  out(text: string): void;
  /** Progress, explanations, complaints. */
  say(text: string): void;
  /** Draws a line of progress over the one before; '' takes it away. Absent where stderr is no terminal. */
  readonly redraw?: (line: string) => void;
  /** Waits until what was written has left, so that a long output does not pile up; absent where nothing can. */
  readonly drained?: () => Promise<void>;
  /** Width of stdout in characters; absent where it is no terminal. */
  readonly columns?: number;
  /** null when nobody can be asked; rejects with config-invalid when the person leaves. */
  readonly ask: ((question: string) => Promise<string>) | null;
  close(): void;
}

/** Asks through `lines`; what is typed ahead of its question waits for it instead of being lost. */
export function questioner(lines: Interface): (question: string) => Promise<string> {
  const typed: string[] = [];
  let waiting: { answer: (line: string) => void; leave: () => void } | null = null;
  let left = false;
  lines.on('line', (line) => {
    if (waiting) waiting.answer(line);
    else typed.push(line);
  });
  lines.on('close', () => {
    left = true;
    waiting?.leave();
  });
  return async (question) => {
    lines.setPrompt(question);
    if (!left) lines.prompt();
    const ahead = typed.shift();
    if (ahead !== undefined) return ahead;
    try {
      return await new Promise<string>((answer, reject) => {
        const leave = () => {
          reject(new AppError('config-invalid', 'Nothing was changed: run again, or add --yes.'));
        };
        waiting = { answer, leave };
        if (left) leave();
      });
    } finally {
      waiting = null;
    }
  };
}

/** The process's own terminal; questions go to stderr, so that stdout stays clean for `--json`. */
export function openTerminal(): Terminal {
  const interactive = process.stdin.isTTY && process.stderr.isTTY;
  const lines = interactive
    ? createInterface({ input: process.stdin, output: process.stderr })
    : null;
  const { stdout, stderr } = process;
  let drawn = false;
  const redraw = (line: string): void => {
    stderr.write(`\r\u001b[2K${fitted(line, Math.max(1, stderr.columns - 1))}`);
    drawn = line !== '';
  };
  return {
    ...(stderr.isTTY ? { redraw } : {}),
    ...(stdout.isTTY ? { columns: stdout.columns } : {}),
    out: (text) => {
      process.stdout.write(`${text}\n`);
    },
    drained: async () => {
      if (stdout.writableNeedDrain) await once(stdout, 'drain');
    },
    say: (text) => {
      if (drawn) redraw('');
      process.stderr.write(`${text}\n`);
    },
    ask: lines ? questioner(lines) : null,
    close: () => {
      lines?.close();
    },
  };
}
