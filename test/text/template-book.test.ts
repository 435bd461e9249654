import { describe, expect, test } from '@jest/globals';
import type { PreviewValues } from '../../src/app/ports/own-templates.ts';
import { isMessageKey } from '../../src/text/catalog.ts';
import { loadOriginals } from '../../src/text/original-templates.ts';
import { createTemplateBook } from '../../src/text/template-book.ts';
import { aClientMessage, LANGUAGES } from '../support/a-client-message.ts';

const book = createTemplateBook(loadOriginals());
const NAMES = book.infos.map(({ name }) => name);
const EVERY = LANGUAGES.flatMap((language) => NAMES.map((name) => ({ language, name })));
const SAMPLES: PreviewValues = {
  client: null,
  ticket: null,
  gaps: null,
  document: null,
  article: null,
};

const found = (name: string, text: string, language: 'ru' | 'en' = 'ru') =>
  book
    .problems({ language, name }, text)
    .map(({ line, column, code, name: what }) => `${line}:${column} ${code} ${what}`.trimEnd());

describe('the book of templates', () => {
  test.each(EVERY)('$language/$name: the original may be saved as it is, and shows', (ref) => {
    const text = book.original(ref);
    const shown = book.render(ref, text, SAMPLES);

    expect(book.problems(ref, text)).toEqual([]);
    expect(shown.plain.length).toBeGreaterThan(20);
    expect(`${shown.subject}${shown.plain}`).not.toContain('{{');
  });

  test('names every occasion once, and every placeholder in words', () => {
    const placeholders = book.infos.flatMap((info) => info.placeholders);
    const nested = placeholders.flatMap(({ items }) => items ?? []);
    const deeper = nested.flatMap(({ items }) => items ?? []);

    expect(new Set(NAMES).size).toBe(NAMES.length);
    for (const { name } of [...placeholders, ...nested, ...deeper]) {
      expect([name, isMessageKey(`templates.var.${name}`)]).toEqual([name, true]);
    }
    for (const name of NAMES) {
      expect([name, isMessageKey(`templates.title.${name}`)]).toEqual([name, true]);
      expect([name, isMessageKey(`templates.when.${name}`)]).toEqual([name, true]);
    }
  });

  test.each([
    ['an empty text', 'return-comment', '  \n', ['1:1 empty']],
    ['an endless text', 'return-comment', 'x'.repeat(9000), ['1:8001 too-long']],
    [
      'gaps left out',
      'return-comment',
      'Вернули',
      ['1:1 variable-missing gaps', '1:1 variable-missing text'],
    ],
    [
      'a name of elsewhere',
      'return-notice-one',
      '{{id}}\n{{#each gaps}}{{text}} {{title}}{{/each}}',
      ['2:24 unknown-variable title'],
    ],
    [
      'an invisible character',
      'alert-messages-stopped',
      'a\u202eb',
      ['1:2 control-character U+202E'],
    ],
    ['a block left open', 'alert-return-loop', '{{id}} {{#if link}}x', ['1:8 unclosed-block if']],
    ['a block closed twice', 'alert-return-loop', '{{id}}{{/if}}', ['1:7 unopened-block if']],
    [
      'the wrong end',
      'alert-return-loop',
      '{{id}}\n{{#if link}}x{{/each}}',
      ['2:1 unclosed-block if'],
    ],
    ['braces left open', 'alert-return-loop', '{{id}} {{link', ['1:8 unclosed-braces']],
    ['a partial', 'alert-return-loop', '{{id}}{{> other}}', ['1:7 not-allowed PartialStatement']],
    [
      'the prototype',
      'alert-return-loop',
      '{{id}}{{constructor}}',
      ['1:7 unknown-variable constructor'],
    ],
    ['a path', 'alert-return-loop', '{{id}}{{id.constructor}}', ['1:9 not-a-name id.constructor']],
    ['the root', 'alert-return-loop', '{{id}}{{@root}}', ['1:9 not-a-name @root']],
  ])('refuses %s with its place', (_what, name, text, problems) => {
    expect(found(name, text)).toEqual(problems);
  });

  test('says which names may stand where one was refused', () => {
    const ref = { language: 'ru', name: 'return-notice-one' } as const;
    const [problem] = book.problems(ref, '{{id}}{{#each gaps}}{{text}}{{nothing}}{{/each}}');

    expect(problem).toMatchObject({ code: 'unknown-variable', allowed: ['text', 'clause'] });
  });

  const HEAD = 'Обращение {{ticketId}}\n\n';
  const WHOLE = `${HEAD}{{solution}}\n{{link}}\n{{closeBy}}`;
  test.each([
    [
      'a link that some condition hides',
      `${HEAD}{{solution}} {{closeBy}} {{#if clientName}}{{link}}{{/if}}`,
      ['3:44 conditional link'],
    ],
    [
      'a link that two conditions together hide',
      `${HEAD}{{solution}} {{closeBy}} {{#if clientName}}{{link}}{{else}}{{#unless productVersion}}{{link}}{{/unless}}{{/if}}`,
      ['3:44 conditional link'],
    ],
    ['stray braces', `${WHOLE} }}`, ['5:13 placeholder }}']],
    [
      'values again and again until no message could hold them',
      `${WHOLE}${' {{solution}}'.repeat(30)}`,
      ['1:1 too-long'],
    ],
    [
      'a subject without the number',
      `Проверьте\n\n{{ticketId}} {{solution}} {{link}} {{closeBy}}`,
      ['1:1 subject-number-missing ticketId'],
    ],
    [
      'a request without its link',
      `${HEAD}{{solution}} {{closeBy}}`,
      ['1:1 variable-missing link'],
    ],
  ])('refuses a request with %s', (_what, text, problems) => {
    expect(found('request', text)).toEqual(problems);
  });

  test('takes a link that stands in both branches', () => {
    const both = `${HEAD}{{solution}} {{closeBy}} {{#if clientName}}{{link}}{{else}}{{link}}{{/if}}`;

    expect(found('request', both)).toEqual([]);
  });

  test('the documentation keeps its first two lines, an article its headings', () => {
    const document = book.original({ language: 'ru', name: 'solution' });
    const article = book.original({ language: 'ru', name: 'article' });

    expect(found('solution', `Документация\n${document}`)).toEqual([
      '1:1 first-lines ticket',
      '2:1 first-lines closedAt',
    ]);
    expect(found('article', article.replace('## Решение', '## Что сделали'))).toEqual([
      '1:1 line-missing ## Решение',
    ]);
  });

  test('shows a ticket with what it lacks as a sample, and says so', () => {
    const ref = { language: 'ru', name: 'request' } as const;
    const client = aClientMessage({ solution: ' ', clientName: 'Пётр' });
    const shown = book.render(ref, book.original(ref), { ...SAMPLES, client });

    expect(shown.lacking).toEqual(['solution']);
    expect(shown.plain).toContain('Здравствуйте, Пётр!');
    expect(shown.plain).toContain('Перевыпустили пропуск');
  });

  test('a text cannot bring HTML into a letter, nor may a value', () => {
    const ref = { language: 'en', name: 'work-goes-on' } as const;
    const text =
      'Ticket {{ticketId}}\n\n<script>alert(1)</script> <b>{{#if clientName}}{{clientName}}{{/if}}</b>';
    const client = aClientMessage({ clientName: '<img src=x onerror=alert(1)>' });
    const { mail } = book.render(ref, text, { ...SAMPLES, client });

    expect(mail?.html).toContain('&lt;script&gt;');
    expect(mail?.html).not.toMatch(/<script|<img|<b>/);
  });
});
