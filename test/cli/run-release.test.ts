import { beforeEach, describe, expect, test } from '@jest/globals';
import { runRelease } from '../../src/cli/run-release.ts';
import type { ClientScene } from '../support/a-client-side.ts';
import { aClientScene } from '../support/a-client-side.ts';
import { instant } from '../support/a-working-time.ts';
import type { FakeTerminal } from '../support/fake-terminal.ts';
import { fakeContext, fakeTerminal } from '../support/fake-terminal.ts';
import { fakeTools } from '../support/fake-tools.ts';

const TUESDAY = instant('2026-03-10 11:00');
const RELEASE = ['pass24 4.12', '--instruction', 'Нажмите «Обновить»'];

let scene: ClientScene;
let terminal: FakeTerminal;

beforeEach(async () => {
  scene = aClientScene({}, TUESDAY);
  scene.put({ record: { outcome: 'product-update', productVersion: 'PASS24 v4.12' } });
  await scene.sweep();
  await scene.until(TUESDAY);
  terminal = fakeTerminal();
});

const run = (...argv: string[]) =>
  runRelease(argv, fakeContext(terminal, { ...fakeTools(), client: () => scene.deps }));
const asked = () => scene.record().confirmation === 'asked';

describe('npm run release', () => {
  test('lists what waits, by version', async () => {
    expect(await run('list')).toBe(0);
    expect(terminal.stdout).toEqual(['PASS24 v4.12: 1', expect.stringMatching(/^ {2}2:759 /)]);
  });

  test('asks each client of the version and tells what became of each', async () => {
    expect(await run(...RELEASE, '--yes')).toBe(0);

    expect(asked()).toBe(true);
    expect(terminal.stdout).toEqual(['2:759  клиент спрошен  Шлагбаум не открывается']);
    expect(await run('list')).toBe(0);
    expect(terminal.stdout.at(-1)).toBe('Обращений, которые ждут выпуска, нет.');
  });

  test('asks before it writes; no is no', async () => {
    terminal = fakeTerminal(['n']);
    expect(await run(...RELEASE)).toBe(0);
    expect(asked()).toBe(false);

    terminal = fakeTerminal(['да']);
    expect(await run(...RELEASE)).toBe(0);
    expect(asked()).toBe(true);
  });

  test('writes nothing where nobody can be asked', async () => {
    expect(await run(...RELEASE)).toBe(2);
    expect(terminal.stderr.join()).toContain('--yes');
    expect(scene.record().productInstruction).toBe('');
  });

  test('prints one document with --json', async () => {
    await run(...RELEASE, '--yes', '--json');
    const [document = ''] = terminal.stdout;
    expect(JSON.parse(document)).toMatchObject([{ ref: { id: 759 }, fate: 'sent' }]);
  });

  test('ends with 1 when a ticket has to be tried again', async () => {
    scene.lock.held.add('webhook:ticket:2:759');
    expect(await run(...RELEASE, '--yes')).toBe(1);
    expect(terminal.stdout.join()).toContain('повторите');
  });

  test.each([
    [],
    ['4.12'],
    ['4.12', '--instruction', ' '],
    ['list', '--instruction', 'x'],
    ['a', 'b', '--instruction', 'x'],
    ['list', '--pipeline', 'x'],
  ])('with %j explains itself and ends with 2', async (...argv: string[]) => {
    expect(await run(...argv)).toBe(2);
    expect(terminal.stderr.join()).toContain('npm run release -- list');
  });
});
