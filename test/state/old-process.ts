/** A process of an older version, in the tree of that version. */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('./old-service.mjs', import.meta.url));

export class OldProcess {
  readonly #child: ChildProcess;

  constructor(tree: string) {
    const execArgv = ['--import', 'tsx'];
    const argv = [JSON.stringify({ tree: resolve(tree) })];
    this.#child = fork(SCRIPT, argv, { execArgv, cwd: tree, stdio: 'inherit' });
  }
  async loaded(): Promise<void> {
    await once(this.#child, 'message');
  }
  /** @returns its answer; rejects with what went wrong there */
  async tell(order: string, parts: object = {}): Promise<string> {
    this.#child.send({ order, ...parts });
    const [{ answer, failed }] = await once(this.#child, 'message');
    if (failed !== undefined) throw new Error(String(failed));
    return String(answer);
  }
  async end(signal: NodeJS.Signals): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.kill(signal);
    await ended;
  }
}
