/** Copies of the state by the command that an operator uses: `npm run backup`. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandContext } from '../../../src/cli/command.ts';
import { runBackup } from '../../../src/cli/run-backup.ts';
import { openStateCopy } from '../../../src/compose-backup.ts';
import { Secret } from '../../../src/config.ts';
import { sayByName } from '../../../src/text/catalog.ts';
import { fakeTerminal } from '../../support/fake-terminal.ts';

export interface StateFile {
  /** Into the store it was taken from, in place of what stands there. */
  restore(): Promise<void>;
  remove(): Promise<void>;
}

export async function copyOf(redisUrl: string): Promise<StateFile> {
  const dir = await mkdtemp(join(tmpdir(), 'closegate-copy-'));
  const file = join(dir, 'state.gz');
  await backup(['save', file], redisUrl);
  return {
    restore: () => backup(['restore', file, '--replace'], redisUrl),
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}

async function backup(argv: readonly string[], redisUrl: string): Promise<void> {
  const terminal = fakeTerminal();
  const context: CommandContext = {
    language: 'en',
    say: sayByName,
    terminal,
    findTarget: () => Promise.resolve(null),
    connect: () => Promise.reject(new Error('a copy needs no portal')),
  };
  const open = async () => {
    const state = await openStateCopy({ redisUrl: new Secret(redisUrl), dataDir: '' });
    // The service is stopped; who is connected still is the run itself, which only looks.
    return { ...state, inUse: () => Promise.resolve(false) };
  };
  const code = await runBackup(argv, context, open);
  if (code !== 0) throw new Error(`backup ${argv[0]}: ${terminal.stderr.join(' ')}`);
}
