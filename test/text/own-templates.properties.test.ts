import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { OwnTemplates, PreviewValues } from '../../src/app/ports/own-templates.ts';
import type { TemplateLanguage } from '../../src/core/admin/templates-state.ts';
import { loadOriginals } from '../../src/text/original-templates.ts';
import { createTemplateBook } from '../../src/text/template-book.ts';
import { createTextSets } from '../../src/text/text-sets.ts';
import { aClientMessage } from '../support/a-client-message.ts';
import { recordingLog } from '../support/recording-log.ts';

const originals = loadOriginals();
const book = createTemplateBook(originals);
const NAMES = book.infos.map(({ name }) => name);
/** Stands in the words of another portal and in the environment of the process. */
const SECRET = 'zq-secret-of-somebody-else';
process.env['CLOSEGATE_TEST_SECRET'] = SECRET;

const NAMES_TYPED = [
  'ticketId',
  'link',
  'solution',
  'closeBy',
  'clientName',
  'gaps',
  'text',
  'clause',
  'id',
  'title',
  'list',
  'lists',
  'more',
  'constructor',
  '__proto__',
  'prototype',
  'toString',
  'valueOf',
  'hasOwnProperty',
  'this',
  '.',
  '..',
  '@root',
  '@index',
  'this.constructor',
  'gaps.length',
  '../id',
  'process',
  'process.env',
  'global',
  'lookup',
  'log',
  'helperMissing',
  'blockHelperMissing',
  'with',
  'true',
  'null',
  'undefined',
  '"x"',
  '1',
  '[id]',
  'marker',
  'ticket',
  'closedAt',
];
const FRAGMENTS = [
  '{{',
  '}}',
  '{{{',
  '}}}',
  '{{{{',
  '}}}}',
  '{{#if ',
  '{{/if}}',
  '{{#unless ',
  '{{/unless}}',
  '{{#each ',
  '{{/each}}',
  '{{else}}',
  '{{^}}',
  '{{#with ',
  '{{> ',
  '{{! ',
  '{{!-- ',
  '--}}',
  '{{~',
  '~}}',
  '\\{{',
  '[',
  ']',
  '](',
  ')',
  '\n',
  '\n\n',
  ' ',
  '$&',
  '<script>',
  '[url=https://evil.example]',
  'слово',
  '&',
  '\u202e',
  '\uE000',
  '{{#*inline "x"}}',
  '{{/inline}}',
  ' as |x|}}',
  '{{@',
  '{{lookup . "constructor"}}',
];
const soup = fc
  .array(fc.oneof(fc.constantFrom(...FRAGMENTS), fc.constantFrom(...NAMES_TYPED)), {
    maxLength: 25,
  })
  .map((parts) => parts.join(''));
const tag = fc.constantFrom(...NAMES_TYPED).map((name) => `{{${name}}}`);
const block = fc
  .tuple(
    fc.constantFrom('if', 'unless', 'each', 'with'),
    fc.constantFrom(...NAMES_TYPED),
    fc.oneof(tag, soup),
  )
  .map(([helper, name, inner]) => `{{#${helper} ${name}}}${inner}{{/${helper}}}`);
const anyPart = fc.oneof(tag, block, soup, fc.string({ unit: 'binary', maxLength: 20 }));
/** An original with something typed into it, so that many texts get as far as being rendered. */
const typed = fc.tuple(
  fc.constantFrom(...NAMES),
  fc.constantFrom<TemplateLanguage>('ru', 'en'),
  anyPart,
  fc.nat(),
);

const EVIL = `<img src=x onerror=alert(1)> [url=https://evil.example]x[/url] $& ]( {{link}} ${'"'.repeat(300)}`;
const SAMPLES: PreviewValues = {
  client: null,
  ticket: null,
  gaps: null,
  document: null,
  article: null,
};
const HARD: PreviewValues = {
  ...SAMPLES,
  client: aClientMessage({
    clientName: EVIL.replaceAll(/[{}]/gu, ''),
    specialistName: '',
    recommendations: '',
  }),
  ticket: { id: 759, title: EVIL, link: 'javascript:alert(1)' },
};

const into = (original: string, part: string, at: number): string => {
  const place = at % (original.length + 1);
  return `${original.slice(0, place)}${part}${original.slice(place)}`;
};

describe('whatever an administrator types', () => {
  test('is either refused with a place inside the text, or renders without a throw and tells nothing but its values', () => {
    let rendered = 0;
    fc.assert(
      fc.property(typed, ([name, language, part, at]) => {
        const ref = { language, name };
        const text = into(book.original(ref), part, at);
        const problems = book.problems(ref, text);
        for (const { line, column } of problems) {
          expect(line).toBeGreaterThanOrEqual(1);
          expect(line).toBeLessThanOrEqual(text.split('\n').length);
          expect(column).toBeGreaterThanOrEqual(1);
        }
        if (problems.length > 0) return;
        rendered += 1;
        for (const values of [SAMPLES, HARD]) {
          const { subject, plain, bb, mail } = book.render(ref, text, values);
          const all = `${subject}\n${plain}\n${bb}\n${mail?.html ?? ''}`;
          expect(all).not.toContain(SECRET);
          expect(all).not.toMatch(/\[object \w+\]|native code|function \(/u);
          expect(mail?.html ?? '').not.toMatch(/<script|<img|javascript:/iu);
        }
      }),
      { numRuns: 1500 },
    );

    expect(rendered).toBeGreaterThan(100);
  });

  test('never keeps a portal from speaking, and never shows in the words of another', () => {
    fc.assert(
      fc.property(anyPart, fc.nat(), (part, at) => {
        const sets = createTextSets(originals, recordingLog());
        const original = book.original({ language: 'ru', name: 'work-goes-on' });
        const one = (text: string): OwnTemplates => ({
          revision: 'r',
          templates: [
            {
              language: 'ru',
              name: 'work-goes-on',
              text,
              version: 1,
              savedAt: 1,
              savedBy: 1,
              past: [text],
            },
            {
              language: 'ru',
              name: 'return-comment',
              text,
              version: 1,
              savedAt: 1,
              savedBy: 1,
              past: [],
            },
          ],
        });
        const other = sets.withOwn('other', one(`Обращение {{ticketId}}\n\n${SECRET}`));
        const mine = sets.withOwn('mine', one(into(original, part, at)));
        other.clientTexts.render('work-goes-on', 'ru', aClientMessage());
        const said = mine.clientTexts.render('work-goes-on', 'ru', aClientMessage());
        const comment = mine.texts.returnComment('ru', [{ code: 'solution-missing', params: {} }]);

        // A comment that swallows the number is the administrator's own doing.
        if (!part.includes('{{')) expect(said?.plain).toContain('759');
        expect(said?.plain.trim()).not.toBe('');
        expect(comment.trim()).not.toBe('');
        expect(`${said?.plain}${comment}`).not.toContain(SECRET);
        expect(mine.replyRules.templateLines.size).toBeGreaterThan(0);
      }),
      { numRuns: 300 },
    );
  });
});
