import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { AppError } from '../../src/errors.ts';
import { createClientTexts, MAX_MESSAGE } from '../../src/text/client-texts.ts';
import { hasPlaceholder } from '../../src/text/client-values.ts';
import { aClientMessage, EVERY_MESSAGE } from '../support/a-client-message.ts';

const texts = createClientTexts();
const FRAGMENTS = [
  '<script>',
  '</p>',
  '<a href="https://evil.test">',
  '&lt;',
  '[url=https://evil.test]',
  '[/url]',
  '[words](',
  ')',
  '{',
  '>>',
  '\n',
  '\r\n\n',
  '\u202e',
  '\uE000',
  '\uE007',
  '\uD83D',
  '$&',
  'слово',
];
const UNFILLED = ['{{link}}', '}}', '{{', '[ID]', '[Имя клиента]'];
const piecesOf = (pieces: readonly string[]) =>
  fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map((parts) => parts.join(''));
const anyText = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 9, arbitrary: piecesOf(FRAGMENTS) },
  { weight: 1, arbitrary: piecesOf([...FRAGMENTS, ...UNFILLED]) },
);
const anyContext = fc.record({
  clientName: anyText,
  specialistName: anyText,
  solution: anyText,
  recommendations: anyText,
  productVersion: anyText,
  productInstruction: anyText,
  closeBy: anyText,
  reopenUntil: anyText,
  link: fc.oneof(
    { weight: 1, arbitrary: anyText },
    { weight: 3, arbitrary: fc.constant('https://gate.test/c/token') },
  ),
});

const LINK = '(?:https?://[^\\s[\\]"\'<>]+)';
const OUR_TAGS =
  /<!DOCTYPE html>|<html lang="(?:ru|en)">|<head>|<meta charset="utf-8">|<\/?title>|<\/head>|<body style="[^"<>]*">|<\/?p>|<br>|<a href="https?:[^"<>]*">|<\/a>|<\/body>|<\/html>/gu;

describe('whatever the ticket holds', () => {
  test('a message has our markup only and nothing unfilled, or does not leave at all', () => {
    let left = 0;
    fc.assert(
      fc.property(fc.constantFrom(...EVERY_MESSAGE), anyContext, (one, values) => {
        const context = aClientMessage({ ...values, outcome: one.outcome });
        let message;
        try {
          message = texts.render(one.kind, one.language, context);
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
          return;
        }
        left += 1;
        const { subject, plain, html, bb } = message ?? {
          subject: '',
          plain: '',
          html: '',
          bb: '',
        };
        expect(html.replaceAll(OUR_TAGS, '')).not.toMatch(/[<>]/u);
        expect(bb.replaceAll(new RegExp(`\\[url\\]${LINK}\\[/url\\]`, 'gu'), '')).not.toMatch(
          /[[\]]/u,
        );
        expect(bb).not.toMatch(/^\s*>>/mu);
        for (const text of [subject, plain, html, bb]) {
          expect(hasPlaceholder(text)).toBe(false);
          expect(text).not.toMatch(/[\uE000-\uF8FF\u202a-\u202e\u2066-\u2069\0]/u);
          expect(text).not.toMatch(/\p{Cs}/u);
          expect(text.length).toBeLessThanOrEqual(MAX_MESSAGE);
        }
        expect(subject).toMatch(/^[^\r\n]*759[^\r\n]*$/u);
      }),
      { numRuns: 800 },
    );
    expect(left).toBeGreaterThan(200);
  });
});
