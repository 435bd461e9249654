import { describe, expect, test } from '@jest/globals';
import type { OwnTemplate, OwnTemplates } from '../../src/app/ports/own-templates.ts';
import { readReply } from '../../src/core/replies/read-reply.ts';
import { loadOriginals } from '../../src/text/original-templates.ts';
import { createTemplateCache } from '../../src/text/template-cache.ts';
import { createTextSets } from '../../src/text/text-sets.ts';
import { aClientMessage } from '../support/a-client-message.ts';
import { recordingLog } from '../support/recording-log.ts';

const originals = loadOriginals();

const own = (templates: readonly Partial<OwnTemplate>[]): OwnTemplates => ({
  revision: 'r1',
  templates: templates.map((one) => ({
    language: 'ru',
    name: 'work-goes-on',
    text: null,
    version: 1,
    savedAt: 1,
    savedBy: 1,
    past: [],
    ...one,
  })),
});
const worded = (words: string): string => `Обращение {{ticketId}}\n\n${words}`;

function aScene(most?: number) {
  const log = recordingLog();
  const cache = createTemplateCache(most);
  return { log, cache, sets: createTextSets(originals, log, cache) };
}

describe('the words of a portal', () => {
  test('stand above the originals in its messages and in nobody else’s', () => {
    const { sets } = aScene();
    const first = sets.withOwn('a', own([{ text: worded('Снова в работе у ребят из А.') }]));
    const second = sets.withOwn('b', own([{ text: worded('Б продолжает.') }]));
    const said = [first, second, sets.shared].map(
      ({ clientTexts }) => clientTexts.render('work-goes-on', 'ru', aClientMessage())?.plain ?? '',
    );

    expect(said[0]).toContain('Снова в работе у ребят из А.');
    expect(said[1]).toContain('Б продолжает.');
    expect(said[2]).not.toMatch(/ребят из А|Б продолжает/);
  });

  test('are those of one language and one occasion', () => {
    const { sets } = aScene();
    const set = sets.withOwn('a', own([{ text: worded('Только это.') }]));
    const context = aClientMessage();
    const notice = aClientMessage({ outcome: 'confirmed' });

    expect(set.clientTexts.render('work-goes-on', 'en', context)).toEqual(
      sets.shared.clientTexts.render('work-goes-on', 'en', context),
    );
    expect(set.clientTexts.render('notice', 'ru', notice)).toEqual(
      sets.shared.clientTexts.render('notice', 'ru', notice),
    );
  });

  test('reach colleagues, documents and articles as well', () => {
    const { sets } = aScene();
    const set = sets.withOwn(
      'a',
      own([
        { name: 'return-comment', text: 'Рано!\n{{#each gaps}}- {{text}}\n{{/each}}' },
        { name: 'solution', text: documentText },
        { name: 'example', text: '* {{marker}} по заявке {{ticketId}}' },
      ]),
    );
    const gaps = [{ code: 'solution-missing', params: {} }] as const;

    expect(set.texts.returnComment('ru', gaps)).toMatch(/^Рано!\n- /);
    expect(set.texts.returnComment('en', gaps)).toBe(sets.shared.texts.returnComment('en', gaps));
    expect(set.documentation.plain('ru', aDocument)).toContain('Чем кончилось: Решено');
    expect(set.articleTexts.example('ru', anArticle)).toBe('* (cg-2-759-1) по заявке 759');
  });

  test('give way to the original once they cannot be used any more, and the log says which', () => {
    const { sets, log } = aScene();
    const text = worded('Ваш менеджер {{#if managerName}}{{managerName}}{{/if}} продолжит.');
    const set = sets.withOwn('a', own([{ text }]));
    const context = aClientMessage();

    expect(set.clientTexts.render('work-goes-on', 'ru', context)).toEqual(
      sets.shared.clientTexts.render('work-goes-on', 'ru', context),
    );
    expect(JSON.stringify(log.lines)).toContain('ru/work-goes-on');
    expect(JSON.stringify(log.lines)).not.toContain('менеджер');
  });

  test('are back to the original after a reset, and stay known where clients quote them', () => {
    const { sets } = aScene();
    const line = 'Наши инженеры уже приехали и всё наладили прямо сейчас.';
    const set = sets.withOwn('a', own([{ text: null, version: 2, past: [worded(line)] }]));
    const context = aClientMessage();
    const quote = message(`${line}\nСпасибо`);

    expect(set.clientTexts.render('work-goes-on', 'ru', context)).toEqual(
      sets.shared.clientTexts.render('work-goes-on', 'ru', context),
    );
    expect(readReply(quote, set.replyRules, { sentTexts: [] })).not.toEqual(
      readReply(quote, sets.shared.replyRules, { sentTexts: [] }),
    );
  });

  test('take the memory of the texts used last, however many portals there are', () => {
    const { sets, cache } = aScene(5);
    for (let index = 0; index < 40; index += 1) {
      const set = sets.withOwn(`p${index}`, own([{ text: worded(`Портал ${index}.`) }]));
      set.clientTexts.render('work-goes-on', 'ru', aClientMessage());
    }

    expect(cache.size()).toBe(5);
  });

  test('a portal without words of its own shares one set with all others', () => {
    const { sets } = aScene();

    expect(sets.withOwn('a', own([]))).toBe(sets.shared);
  });
});

const documentText = [
  'Обращение: {{ticket}}',
  'Дата закрытия: {{closedAt}}',
  'Время решения: {{solvedIn}}',
  '{{problem}} {{cause}} {{solution}} {{times}} {{recommendations}} {{resources}}',
  'Чем кончилось: {{status}}',
].join('\n');

const aDocument = {
  ticketId: 759,
  cycle: 1,
  closedAt: '23.11.2026 12:00 (UTC+3)',
  outcome: 'confirmed',
  closeReason: 'solved',
  problem: '',
  cause: '',
  solution: '',
  recommendations: '',
  resources: [],
  productVersion: '',
  productInstruction: '',
  resolution: '',
  timeSpent: null,
  times: null,
} as const;

const anArticle = {
  ref: { entityTypeId: 2, id: 759 },
  cycle: 1,
  title: 'Не работает пропуск',
  ticketLink: 'https://portal.example/crm/deal/details/759/',
  problem: '',
  cause: '',
  solution: '',
  recommendations: '',
  productVersion: '',
  resources: [],
  conditions: '',
} as const;

const message = (text: string) => ({
  source: 'activity:1',
  ref: { entityTypeId: 2, id: 759 },
  at: 0,
  channel: 'email' as const,
  subject: 'Re: обращение',
  text,
  fromAddress: 'client@example.com',
});
