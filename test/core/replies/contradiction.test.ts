import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { contradicts } from '../../../src/core/replies/contradiction.ts';
import { bundledReplyRules } from '../../../src/text/reply-rules.ts';
import { contradictionSamples } from '../../support/reply-samples.ts';
import type { ContradictionSample } from '../../support/reply-samples.ts';

const rules = bundledReplyRules();
const SAMPLES = contradictionSamples();
const verdict = (text: string) => contradicts('solved', text, rules).contradicts;

/** How many contradictions are caught, and how many of the alarms are right. */
function figures(samples: readonly ContradictionSample[]) {
  const alarms = samples.filter(({ text }) => verdict(text));
  const right = alarms.filter((sample) => sample.contradicts).length;
  const all = samples.filter((sample) => sample.contradicts).length;
  return { recall: right / all, precision: right / alarms.length, letThrough: all - right };
}

describe('the labelled contradictions', () => {
  test('are as many as the promise says, and balanced', () => {
    expect(SAMPLES.length).toBeGreaterThanOrEqual(140);
    const share = SAMPLES.filter((sample) => sample.contradicts).length / SAMPLES.length;
    expect(share).toBeGreaterThan(0.4);
    expect(share).toBeLessThan(0.6);
    const heldOut = SAMPLES.filter((sample) => sample['held-out']).length;
    expect(heldOut / SAMPLES.length).toBeGreaterThanOrEqual(0.3);
  });

  test.each([
    ['seen when the rules were written', false],
    ['held out', true],
  ])('are all caught, with few false alarms (%s)', (name, heldOut) => {
    const found = figures(SAMPLES.filter((sample) => sample['held-out'] === heldOut));
    const rounded = (value: number) => value.toFixed(3);
    process.stdout.write(
      `contradictions ${name}: recall ${rounded(found.recall)}, precision ${rounded(found.precision)}\n`,
    );
    expect(found.letThrough).toBe(0);
    expect(found.precision).toBeGreaterThanOrEqual(0.95);
  });
});

describe('contradicts', () => {
  test.each(['', ' \n', '👍', 'спасибо', 'Спасибо, всё работает!', 'ё-моё, спасибо, всё ОК'])(
    'lets «%s» pass',
    (text) => {
      expect(verdict(text)).toBe(false);
    },
  );

  test('leaves what nobody understands to a person', () => {
    expect(contradicts('solved', 'Абракадабра', rules)).toEqual({
      contradicts: true,
      why: 'not-understood',
    });
  });

  test('leaves what is too long to a person', () => {
    expect(contradicts('solved', 'спасибо '.repeat(4000), rules)).toEqual({
      contradicts: true,
      why: 'too-long',
    });
  });

  test('has nothing to say about the other buttons', () => {
    expect(contradicts('not-solved', 'не работает', rules).why).toBe('other-answer');
  });

  test('hears a contradiction in any case, spacing, stretching and punctuation', () => {
    const caught = SAMPLES.filter((sample) => sample.contradicts && !/["\n]/u.test(sample.text));
    fc.assert(
      fc.property(
        fc.constantFrom(...caught),
        fc.constantFrom('!', '!!!', ' ', '…'),
        (sample, end) => {
          expect(verdict(sample.text.toUpperCase() + end)).toBe(true);
          expect(verdict(`  ${sample.text.replaceAll(' ', '  ')}`)).toBe(true);
          expect(verdict(sample.text.replaceAll('е', 'ё'))).toBe(true);
        },
      ),
    );
  });

  test('reads any text without throwing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        expect(typeof verdict(text)).toBe('boolean');
      }),
    );
  });
});
