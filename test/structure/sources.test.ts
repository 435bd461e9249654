import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.(tsx?|js)$/.test(file))
  .map((file) => ({ file, text: readFileSync(join('src', file), 'utf8') }));

const offenders = (wrong: (source: (typeof sources)[number]) => boolean): string[] =>
  sources.filter(wrong).map(({ file }) => file);

describe('the sources', () => {
  test('keep every Russian word in the locale files, the templates and the sandbox’s own seed and pages', () => {
    expect(
      offenders(({ file, text }) => !/^sandbox\/(seed|web)\//.test(file) && /[а-яё]/i.test(text)),
    ).toEqual([]);
  });

  test('stay within 300 lines a file', () => {
    expect(offenders(({ text }) => text.split('\n').length > 301)).toEqual([]);
  });

  test('read the environment in one place', () => {
    expect(offenders(({ text }) => /\bprocess\.env\b/.test(text))).toEqual(['config.ts']);
  });

  test('have no escape from types or lint', () => {
    expect(
      offenders(({ text }) =>
        /(: any\b|as any\b|@ts-(ignore|expect-error)|(es|ox)lint-disable)/.test(text),
      ),
    ).toEqual([]);
  });

  test('keep the core free of clocks, chance and the outside world', () => {
    const impure =
      /\b(Date\.now|new Date\(|Math\.random|process\.|fetch\(|console\.|setTimeout|node:)/;

    expect(offenders(({ file, text }) => file.startsWith('core/') && impure.test(text))).toEqual(
      [],
    );
  });
});
