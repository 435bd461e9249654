import { describe, expect, test } from '@jest/globals';
import {
  appendToSection,
  readSections,
  replaceSection,
  sectionText,
} from '../../src/core/knowledge/article-sections.ts';
import { lineChanges } from '../../src/core/knowledge/line-changes.ts';
import { withoutContacts } from '../../src/core/knowledge/without-contacts.ts';

const ARTICLE =
  'Intro\n\n## One\n\ntext\n\n### Sub\n\nmore\n\n## Two\n\n- a\n  goes on\n\n## Three\nlast';

describe('the sections of an article', () => {
  test('together are the article, letter for letter', () => {
    expect(
      readSections(ARTICLE)
        .flatMap(({ lines }) => lines)
        .join('\n'),
    ).toBe(ARTICLE);
    expect(readSections(ARTICLE).map(({ heading }) => heading)).toEqual([
      '',
      'One',
      'Two',
      'Three',
    ]);
  });

  test('do not begin inside a code block', () => {
    expect(readSections('```\n## not one\n```').map(({ heading }) => heading)).toEqual(['']);
  });

  test('are found whatever the case of the heading', () => {
    expect(sectionText(ARTICLE, 'two')).toBe('- a\n  goes on');
    expect(sectionText(ARTICLE, 'four')).toBeNull();
  });

  test('take another list item right after the last one', () => {
    expect(appendToSection(ARTICLE, 'Two', '- b')).toBe(
      ARTICLE.replace('  goes on\n', '  goes on\n- b\n'),
    );
  });

  test('take a list after text with an empty line between', () => {
    expect(appendToSection(ARTICLE, 'Three', '- b')).toMatch(/## Three\nlast\n\n- b\n?$/);
  });

  test('are made at the end where one is missing', () => {
    expect(appendToSection('Intro\n', 'Examples', '- b')).toBe('Intro\n\n## Examples\n\n- b\n');
    expect(appendToSection('', 'Examples', '- b')).toBe('## Examples\n\n- b\n');
  });

  test('are replaced alone', () => {
    expect(replaceSection(ARTICLE, 'One', 'new')).toBe(
      ARTICLE.replace('text\n\n### Sub\n\nmore', 'new'),
    );
    expect(replaceSection(ARTICLE, 'Four', 'new')).toBeNull();
  });
});

describe('line changes', () => {
  const kinds = (before: string, after: string) =>
    lineChanges(before, after).map(({ kind, text }) => `${kind === 'added' ? '+' : '-'}${text}`);

  test.each([
    ['a\nb\nc', 'a\nb\nc', []],
    ['a\nb\nc', 'a\nx\nc', ['-b', '+x']],
    ['a\nc', 'a\nb\nc', ['+b']],
    ['a\nb\nc\nd', 'b\nc\ne\nd', ['-a', '+e']],
    ['', 'a', ['-', '+a']],
  ])('from %j to %j are %j', (before, after, changes) => {
    expect(kinds(before, after)).toEqual(changes);
  });

  test('of long texts that share nothing are all of both', () => {
    const long = (mark: string) => Array.from({ length: 900 }, (_, n) => `${mark}${n}`).join('\n');

    expect(lineChanges(long('a'), long('b'))).toHaveLength(1800);
  });
});

describe('texts for many readers', () => {
  test.each([
    ['письмо на ivan.petrov@mail.example сегодня', 'письмо на * сегодня'],
    ['звонил +7 (900) 123-45-67', 'звонил *'],
    ['звонил 8 900 123 45 67.', 'звонил *.'],
    ['ошибка 500 в версии 4.12.1', 'ошибка 500 в версии 4.12.1'],
    ['контроллер 192.168.10.15, заводской № 4512', 'контроллер 192.168.10.15, заводской № 4512'],
  ])('%s → %s', (text, clean) => {
    expect(withoutContacts(text, '*')).toBe(clean);
  });
});
