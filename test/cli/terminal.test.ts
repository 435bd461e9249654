import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { expect, test } from '@jest/globals';
import { questioner } from '../../src/cli/terminal.ts';

function aPerson() {
  const input = new PassThrough();
  const lines = createInterface({ input, output: new PassThrough() });
  return { input, lines, ask: questioner(lines) };
}

test('an answer goes to its question', async () => {
  const { input, lines, ask } = aPerson();

  const first = ask('one? ');
  input.write('1\n');

  expect(await first).toBe('1');
  lines.close();
});

test('what is typed ahead waits for its question', async () => {
  const { input, lines, ask } = aPerson();
  const typed = once(lines, 'line');
  input.write('1\n2\n');
  await typed;

  expect(await ask('one? ')).toBe('1');
  expect(await ask('two? ')).toBe('2');
  lines.close();
});

test('leaving in the middle of a question ends it, and every later one', async () => {
  const { lines, ask } = aPerson();

  const first = ask('one? ');
  lines.close();

  await expect(first).rejects.toThrow('Nothing was changed');
  await expect(ask('two? ')).rejects.toThrow('Nothing was changed');
});
