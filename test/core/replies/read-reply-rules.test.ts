import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { compileReplyRules, phrasesIn } from '../../../src/core/replies/reply-rules.ts';
import type { ReplyRulesSource } from '../../../src/core/replies/reply-rules.ts';
import { wordsOf } from '../../../src/core/replies/reply-words.ts';
import { readReplyRules } from '../../../src/text/reply-rules.ts';

function source(...patterns: string[]): ReplyRulesSource {
  return {
    letters: { ё: 'е' },
    lookalikes: { c: 'с', o: 'о' },
    negations: ['не'],
    headerNames: [],
    replyPrefixes: [],
    forwardPrefixes: [],
    daemons: [],
    lists: { good: ['работа*', 'ок'] },
    rules: [{ id: 'the-rule', group: 'problem', comment: 'a test', patterns }],
  };
}

function isFound(pattern: string, text: string): boolean {
  const { rules } = compileReplyRules([source(pattern)]);
  return phrasesIn(wordsOf(text, rules.spelling), rules).length > 0;
}

describe('a pattern', () => {
  test.each([
    ['а <2> б', 'а в г б', true],
    ['а <2> б', 'а в г д б', false],
    ['а <2> б', 'а не б', false],
    ['а <2> б', 'а. б', false],
    ['не <2> работа*', 'не у всех работает', true],
    ['все {good}', 'всё ок', true],
    ['все {good}', 'все плохо', false],
    ['спасибо~', 'спасбо', true],
    ['спасибо~', 'спаисбо', true],
    ['спасибо~', 'спаси', false],
    ['^ нет $', 'Да.\nНет', true],
    ['^ нет $', 'да нет', false],
    ['а [б] в', 'а в', true],
    ['?', 'как?', true],
    ['спасибо', 'Спасибооооо', true],
    ['срок', 'cрoк', true],
  ])('%s over «%s»: %s', (pattern, text, found) => {
    expect(isFound(pattern, text)).toBe(found);
  });

  test.each([
    ['<2> а', 'gap at the start'],
    ['а <13> б', 'gap outside'],
    ['а <0> б', 'gap outside'],
    ['а <1> б <1> в <1> г <1> д', 'more than 3 gaps'],
    ['а*', 'stem shorter'],
    ['да~', 'typo word shorter'],
    ['а||б', 'empty or misplaced'],
    ['(а)*б* ', 'empty or misplaced'],
    ['{unknown}', 'empty or misplaced'],
    ['[а]', 'no required word'],
    ['а '.repeat(17), 'more than 16'],
  ])('%s is refused: %s', (pattern, problem) => {
    const { problems } = compileReplyRules([source(pattern)]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('the-rule');
    expect(problems[0]).toContain(problem);
  });
});

describe('the rule files', () => {
  function directoryWith(ru: unknown): string {
    const directory = mkdtempSync(join(tmpdir(), 'replies-'));
    writeFileSync(join(directory, 'ru.json'), JSON.stringify(ru));
    writeFileSync(join(directory, 'en.json'), JSON.stringify({ ...source('x'), rules: [] }));
    return directory;
  }

  test('are refused with the name of what is wrong', () => {
    expect(() => readReplyRules('/nowhere')).toThrow('Make replies/ru.json readable JSON.');
    expect(() => readReplyRules(directoryWith({ ...source('x'), extra: 1 }))).toThrow(
      'Correct replies/ru.json',
    );
  });

  test('are refused when an id is used twice', () => {
    const both = [source('x'), source('y')];
    expect(compileReplyRules(both).problems).toEqual(['the-rule: the id is used twice']);
  });
});
