import { describe, expect, test } from '@jest/globals';
import { createArticle, draftArticle } from '../../src/app/knowledge/create-article.ts';
import { decideKnowledge } from '../../src/app/knowledge/decide-knowledge.ts';
import {
  noteReuse,
  similarToTicket,
  similarToWords,
  typicalInPortal,
} from '../../src/app/knowledge/find-similar.ts';
import { planUpdate, updateArticle } from '../../src/app/knowledge/update-article.ts';
import type { UpdateWish } from '../../src/app/knowledge/update-article.ts';
import { refKey } from '../../src/core/ticket.ts';
import type { TicketRecord } from '../../src/core/ticket.ts';
import { PORTAL } from '../support/a-gate.ts';
import { NOON } from '../support/a-ticket.ts';
import { aKnowledgeScene } from '../support/fake-knowledge.ts';
import type { KnowledgeScene } from '../support/fake-knowledge.ts';

const REF = { entityTypeId: 2, id: 759 };
const WISH = { conditions: '' };
const DAY = 24 * 60 * 60_000;

function aScene(record: Partial<TicketRecord> = {}): KnowledgeScene {
  const scene = aKnowledgeScene();
  scene.put({ stageId: 'C5:EXECUTING', record: { kbDecision: null, resources: [], ...record } });
  return scene;
}
const recordOf = (scene: KnowledgeScene): TicketRecord | undefined =>
  scene.tickets.heads.get(refKey(REF))?.record;

describe('the draft of an article (step-5)', () => {
  test('has the conditions and the example, and writes nothing', async () => {
    const scene = aScene();

    const result = await draftArticle(PORTAL, REF, WISH, scene.deps);

    expect(result).toMatchObject({ kind: 'draft', draft: { title: 'Шлагбаум не открывается' } });
    const { markdown } = result.kind === 'draft' ? result.draft : { markdown: '' };
    expect(markdown).toMatch(/## Условия применения\n\n- Признаки/);
    expect(markdown).toContain('Причина та же: Истёк сертификат контроллера');
    expect(markdown).toMatch(/## Примеры\n\n- Обращение \[№ 759]\(https:.*\(cg-2-759-1\)/);
    expect([scene.base.created, scene.writer.changes]).toEqual([[], []]);
  });

  test('takes the conditions in the agent’s words and leaves clients’ contacts out', async () => {
    const scene = aScene({ problem: 'Пишет ivan@mail.example, звонит +7 900 123-45-67: закрыто' });

    const result = await draftArticle(PORTAL, REF, { conditions: 'Контроллер С1' }, scene.deps);

    const { markdown } = result.kind === 'draft' ? result.draft : { markdown: '' };
    expect(markdown).toMatch(/## Условия применения\n\nКонтроллер С1/);
    expect(markdown).not.toMatch(/mail\.example|123-45-67/);
  });

  test('says which fields an article cannot do without', async () => {
    const scene = aScene({ solution: '' });

    expect(await draftArticle(PORTAL, REF, WISH, scene.deps)).toEqual({
      kind: 'lacking',
      fields: ['solution'],
    });
  });
});

describe('creating an article (step-5)', () => {
  test('writes it, the decision, the link and one journal line of codes', async () => {
    const scene = aScene({ kbNote: 'Моя пометка' });

    const result = await createArticle(PORTAL, REF, WISH, scene.deps);

    const link = 'https://portal.example/note/document/101/';
    expect(result).toMatchObject({ kind: 'created', found: false, article: { id: 101, link } });
    expect(recordOf(scene)).toMatchObject({
      kbDecision: 'created',
      kbNote: `Шлагбаум не открывается: ${link}\nМоя пометка`,
      resources: [link],
    });
    expect(scene.journal.lines).toMatchObject([
      {
        kind: 'kb-decided',
        ref: REF,
        cycle: 1,
        detail: { decision: 'created', article: 101, reference: 'created:note:101' },
      },
    ]);
  });

  test('happens once per ticket and cycle, however often it is asked for', async () => {
    const scene = aScene();
    await createArticle(PORTAL, REF, WISH, scene.deps);

    const again = await createArticle(PORTAL, REF, WISH, scene.deps);

    expect(again).toMatchObject({ kind: 'created', found: true });
    expect([scene.base.created, scene.journal.lines, scene.writer.changes]).toMatchObject([
      { length: 1 },
      { length: 1 },
      { length: 1 },
    ]);
  });

  test.each([
    ['the portal’s answer was lost', (s: KnowledgeScene) => (s.base.loseAnswer = true)],
    [
      'the process died before the ticket was marked',
      (s: KnowledgeScene) => (s.writer.dieAt = 'before-change'),
    ],
    [
      'the process died right after the ticket was marked',
      (s: KnowledgeScene) => (s.writer.dieAt = 'after-change'),
    ],
  ])('is finished by the next try, not doubled, when %s', async (_title, order) => {
    const scene = aScene();
    order(scene);
    await expect(createArticle(PORTAL, REF, WISH, scene.deps)).rejects.toThrow();

    const again = await createArticle(PORTAL, REF, WISH, scene.deps);

    expect(again).toMatchObject({ kind: 'created', found: true });
    expect(scene.base.articles.size).toBe(1);
    expect(recordOf(scene)).toMatchObject({ kbDecision: 'created' });
    expect(scene.journal.kinds()).toEqual(['kb-decided']);
  });

  test('makes another article for the next cycle', async () => {
    const scene = aScene();
    await createArticle(PORTAL, REF, WISH, scene.deps);
    scene.put({ record: { cycle: 2, kbDecision: null } });

    await createArticle(PORTAL, REF, WISH, scene.deps);

    expect(scene.base.created.map(({ key }) => key)).toEqual([
      'closegate-kb-2-759-1',
      'closegate-kb-2-759-2',
    ]);
  });

  test.each(['scope', 'rights', 'absent'] as const)(
    'without a knowledge base (%s) says so and leaves the ticket as it is',
    async (why) => {
      const scene = aScene();
      scene.base.missing = { kind: 'unavailable', why, detail: 'X' };

      const result = await createArticle(PORTAL, REF, WISH, scene.deps);

      expect(result).toEqual({ kind: 'unavailable', why, detail: 'X' });
      expect([scene.writer.changes, scene.journal.lines]).toEqual([[], []]);
    },
  );

  test('tells when the article stands but the ticket did not take the link', async () => {
    const scene = aScene();
    scene.writer.refusing = 'denied';

    expect(await createArticle(PORTAL, REF, WISH, scene.deps)).toMatchObject({
      kind: 'not-noted',
      article: { id: 101 },
    });
  });
});

const ARTICLE = [
  'Вступление',
  '',
  '## Решение',
  '',
  'Старое',
  '',
  '## Примеры',
  '',
  '- Первый',
  '',
];
const EXAMPLE: UpdateWish = { articleId: 77, section: 'examples', conditions: '' };

describe('updating an article (step-5)', () => {
  test('adds the ticket as an example and leaves every other letter', async () => {
    const scene = aScene();
    scene.base.put(77, 'Шлагбаум', ARTICLE.join('\n'));

    const result = await updateArticle(PORTAL, REF, { wish: EXAMPLE, shown: null }, scene.deps);

    expect(result).toMatchObject({ kind: 'updated', changes: [{ kind: 'added' }] });
    const lines = scene.base.articles.get(77)?.markdown.split('\n') ?? [];
    expect(lines.filter((line) => !line.includes('cg-2-759-1'))).toEqual(ARTICLE);
    expect(lines[9]).toMatch(/^- Обращение \[№ 759]/);
    expect(recordOf(scene)).toMatchObject({ kbDecision: 'updated' });
    expect(scene.journal.lines[0]?.detail).toMatchObject({ decision: 'updated', article: 77 });
  });

  test('adds the example once', async () => {
    const scene = aScene();
    scene.base.put(77, 'Шлагбаум', ARTICLE.join('\n'));
    await updateArticle(PORTAL, REF, { wish: EXAMPLE, shown: null }, scene.deps);

    await updateArticle(PORTAL, REF, { wish: EXAMPLE, shown: null }, scene.deps);

    const { markdown = '' } = scene.base.articles.get(77) ?? {};
    expect(markdown.split('cg-2-759-1')).toHaveLength(2);
  });

  test('replaces one section with what the ticket says', async () => {
    const scene = aScene();
    scene.base.put(77, 'Шлагбаум', ARTICLE.join('\n'));
    const wish = { ...EXAMPLE, section: 'solution' } as const;

    await updateArticle(PORTAL, REF, { wish, shown: null }, scene.deps);

    const { markdown = '' } = scene.base.articles.get(77) ?? {};
    expect(markdown).toMatch(
      /## Решение\n\nВыпустили новый сертификат.*\n.*контроллер\n\n## Примеры/,
    );
    expect(markdown).not.toContain('Старое');
  });

  test('stops at an edit that somebody has not saved', async () => {
    const scene = aScene();
    scene.base.put(77, 'Шлагбаум', ARTICLE.join('\n'));
    scene.base.unsaved.add(77);

    const result = await updateArticle(PORTAL, REF, { wish: EXAMPLE, shown: null }, scene.deps);

    expect(result).toMatchObject({ kind: 'conflict', why: 'unsaved' });
    expect(scene.base.articles.get(77)?.markdown).toBe(ARTICLE.join('\n'));
    expect(recordOf(scene)?.kbDecision).toBeNull();
  });

  test.each([
    ['after the changes were shown', false],
    ['right before the write', true],
  ])('stops at a newer text saved %s, and shows what differs', async (_title, late) => {
    const scene = aScene();
    scene.base.put(77, 'Шлагбаум', ARTICLE.join('\n'));
    const planned = await planUpdate(PORTAL, REF, EXAMPLE, scene.deps);
    const shown = planned.kind === 'plan' ? planned.plan : null;
    const edit = () => void scene.base.put(77, 'Шлагбаум', `${ARTICLE.join('\n')}Чужая строка`);
    if (late) scene.base.beforeUpdate = edit;
    else edit();

    const result = await updateArticle(PORTAL, REF, { wish: EXAMPLE, shown }, scene.deps);

    expect(result).toMatchObject({
      kind: 'conflict',
      why: 'changed',
      since: expect.arrayContaining([{ kind: 'added', text: 'Чужая строка' }]),
    });
    expect(scene.base.articles.get(77)?.markdown).not.toContain('cg-2-759-1');
  });

  test('says when there is no such article or section', async () => {
    const scene = aScene();
    scene.base.put(77, 'Шлагбаум', 'Без разделов');
    scene.base.put(78, 'В корзине', '', true);
    const plan = async (wish: Partial<UpdateWish>) =>
      (await planUpdate(PORTAL, REF, { ...EXAMPLE, ...wish }, scene.deps)).kind;

    expect(await plan({ articleId: 1 })).toBe('no-article');
    expect(await plan({ articleId: 78 })).toBe('no-article');
    expect(await plan({ section: 'cause' })).toBe('no-section');
  });
});

describe('the decisions that write no article (FAQ 3)', () => {
  const decide = (scene: KnowledgeScene, link: string) =>
    decideKnowledge(PORTAL, REF, { decision: 'exists', link }, scene.deps);

  test('exists: the link is checked, written, and counted as reuse', async () => {
    const scene = aScene();
    const { link } = scene.base.put(77, 'Шлагбаум', '');

    expect(await decide(scene, link)).toEqual({ kind: 'decided', link: 'article' });
    expect(recordOf(scene)).toMatchObject({ kbDecision: 'exists', kbNote: `Шлагбаум: ${link}` });
    expect(scene.journal.kinds()).toEqual(['kb-decided', 'article-reused']);
  });

  test.each([
    ['https://portal.example/note/document/5/', 'not-found'],
    ['https://portal.example/note/document/78/', 'away'],
    ['see the wiki', 'not-a-link'],
  ])('exists: %s is refused (%s)', async (link, why) => {
    const scene = aScene();
    scene.base.put(78, 'В архиве', '', true);

    expect(await decide(scene, link)).toEqual({ kind: 'bad-link', link: why });
    expect(scene.writer.changes).toEqual([]);
  });

  test('exists: a link elsewhere, or one that cannot be read now, is not held up', async () => {
    const scene = aScene();
    expect(await decide(scene, 'https://wiki.example/a')).toMatchObject({ link: 'elsewhere' });
    scene.base.missing = { kind: 'unavailable', why: 'scope', detail: '' };
    expect(await decide(scene, 'https://portal.example/note/document/5/')).toMatchObject({
      kind: 'decided',
      link: 'unchecked',
    });
  });

  test('not-needed: only with words', async () => {
    const scene = aScene();
    const wish = (why: string) => ({ decision: 'not-needed', why }) as const;

    expect(await decideKnowledge(PORTAL, REF, wish(' - '), scene.deps)).toEqual({
      kind: 'no-reason',
    });
    expect(await decideKnowledge(PORTAL, REF, wish('Разовый сбой'), scene.deps)).toMatchObject({
      kind: 'decided',
    });
    expect(recordOf(scene)).toMatchObject({ kbDecision: 'not-needed', kbNote: 'Разовый сбой' });
    expect(scene.journal.lines[0]?.detail).not.toHaveProperty('why');
  });
});

describe('similar cases', () => {
  const solvedAt = (scene: KnowledgeScene, id: number, title: string, record = {}) => {
    scene.put({
      ref: { entityTypeId: 2, id },
      title,
      movedAt: NOON - DAY,
      record: { problem: title, ...record },
    });
    const head = scene.tickets.heads.get(`2:${id}`);
    if (head) scene.solved.heads.push(head);
  };

  test('are articles and solved tickets, the likest first, without the ticket itself', async () => {
    const scene = aScene({ problem: 'Шлагбаум не открывается по номеру машины' });
    scene.base.put(77, 'Шлагбаум не открывается по номеру', 'Сменить блок питания');
    scene.base.put(78, 'Домофон не отвечает', 'Проверить линию');
    solvedAt(scene, 740, 'Шлагбаум не узнаёт номер машины');
    solvedAt(scene, 741, 'Отчёт не выгружается', { solution: 'Разбили на недели' });
    solvedAt(scene, 759, 'Шлагбаум не открывается');

    const cases = await similarToTicket(PORTAL, REF, scene.deps);

    expect(cases?.articles[0]?.id).toBe(77);
    expect(cases?.tickets[0]?.ref.id).toBe(740);
    expect(cases?.tickets.map(({ ref }) => ref.id)).not.toContain(759);
  });

  test('are searched by few requests, and still without a knowledge base', async () => {
    const scene = aScene();
    solvedAt(scene, 740, 'Шлагбаум не узнаёт номер машины');
    await similarToWords(
      PORTAL,
      'шлагбаум не открывается камерой по номеру автомобиля',
      scene.deps,
    );
    expect(scene.base.queries.length).toBeLessThanOrEqual(5);

    scene.base.missing = { kind: 'unavailable', why: 'rights', detail: '' };
    const cases = await similarToWords(PORTAL, 'шлагбаум', scene.deps);
    expect(cases).toMatchObject({
      unavailable: { why: 'rights' },
      tickets: [{ title: expect.stringContaining('Шлагбаум') }],
    });
  });

  test('that helped are counted once', async () => {
    const scene = aScene();
    const from = { entityTypeId: 2, id: 740 };
    await noteReuse(PORTAL, REF, { from }, scene.deps);
    await noteReuse(PORTAL, REF, { from }, scene.deps);

    expect(scene.journal.lines).toMatchObject([
      { kind: 'solution-reused', detail: { reference: '2:740' } },
    ]);
  });

  test('make a typical problem when three have no article', async () => {
    const scene = aScene();
    for (const id of [1, 2, 3]) {
      solvedAt(scene, id, `Домофон не отвечает, корпус ${id}`, { kbDecision: 'not-needed' });
    }
    for (const id of [4, 5, 6]) {
      solvedAt(scene, id, `Карта не открывает калитку ${id}`, {
        kbDecision: 'exists',
        solution: 'Записали карту',
      });
    }

    const [found] = await typicalInPortal(PORTAL, scene.deps);

    expect(
      found?.problems.map(({ ids }) => ids.map(({ id }) => id).toSorted((a, b) => a - b)),
    ).toEqual([[1, 2, 3]]);
  });
});
