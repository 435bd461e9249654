/**
 * Texts from outside that pure functions read: templates, letters and chats of clients, answers written on the page. Nothing throws,
 * nothing hangs, and what is accepted reaches a client without a hole.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { PreviewValues } from '../../src/app/ports/own-templates.ts';
import type { TemplateLanguage } from '../../src/core/admin/templates-state.ts';
import { contradicts } from '../../src/core/replies/contradiction.ts';
import { readReply, SUPPRESSED_KINDS } from '../../src/core/replies/read-reply.ts';
import type { ClientMessage } from '../../src/core/replies/read-reply.ts';
import { loadOriginals } from '../../src/text/original-templates.ts';
import { bundledReplyRules } from '../../src/text/reply-rules.ts';
import { createTemplateBook } from '../../src/text/template-book.ts';
import { createTextSets } from '../../src/text/text-sets.ts';
import { aClientMessage } from '../support/a-client-message.ts';
import { fuzzRuns, fuzzTimeout } from '../support/fuzz-settings.ts';
import { recordingLog } from '../support/recording-log.ts';

const originals = loadOriginals();
const book = createTemplateBook(originals);
const NAMES = book.infos.map(({ name }) => name);
const rules = bundledReplyRules();

/** What damages a text: pieces cut, doubled, moved, and bits that parsers trip over, some of them very long. */
const BITS = [
  '{{',
  '}}',
  '{{{',
  '{{#',
  '{{/',
  '{{else}}',
  '{{!--',
  '--}}',
  '{{!',
  '\\{{',
  '~}}',
  '[url=',
  '[/b]',
  '](',
  '<',
  '&#',
  '\u0000',
  '\u2028',
  '\ud800',
  '\u202e',
  '\uE000',
  'ё'.normalize('NFD'),
  '👨‍👩‍👧',
  '\r\n',
  '> ',
  ':',
  'Re: ',
];
const bit = fc.oneof(
  fc.constantFrom(...BITS),
  fc
    .tuple(fc.constantFrom(...BITS), fc.integer({ min: 2, max: 2000 }))
    .map(([b, n]) => b.repeat(n)),
  fc.string({ unit: 'binary', maxLength: 12 }),
);
type Damage = (text: string) => string;
const damage: fc.Arbitrary<Damage> = fc
  .tuple(fc.constantFrom('cut', 'double', 'insert', 'move'), fc.nat(), fc.nat({ max: 60 }), bit)
  .map(([way, at, length, part]) => (text) => {
    const from = at % (text.length + 1);
    const [head, piece, tail] = [
      text.slice(0, from),
      text.slice(from, from + length),
      text.slice(from + length),
    ];
    if (way === 'cut') return head + tail;
    if (way === 'double') return head + piece + piece + tail;
    return way === 'move' ? tail + head + piece : head + part + piece + tail;
  });
const damages = fc.array(damage, { minLength: 1, maxLength: 4 });
const damagedBy = (text: string, all: readonly Damage[]): string =>
  all.reduce((now, one) => one(now), text);

const SAMPLES: PreviewValues = {
  client: null,
  ticket: null,
  gaps: null,
  document: null,
  article: null,
};
/** What a hole looks like: a tag nobody filled, and what stands for a value while a message is put together. */
const HOLE = /\{\{[#/]?[\w ]+\}\}|[\uE000-\uF8FF]|undefined|\[object/u;

describe('a damaged template', () => {
  it(
    'is refused with a place in it, or renders without a hole',
    () => {
      let rendered = 0;
      const typed = fc.tuple(
        fc.constantFrom(...NAMES),
        fc.constantFrom<TemplateLanguage>('ru', 'en'),
        damages,
      );
      fc.assert(
        fc.property(typed, ([name, language, all]) => {
          const ref = { language, name };
          const text = damagedBy(book.original(ref), all);
          const problems = book.problems(ref, text);
          const lines = text.split('\n');
          for (const { line, column } of problems) {
            expect(line >= 1 && line <= lines.length && column >= 1).toBe(true);
          }
          if (problems.length > 0) return;
          rendered += 1;
          const { subject, plain, bb, mail } = book.render(ref, text, SAMPLES);
          for (const told of [subject, plain, bb, mail?.html ?? '']) {
            // An escaped brace is the administrator's own text.
            if (!text.includes('\\{{')) expect(told).not.toMatch(HOLE);
          }
        }),
        fuzzRuns(400),
      );
      expect(rendered).toBeGreaterThan(5);
    },
    fuzzTimeout(60_000),
  );

  it(
    'that stands in the store keeps no portal from speaking, and no client gets a hole',
    () => {
      const message = aClientMessage();
      fc.assert(
        fc.property(damages, (all) => {
          const own = damagedBy(book.original({ language: 'ru', name: 'request' }), all);
          const sets = createTextSets(originals, recordingLog());
          const template = { name: 'request', language: 'ru', text: own, past: [] } as const;
          const { clientTexts } = sets.withOwn('p', {
            revision: String(own.length),
            templates: [{ ...template, version: 1, savedAt: 1, savedBy: 1 }],
          });
          const said = clientTexts.render('request', 'ru', message);
          expect(said?.plain.trim()).not.toBe('');
          if (!own.includes('\\{{')) expect(said?.plain).not.toMatch(HOLE);
        }),
        fuzzRuns(60),
      );
    },
    fuzzTimeout(60_000),
  );
});

const LETTERS = [
  'Спасибо, всё работает!',
  'Не работает, та же ошибка.',
  'I am out of the office until Monday.\n\nBest regards',
  '20.11.2026 12:40, Поддержка пишет:\n> Добрый день!\n> Просим подтвердить решение.\n\nДа, помогло',
  '<div>Спасибо<br><blockquote type="cite">Здравствуйте</blockquote></div>',
  '[QUOTE]Добрый день[/QUOTE] ок',
  '------------------------------------------------------\nАнна\nда\n------------------------------------------------------\nне помогло',
];
const piece = fc.constantFrom(
  ...BITS,
  '<div>',
  '</div>',
  '<blockquote>',
  '[QUOTE]',
  '-',
  '_',
  '\n',
  '\t',
  ' ',
  'а',
  'не ',
  '&nbsp;',
  '\u00a0',
);
/** Up to a megabyte of one thing over and over: what makes a careless pattern run for minutes. */
const flood = fc
  .tuple(piece, piece, fc.integer({ min: 1000, max: 1_000_000 }))
  .map(([one, other, length]) =>
    (one + other).repeat(Math.ceil(length / (one.length + other.length))),
  );
const letter = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(fc.constantFrom(...LETTERS), damages).map(([t, d]) => damagedBy(t, d)),
  },
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 3000 }) },
  { weight: 1, arbitrary: flood },
);

describe("a client's reply", () => {
  it(
    'is read to its end, whatever it is, and no report of a problem gets lost in the noise',
    () => {
      const message = fc.record<ClientMessage>({
        channel: fc.constantFrom('email', 'chat', 'page'),
        subject: fc.oneof(fc.constantFrom('Re: 4512', ''), fc.string({ unit: 'binary' }), flood),
        text: letter,
        fromAddress: fc.oneof(fc.constantFrom('client@client.example', ''), fc.string()),
      });
      fc.assert(
        fc.property(message, (one) => {
          const { kind, why } = readReply(one, rules, { sentTexts: LETTERS.slice(2, 3) });
          expect(kind).toMatch(/^[a-z-]+$/u);
          expect(why).not.toBe('');
        }),
        fuzzRuns(150),
      );
      const problem = fc.constantFrom('не работает', 'так и не открылось', 'та же ошибка');
      fc.assert(
        fc.property(
          problem,
          fc.constantFrom('\u200b', '👍', '\u00a0', '\t', '‼'),
          (what, noise) => {
            const text = `${noise}Спасибо${noise} ${what} ${noise}`;
            const { kind } = readReply({ channel: 'chat', subject: '', text }, rules);
            expect(SUPPRESSED_KINDS.has(kind) || kind === 'thanks-confirms').toBe(false);
          },
        ),
        fuzzRuns(30),
      );
    },
    fuzzTimeout(60_000),
  );

  it(
    'written on the page beside a choice is compared with it, whatever it is',
    () => {
      const choice = fc.constantFrom('solved' as const, 'not-solved' as const, 'question' as const);
      fc.assert(
        fc.property(choice, letter, (answer, text) => {
          expect(typeof contradicts(answer, text, rules)).toBe('object');
        }),
        fuzzRuns(80),
      );
    },
    fuzzTimeout(60_000),
  );
});
