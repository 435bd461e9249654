import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { bundledQualityWords, readQualityWords } from '../../src/text/quality-words.ts';

function edited(change: (words: Record<string, unknown>) => unknown): string {
  const directory = mkdtempSync(join(tmpdir(), 'quality-'));
  cpSync('templates/quality', directory, { recursive: true });
  const file = join(directory, 'ru.json');
  writeFileSync(file, JSON.stringify(change(JSON.parse(readFileSync(file, 'utf8')))));
  return directory;
}

describe('the words of templates/quality', () => {
  test('hold both languages', () => {
    const words = bundledQualityWords();
    expect(words.emptyDeeds).toEqual(expect.arrayContaining(['сделал*', 'done']));
    expect(words.notApplicable).toEqual(expect.arrayContaining(['не применимо', 'n a']));
  });

  test.each([
    ['a capital letter', ['Сделал'], 'emptyDeeds.0'],
    ['ё, which is never met', ['всё'], 'emptyDeeds.0'],
    ['a star inside a word', ['сд*лал'], 'emptyDeeds.0'],
    ['a stop, which is never met', ['см. переписку'], 'emptyDeeds.0'],
    ['an empty list', [], 'emptyDeeds'],
  ])('are refused with %s, by list and entry', (_what, emptyDeeds, place) => {
    const directory = edited((words) => ({ ...words, emptyDeeds }));
    expect(() => readQualityWords(directory)).toThrow(`Correct quality/ru.json: ${place}`);
  });

  test('are refused with an unknown list', () => {
    const directory = edited((words) => ({ ...words, emptyDeed: ['ок'] }));
    expect(() => readQualityWords(directory)).toThrow('emptyDeed');
  });
});
