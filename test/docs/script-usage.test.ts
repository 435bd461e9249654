/** Scripts for developers tell how they are used, and name what they do not know in one line. */
import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import manifest from '../../package.json' with { type: 'json' };

const SCRIPTS = ['soak', 'chaos', 'chaos:kills'] as const;
const PATIENCE_MS = 120_000;

function run(name: (typeof SCRIPTS)[number], argument: string) {
  const [node = '', ...rest] = manifest.scripts[name].split(' ');
  return spawnSync(node, [...rest, argument], { encoding: 'utf8' });
}

test.each(SCRIPTS)(
  'npm run %s',
  (name) => {
    const help = run(name, '--help');
    const unknown = run(name, '--nonsense');

    expect([help.status, help.stderr]).toEqual([0, '']);
    expect(help.stdout).toMatch(new RegExp(`^npm run ${name} -- `));
    expect([unknown.status, unknown.stdout]).toEqual([2, '']);
    expect(unknown.stderr).toMatch(/^[^\n]*'--nonsense'[^\n]*\n$/);
  },
  PATIENCE_MS,
);
