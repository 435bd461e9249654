import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { applicabilityOf, NO_WORDS, textQuality } from '../../src/core/text-quality.ts';
import { bundledQualityWords } from '../../src/text/quality-words.ts';

const sample = z.strictObject({
  label: z.enum(['poor', 'good']),
  title: z.string(),
  problem: z.string(),
  cause: z.string(),
  solution: z.string(),
});

const samplesOf = (name: string) =>
  readFileSync(`test/fixtures/text-quality/${name}.jsonl`, 'utf8')
    .trim()
    .split('\n')
    .map((line) => sample.parse(JSON.parse(line)));

function shareFlagged(samples: readonly z.infer<typeof sample>[], label: 'poor' | 'good'): number {
  const meant = samples.filter((one) => one.label === label);
  const flagged = meant.filter((one) => textQuality(one, bundledQualityWords()).length > 0);
  return flagged.length / meant.length;
}

describe('hints on labelled documentation', () => {
  test.each([
    ['ru', 100],
    ['ru-held-out', 40],
    ['ru-held-out-2', 40],
  ])('%s: at least 80 % of poor texts and at most 10 % of good ones are flagged', (name, least) => {
    const samples = samplesOf(name);

    expect(samples.length).toBeGreaterThanOrEqual(least);
    expect(shareFlagged(samples, 'poor')).toBeGreaterThanOrEqual(0.8);
    expect(shareFlagged(samples, 'good')).toBeLessThanOrEqual(0.1);
  });

  test('no sample stands in two sets', () => {
    const all = ['ru', 'ru-held-out', 'ru-held-out-2'].flatMap(samplesOf);
    const texts = all.map(({ problem, cause, solution }) => `${problem}|${cause}|${solution}`);

    expect(new Set(texts).size).toBe(texts.length);
  });
});

describe('textQuality', () => {
  test('gives at most one hint a field and never throws, whatever is typed', () => {
    fc.assert(
      fc.property(
        fc.record({
          title: fc.string({ unit: 'grapheme' }),
          problem: fc.string({ unit: 'grapheme' }),
          cause: fc.string({ unit: 'grapheme' }),
          solution: fc.string({ unit: 'grapheme' }),
        }),
        (doc) => {
          const fields = textQuality(doc, bundledQualityWords()).map(({ field }) => field);
          expect(new Set(fields).size).toBe(fields.length);
        },
      ),
    );
  });

  test.each([
    'ПЕРЕЗАГРУЗИЛ СЛУЖБУ ПЕЧАТИ',
    'перезагрузил   службу\nпечати.',
    'Перезагрузил «службу» печати',
  ])('does not mind letters, spaces and stops: %s', (solution) => {
    const doc = { title: '', problem: 'Нет печати', cause: 'Зависла служба', solution };
    expect(textQuality(doc, bundledQualityWords())).toEqual([]);
  });

  test('reads ё and е as one letter', () => {
    const doc = {
      title: '',
      problem: 'Нет печати',
      cause: 'Зависла служба',
      solution: 'Всё решён',
    };
    expect(textQuality(doc, bundledQualityWords())).toEqual([
      { code: 'solution-says-nothing', field: 'solution' },
    ]);
  });

  test('without words judges by form alone', () => {
    const doc = { title: '', problem: 'Нет печати', cause: 'Зависла служба', solution: 'готово' };
    expect(textQuality(doc, NO_WORDS)).toEqual([{ code: 'solution-too-short', field: 'solution' }]);
  });
});

describe('applicabilityOf', () => {
  test.each([
    ['Not applicable', 'not-applicable-unexplained'],
    ['N/A because the client asked about prices', 'not-applicable'],
    ['No power at the controller, fuse replaced', 'applies'],
    ['Не требуется — вопрос по оплате договора', 'not-applicable'],
    ['Не требуется диагностика', 'not-applicable-unexplained'],
    ['Не требуется, не применимо, нет', 'not-applicable-unexplained'],
    ['Не нужно было перезагружать: журнал показал обрыв', 'applies'],
    ['Ping 100 %, журнал приложен', 'applies'],
    ['', 'applies'],
  ])('%s: %s', (text, expected) => {
    expect(applicabilityOf(text, bundledQualityWords())).toBe(expected);
  });
});
