/** A client's reply that quotes one of our messages is read as if the quote were not there. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { contradicts } from '../../../src/core/replies/contradiction.ts';
import { readReply } from '../../../src/core/replies/read-reply.ts';
import type { ClientMessage } from '../../../src/core/replies/read-reply.ts';
import { CLIENT_PREVIEWS, sampleContext } from '../../../src/text/client-preview.ts';
import { createClientTexts } from '../../../src/text/client-texts.ts';
import { ownTemplateLines } from '../../../src/text/own-lines.ts';
import { bundledReplyRules, readReplyRules } from '../../../src/text/reply-rules.ts';
import { QUOTE_STYLES } from '../../support/quoted-replies.ts';
import type { QuotedMessage } from '../../support/quoted-replies.ts';

const rules = bundledReplyRules();
const texts = createClientTexts();

interface OurMessage extends QuotedMessage {
  readonly name: string;
}

/** Every message we send, with all its values and with none that may be left out. */
function ourMessages(): readonly OurMessage[] {
  const { kinds, outcomes } = CLIENT_PREVIEWS;
  const found = new Map<string, OurMessage>();
  for (const language of ['ru', 'en'] as const) {
    for (const kind of kinds) {
      for (const outcome of outcomes) {
        const full = sampleContext(language, outcome);
        const bare = {
          ...full,
          clientName: '',
          specialistName: '',
          recommendations: '',
          productVersion: '',
          productInstruction: '',
          reopenUntil: '',
        };
        for (const context of [full, bare]) {
          const message = texts.render(kind, language, context);
          if (message === null) continue;
          const { plain, html } = message;
          found.set(plain, { name: `${language} ${kind} ${outcome}`, plain, html });
        }
      }
    }
  }
  return [...found.values()];
}

const OURS = ourMessages();
const OWN = [
  'Спасибо, всё работает!',
  'не работает',
  'А когда почините?',
  'Ок, завтра проверю',
  'Thanks, it works now',
  'Still the same error',
  'Добрый день.\nРаботает через раз, вчера опять вылетело.',
];

/** Each message with two of the clients' words, others for every style: all of them together would take minutes. */
function pairsFor(style: number): readonly { readonly ours: OurMessage; readonly own: string }[] {
  return OURS.flatMap((ours, at) =>
    [0, 1].map((more) => ({ ours, own: OWN[(style + at + more) % OWN.length] ?? '' })),
  );
}

const STYLES = QUOTE_STYLES.map((style, at) => ({ ...style, at }));

const mail = (text: string): ClientMessage => ({ channel: 'email', subject: 'Re: 759', text });

describe('a reply that quotes our message', () => {
  test('is tried with every message we send and every usual style of quoting', () => {
    expect(OURS.length).toBeGreaterThanOrEqual(24);
    expect(QUOTE_STYLES.length).toBeGreaterThanOrEqual(36);
  });

  test.each(STYLES)('is read as the words alone: $name', ({ reply, at }) => {
    const wrong = pairsFor(at).flatMap(({ ours, own }) => {
      const context = { sentTexts: [ours.plain] };
      const alone = readReply(mail(own), rules, context);
      const got = readReply(mail(reply(own, ours)), rules, context);
      const isSame = got.kind === alone.kind && got.why === alone.why;
      return isSame ? [] : [{ ours: ours.name, own, alone, got }];
    });
    expect(wrong).toEqual([]);
  });

  test.each(STYLES.filter(({ isMarked }) => isMarked))(
    'needs not know what was sent: $name',
    ({ reply, at }) => {
      const wrong = pairsFor(at).flatMap(({ ours, own }) => {
        const alone = readReply(mail(own), rules).kind;
        const got = readReply(mail(reply(own, ours)), rules).kind;
        return got === alone ? [] : [{ ours: ours.name, own, alone, got }];
      });
      expect(wrong).toEqual([]);
    },
  );

  test('says nothing by itself when the client wrote nothing', () => {
    for (const { reply } of QUOTE_STYLES) {
      for (const ours of OURS) {
        const { kind } = readReply(mail(reply('', ours)), rules, { sentTexts: [ours.plain] });
        expect(['other', 'echo']).toContain(kind);
      }
    }
  });

  test('is read as the words alone, whatever they are', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...OURS),
        fc.constantFrom(...QUOTE_STYLES.filter(({ name }) => name.includes('top'))),
        fc.array(
          fc.constantFrom('спасибо', 'не', 'работает', 'ошибка', 'да', '?', 'но', 'ok', 'x'),
          {
            minLength: 1,
            maxLength: 8,
          },
        ),
        (ours, { reply }, words) => {
          const own = words.join(' ');
          const context = { sentTexts: [ours.plain] };
          expect(readReply(mail(reply(own, ours)), rules, context)).toEqual(
            readReply(mail(own), rules, context),
          );
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('the lines of our templates', () => {
  const LINES = OURS.flatMap(({ plain }) => plain.split('\n')).filter((line) =>
    /подтверждения|«Не решено» по|without your confirmation|press "Not solved"/u.test(line),
  );

  test('are no words of a client beside the button either, where nobody knows what was sent', () => {
    expect(LINES.length).toBeGreaterThan(8);
    const heard = LINES.filter(
      (line) => contradicts('solved', `Всё работает\n${line}`, rules).contradicts,
    );
    expect(heard).toEqual([]);
  });

  test('are known from the templates, not from a list of the rules', () => {
    const untaught = readReplyRules(
      new URL('../../../templates/replies', import.meta.url).pathname,
    );
    const text = `Всё работает\n${LINES[0]}`;
    expect(contradicts('solved', text, untaught).contradicts).toBe(true);
  });

  test('leave what a client might say to the client', () => {
    for (const said of ['Проблема решена.', 'The problem is solved.']) {
      expect(readReply(mail(said), rules).kind).toBe('thanks-confirms');
    }
  });

  test('hold no value of a message', () => {
    expect(ownTemplateLines().flat().join(' ')).not.toMatch(/zq|904090409/u);
  });
});
