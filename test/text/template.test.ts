import { describe, expect, test } from '@jest/globals';
import type { TemplateShape } from '../../src/text/template.ts';
import { compileTemplate, MAX_OUTPUT } from '../../src/text/template.ts';

const SHAPE: TemplateShape = {
  values: ['id', 'title'],
  lists: { gaps: { values: ['text'], lists: { parts: { values: ['name'], lists: {} } } } },
};

const compile = (source: string) => compileTemplate(source, 'staff/ru/x.hbs', SHAPE);

describe('compileTemplate', () => {
  test('renders values, conditions and nested lists, trimmed', () => {
    const render = compile(
      '\n{{id}}{{#if title}} {{title}}{{else}} -{{/if}}\n{{#each gaps}}\n* {{text}}{{#each parts}} {{name}}{{/each}}\n{{/each}}\n',
    );

    expect(render({ id: '5', title: '', gaps: [{ text: 'a', parts: [{ name: 'b' }] }] })).toBe(
      '5 -\n* a b',
    );
  });

  test('leaves markup of the template alone and puts values in as they are', () => {
    expect(compile('[b]{{title}}[/b]')({ id: '', title: '<&"', gaps: [] })).toBe('[b]<&"[/b]');
  });

  test.each([
    ['an unknown variable', 'a\n  {{secret}}', '2:3: unknown variable "secret"'],
    [
      'an unknown variable in a list',
      '{{#each gaps}}{{id}}{{/each}}',
      '1:15: unknown variable "id"',
    ],
    ['an unknown list', '{{#each tickets}}{{/each}}', '1:1: "tickets" is not a list'],
    ['a value as a list', '{{#each title}}{{/each}}', '1:1: "title" is not a list'],
    ['an unknown condition', '{{#if token}}{{/if}}', '1:1: unknown variable "token"'],
    ['an unknown helper', 'x {{#with title}}{{/with}}', '1:3: unknown helper "with"'],
    ['a helper with arguments', '{{lookup gaps 0}}', '1:1: helpers are not allowed'],
    ['a log call', '{{log title}}', '1:1: helpers are not allowed'],
    ['a path', '{{title.length}}', '1:3: "title.length" is not a plain name'],
    ['a way up', '{{#each gaps}}{{../title}}{{/each}}', '1:17: "../title" is not a plain name'],
    ['this', '{{this}}', '1:3: "this" is not a plain name'],
    ['a data variable', '{{@root}}', '1:3: "@root" is not a plain name'],
    ['the constructor', '{{constructor}}', '1:1: unknown variable "constructor"'],
    ['the prototype', '{{#each __proto__}}{{/each}}', '1:1: "__proto__" is not a list'],
    ['a literal', '{{"title"}}', '1:1: only a plain name'],
    ['three braces', '{{{title}}}', '1:1: write two braces'],
    ['a partial', '{{> other}}', '1:1: PartialStatement is not allowed'],
    ['a decorator', '{{* deco}}', '1:1: Decorator is not allowed'],
    ['a subexpression', '{{#if (lookup gaps 0)}}{{/if}}', '1:1: only a plain name'],
    ['two names', '{{#if id title}}{{/if}}', '1:1: "if" takes exactly one name'],
    ['block params', '{{#each gaps as |gap|}}{{/each}}', '1:1: "each" takes exactly one name'],
    ['options', '{{#if id includeZero=true}}{{/if}}', '1:1: "if" takes exactly one name'],
    ['something wrong after else', '{{#if id}}{{else}}{{nope}}{{/if}}', '1:19: unknown variable'],
  ])('refuses %s, with line and column', (_what, source, message) => {
    expect(() => compile(source)).toThrow(`staff/ru/x.hbs:${message}`);
  });

  test('tells where what cannot be read at all goes wrong', () => {
    expect(() => compile('a\nb {{#if id}}\n')).toThrow(
      'staff/ru/x.hbs:2:3: the template cannot be read: unclosed block',
    );
  });

  test('refuses a third list inside lists', () => {
    const endless: { values: string[]; lists: Record<string, TemplateShape> } = {
      values: [],
      lists: {},
    };
    endless.lists['gaps'] = endless;
    const source = '{{#each gaps}}{{#each gaps}}{{#each gaps}}{{/each}}{{/each}}{{/each}}';

    expect(() => compileTemplate(source, 'x', endless)).toThrow('x:1:29: too many "each"');
  });

  test('cuts off what is too long', () => {
    const text = compile('{{title}}')({ id: '', title: 'x'.repeat(MAX_OUTPUT + 5), gaps: [] });

    expect(text).toHaveLength(MAX_OUTPUT);
    expect(text.endsWith('x…')).toBe(true);
  });

  test('does not render without a value it needs', () => {
    expect(() => compile('{{title}}')({ id: '1' })).toThrow('title');
  });
});
