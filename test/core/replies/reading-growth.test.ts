/** Reading a message takes steps in proportion to its length, whoever wrote it; steps are counted, not timed. */
import { describe, expect, test } from '@jest/globals';
import { MAX_RAW_CHARACTERS, MAX_READ_CHARACTERS } from '../../../src/core/replies/own-words.ts';
import { readReply } from '../../../src/core/replies/read-reply.ts';
import type { ReplyRules } from '../../../src/core/replies/reply-rules.ts';
import { bundledReplyRules } from '../../../src/text/reply-rules.ts';

const rules = bundledReplyRules();

interface Steps {
  count: number;
}

class CountingSet<T> extends Set<T> {
  readonly steps: Steps;

  constructor(values: Iterable<T>, steps: Steps) {
    super();
    this.steps = steps;
    for (const value of values) this.add(value);
  }

  override has(value: T): boolean {
    this.steps.count += 1;
    return super.has(value);
  }
}

type Index = ReplyRules['byInitial'];

/** The same rules, which count every comparison of a word with a place of a pattern. */
function counting(steps: Steps): ReplyRules {
  const watch = (index: Index): Index =>
    new Map(
      [...index].map(([initial, list]) => [
        initial,
        list.map((entry) => ({
          ...entry,
          pattern: {
            ...entry.pattern,
            steps: entry.pattern.steps.map((step) =>
              step.kind === 'word'
                ? {
                    ...step,
                    tests: { ...step.tests, exact: new CountingSet(step.tests.exact, steps) },
                  }
                : step,
            ),
          },
        })),
      ]),
    );
  return {
    ...rules,
    byInitial: watch(rules.byInitial),
    layoutByInitial: watch(rules.layoutByInitial),
    negations: new CountingSet(rules.negations, steps),
    headerNames: new CountingSet(rules.headerNames, steps),
  };
}

function stepsOf(text: string, sentTexts: readonly string[] = []): number {
  const steps = { count: 0 };
  readReply({ channel: 'email', subject: 'Re: 1', text }, counting(steps), { sentTexts });
  return steps.count;
}

const HOSTILE = [
  'не ',
  'не\n',
  'не больше ',
  'вопрос ',
  'если вопрос проблема если ошибка снова ',
  'нет ошибок ',
  'On 12.01 a@b.c wrote:\n> x\n',
  'From: a\n\n\n',
  'Если вы не ответите ',
  'Обращение 759 закрыто без\n',
  'проверьте пожалуйста решена ли проблема\n',
  'i ',
];

const fill = (piece: string, length: number): string =>
  piece.repeat(Math.ceil(length / piece.length)).slice(0, length);

describe('the steps of reading', () => {
  const size = Math.floor(MAX_READ_CHARACTERS / 2) - 100;

  test.each(HOSTILE)('at most double with the length of %j', (piece) => {
    const once = stepsOf(fill(piece, size));
    const twice = stepsOf(fill(piece, 2 * size));
    expect(once).toBeGreaterThan(0);
    expect(twice).toBeLessThanOrEqual(2.2 * once);
  });

  test.each(HOSTILE)('grow no further than the limit with %j', (piece) => {
    const most = stepsOf(fill(piece, MAX_RAW_CHARACTERS));
    expect(stepsOf(fill(piece, 10 * MAX_RAW_CHARACTERS))).toBeLessThanOrEqual(most);
  });
});

describe('what stands beyond the limit', () => {
  test('is said not to have been read, so that an agent looks', () => {
    const text = `Спасибо, всё работает. ${fill('спасибо ', MAX_READ_CHARACTERS)} не работает`;
    const reading = readReply({ channel: 'chat', subject: '', text }, rules);
    expect(reading).toEqual({ kind: 'other', why: 'too-long' });
  });

  test('does not count when it is a quote', () => {
    const quote = fill('> ошибка, ничего не работает\n', MAX_RAW_CHARACTERS - 200);
    const text = `Спасибо, всё работает\n\n17.11.2026, 10:15, Анна <a@b.ru>:\n${quote}`;
    expect(readReply({ channel: 'email', subject: 'Re: 1', text }, rules).kind).toBe(
      'thanks-confirms',
    );
  });
});
