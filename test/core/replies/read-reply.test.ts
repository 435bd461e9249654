import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readReply, SUPPRESSED_KINDS } from '../../../src/core/replies/read-reply.ts';
import type { ClientMessage, ReplyKind } from '../../../src/core/replies/read-reply.ts';
import { bundledReplyRules } from '../../../src/text/reply-rules.ts';
import { replySamples } from '../../support/reply-samples.ts';
import type { ReplySample } from '../../support/reply-samples.ts';

const rules = bundledReplyRules();
const SAMPLES = { ru: replySamples('ru'), en: replySamples('en') };
const ALL = [...SAMPLES.ru, ...SAMPLES.en];

function kindOf(sample: ReplySample): ReplyKind {
  return readReply(sample, rules, sample.context).kind;
}

function chat(text: string): ClientMessage {
  return { channel: 'chat', subject: '', text };
}

function mail(text: string, more: Partial<ClientMessage> = {}): ClientMessage {
  return { channel: 'email', subject: 'Re: 4512', text, ...more };
}

describe('the labelled replies', () => {
  test('are as many as the promise says, of every kind', () => {
    expect(SAMPLES.ru.length).toBeGreaterThanOrEqual(170);
    expect(SAMPLES.en.length).toBeGreaterThanOrEqual(50);
    expect(ALL.filter(({ kind }) => kind === 'problem').length).toBeGreaterThanOrEqual(40);
    expect(new Set(SAMPLES.ru.map(({ kind }) => kind)).size).toBe(7);
    const heldOut = ALL.filter((sample) => sample['held-out']).length;
    expect(heldOut / ALL.length).toBeGreaterThanOrEqual(0.3);
  });

  test('lose no problem report to a suppressing kind', () => {
    const lost = ALL.filter(({ kind }) => kind === 'problem').filter((sample) =>
      SUPPRESSED_KINDS.has(kindOf(sample)),
    );
    expect(lost).toEqual([]);
  });

  test('lose no question and no other word of a client to a suppressing kind', () => {
    const lost = ALL.filter(({ kind }) => !SUPPRESSED_KINDS.has(kind)).filter((sample) =>
      SUPPRESSED_KINDS.has(kindOf(sample)),
    );
    expect(lost).toEqual([]);
  });

  test('take nothing for thanks that is a problem, a question or undecided', () => {
    const taken = ALL.filter(({ kind }) => kind !== 'thanks-confirms').filter(
      (sample) => kindOf(sample) === 'thanks-confirms',
    );
    expect(taken).toEqual([]);
  });

  test.each([
    ['seen when the rules were written', false],
    ['held out', true],
  ])('have at least 95 % of thanks recognised (%s)', (_name, heldOut) => {
    const thanks = ALL.filter(
      (sample) => sample.kind === 'thanks-confirms' && sample['held-out'] === heldOut,
    );
    const found = thanks.filter((sample) => kindOf(sample) === 'thanks-confirms');
    expect(found.length / thanks.length).toBeGreaterThanOrEqual(0.95);
  });

  test.each(['ru', 'en'] as const)('are read as labelled (%s)', (language) => {
    const right = SAMPLES[language].filter((sample) => kindOf(sample) === sample.kind);
    expect(right.length / SAMPLES[language].length).toBeGreaterThanOrEqual(0.98);
  });
});

describe('readReply', () => {
  test('never takes a thank-you with a reservation for thanks', () => {
    const rests = ['но', 'но есть нюанс', 'однако', 'а когда остальное', 'только медленно'];
    const kinds = rests.map((rest) => readReply(chat(`Спасибо, ${rest}`), rules).kind);
    expect(kinds).not.toContain('thanks-confirms');
  });

  test.each(SAMPLES.ru.filter(({ kind, text }) => kind === 'auto-reply' && text.length > 0))(
    'hands an auto-reply that also reports a problem to an agent ($id)',
    (sample) => {
      const text = `${sample.text}\n\nP.S. Шлагбаум опять не открывается`;
      expect(readReply({ ...sample, text }, rules).kind).toBe('problem');
    },
  );

  test('does not trust a header against a problem report', () => {
    const message = mail('Домофон не звонит', { headers: { autoSubmitted: 'auto-replied' } });
    expect(readReply(message, rules).kind).toBe('problem');
  });

  test('asks more than one weak sign of an auto-reply', () => {
    expect(readReply(mail('Я в отпуске'), rules).kind).toBe('other');
    expect(readReply(mail('Я в отпуске', { headers: { precedence: 'bulk' } }), rules).kind).toBe(
      'auto-reply',
    );
  });

  test('does not take a bounce a client tells about for a bounce', () => {
    const message = mail('Письмо не доставлено, вот что мне пришло', {
      subject: 'Fwd: Undelivered Mail Returned to Sender',
    });
    expect(SUPPRESSED_KINDS.has(readReply(message, rules).kind)).toBe(false);
  });

  test('never suppresses or confirms what is too long to be read', () => {
    const text = `Спасибо, всё работает. ${'спасибо '.repeat(3000)}`;
    expect(readReply(chat(text), rules)).toEqual({ kind: 'other', why: 'too-long' });
    const auto = readReply(mail(text, { headers: { autoSubmitted: 'auto-replied' } }), rules);
    expect(auto.kind).toBe('other');
  });

  test('names the rule that decided', () => {
    expect(readReply(chat('не работает'), rules).why).toBe('problem-not-done');
    expect(readReply(chat(''), rules).why).toBe('no-words');
  });

  test('finds the problem wherever it stands among thanks', () => {
    const thanks = fc.constantFrom('спасибо', 'Спасибо!', 'всё ок.', 'Здравствуйте.', '\n', '👍');
    const problem = fc.constantFrom('не работает', 'ОШИБКА', 'так и не открылось', 'вылетает');
    fc.assert(
      fc.property(fc.array(thanks), problem, fc.array(thanks), (before, what, after) => {
        const text = [...before, what, ...after].join(' . ');
        expect(readReply(chat(text), rules).kind).toBe('problem');
      }),
    );
  });

  test('reads any text without throwing, always to one of its kinds', () => {
    const anything = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }));
    const known = new Set<ReplyKind>(ALL.map(({ kind }) => kind));
    fc.assert(
      fc.property(anything, anything, anything, (subject, text, address) => {
        const { kind } = readReply(mail(text, { subject, fromAddress: address }), rules);
        expect(known.has(kind)).toBe(true);
      }),
    );
  });

  test.each([
    'не ',
    '> ',
    '<blockquote>',
    'если ',
    'a@',
    '[url=',
    '-\n',
    '\n',
    '((',
    'От:\n',
    '<p',
  ])('reads the hostile repetition of %j to its end', (piece) => {
    const { kind } = readReply(mail(piece.repeat(200_000 / piece.length)), rules);
    expect(SUPPRESSED_KINDS.has(kind)).toBe(false);
  });
});
