/** .ci/run ends with the line of counts wherever it ends; npm and apt-get are stand-ins. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

let bin: string;

beforeEach(() => {
  bin = mkdtempSync(join(tmpdir(), 'closegate-ci-'));
  for (const name of ['redis-server', 'chromium']) command(name, 'exit 0');
});
afterEach(() => rmSync(bin, { recursive: true, force: true }));

function command(name: string, script: string): void {
  writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, name), 0o755);
}

function run(): readonly [number | null, string | undefined] {
  const PATH = `${bin}:${process.env['PATH'] ?? ''}`;
  const { status, stdout } = spawnSync('bash', ['.ci/run'], { env: { PATH }, encoding: 'utf8' });
  return [status, stdout.trimEnd().split('\n').at(-1)];
}

test('packages that cannot be installed are one failure', () => {
  command('npm', '[ "$1" = ci ] && exit 7');

  expect(run()).toEqual([7, '0 passed, 1 failed, 0 skipped']);
});

test('a check that fails before any test is one failure', () => {
  command('npm', '[ "$1" = ci ] || { echo "lint: 1 error"; exit 1; }');

  expect(run()).toEqual([1, '0 passed, 1 failed, 0 skipped']);
});

test.each([0, 1])('the counts of the tests come last, and their exit code is kept: %i', (code) => {
  const rest = 'echo "7 passed, 2 failed, 1 skipped"; echo "Time: 3 s"';
  command('npm', `[ "$1" = ci ] || { ${rest}; exit ${code}; }`);

  expect(run()).toEqual([code, '7 passed, 2 failed, 1 skipped']);
});
