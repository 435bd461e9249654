import { describe, expect, test } from '@jest/globals';
import type { TemplatePlaceholder } from '../../src/core/admin/templates-state.ts';
import { insertion, offsetOf } from '../../src/web/admin/templates/insertion.ts';

const placeholder = (change: Partial<TemplatePlaceholder>): TemplatePlaceholder => ({
  name: 'solution',
  meaning: '',
  required: false,
  mayBeEmpty: false,
  items: null,
  ...change,
});
const items = [
  placeholder({ name: 'text', required: true }),
  placeholder({ name: 'clause' }),
  placeholder({ name: 'more', required: true, items: [] }),
];

describe('what a placeholder puts into the text', () => {
  test.each([
    [{}, '{{solution}}'],
    [{ mayBeEmpty: true }, '{{#if solution}}{{solution}}{{/if}}'],
    [{ name: 'link' }, '[Reply]({{link}})'],
    [{ name: 'link', mayBeEmpty: true }, '{{#if link}}[Reply]({{link}}){{/if}}'],
    [{ name: 'gaps', items }, '{{#each gaps}}\n{{text}}\n{{/each}}'],
    [{ name: 'gaps', items: items.slice(1) }, '{{#each gaps}}\n{{clause}}\n{{/each}}'],
  ])('%j → %s', (change, text) => {
    expect(insertion(placeholder(change), 'Reply', true)).toBe(text);
  });

  test('a link for colleagues is the address alone', () => {
    expect(insertion(placeholder({ name: 'link' }), 'Reply', false)).toBe('{{link}}');
  });
});

describe('a place in the text', () => {
  test.each([
    [1, 1, 0],
    [2, 1, 3],
    [3, 2, 5],
    [9, 9, 6],
  ])('line %i, column %i is index %i', (line, column, index) => {
    expect(offsetOf('ab\n\ncd', line, column)).toBe(index);
  });
});
