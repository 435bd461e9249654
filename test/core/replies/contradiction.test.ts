import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { contradicts } from '../../../src/core/replies/contradiction.ts';
import { bundledReplyRules } from '../../../src/text/reply-rules.ts';
import { contradictionSamples } from '../../support/reply-samples.ts';
import type { ContradictionSample } from '../../support/reply-samples.ts';

const rules = bundledReplyRules();
const SAMPLES = contradictionSamples();
const ENGLISH = contradictionSamples('en');
const verdict = (text: string) => contradicts('solved', text, rules).contradicts;

/** How many contradictions are caught, and how many of the alarms are right. */
function figures(samples: readonly ContradictionSample[]) {
  const alarms = samples.filter(({ text }) => verdict(text));
  const right = alarms.filter((sample) => sample.contradicts).length;
  const all = samples.filter((sample) => sample.contradicts).length;
  return {
    recall: right / all,
    precision: right / alarms.length,
    letThrough: all - right,
    falseAlarms: alarms.length - right,
  };
}

function print(name: string, { recall, precision }: ReturnType<typeof figures>): void {
  process.stdout.write(
    `contradictions ${name}: recall ${recall.toFixed(3)}, precision ${precision.toFixed(3)}\n`,
  );
}

function isOnceHeldOut(sample: ContradictionSample): boolean {
  return sample['held-out'] && !sample.untouched;
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
    ['ru, seen when the rules were written', SAMPLES.filter((sample) => !sample['held-out']), 0.98],
    ['ru, held out once', SAMPLES.filter(isOnceHeldOut), 1],
    ['en, seen when the rules were written', ENGLISH.filter((sample) => !sample['held-out']), 1],
    ['en, held out once', ENGLISH.filter(isOnceHeldOut), 1],
  ])('are caught, with few false alarms (%s)', (name, samples, least) => {
    const found = figures(samples);
    print(name, found);
    expect(found.recall).toBeGreaterThanOrEqual(least);
    expect(found.precision).toBeGreaterThanOrEqual(0.95);
  });

  // The figures of test/fixtures/contradictions/README.md: what clients whose words no rule has seen may expect.
  test.each([
    ['ru', SAMPLES, { letThrough: 1, falseAlarms: 2 }],
    ['en', ENGLISH, { letThrough: 1, falseAlarms: 4 }],
  ])('are caught no worse than written down where no rule was made for them (%s)', (...given) => {
    const [name, samples, most] = given;
    const untouched = samples.filter((sample) => sample.untouched);
    const found = figures(untouched);
    print(`${name}, untouched`, found);
    expect(untouched.length).toBeGreaterThanOrEqual(40);
    expect(found.letThrough).toBeLessThanOrEqual(most.letThrough);
    expect(found.falseAlarms).toBeLessThanOrEqual(most.falseAlarms);
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
    const caught = SAMPLES.filter(
      (sample) => verdict(sample.text) && sample.contradicts && !/["\n]/u.test(sample.text),
    );
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
