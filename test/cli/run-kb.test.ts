import { describe, expect, test } from '@jest/globals';
import { parseKbArgs } from '../../src/cli/kb-args.ts';
import { runKb } from '../../src/cli/run-kb.ts';
import { aPolicy } from '../support/a-policy.ts';
import { aKnowledgeScene } from '../support/fake-knowledge.ts';
import type { KnowledgeScene } from '../support/fake-knowledge.ts';
import { fakeContext, fakeTerminal } from '../support/fake-terminal.ts';
import { fakeTools } from '../support/fake-tools.ts';

function aScene(): KnowledgeScene {
  const scene = aKnowledgeScene();
  scene.put({ stageId: 'C5:EXECUTING', record: { kbDecision: null, resources: [] } });
  return scene;
}

async function run(scene: KnowledgeScene, argv: readonly string[], answers?: string[]) {
  const terminal = fakeTerminal(answers);
  const tools = { ...fakeTools([aPolicy()]), knowledge: scene.deps };
  const code = await runKb(argv, fakeContext(terminal, tools));
  const { questions } = terminal;
  return { code, questions, out: terminal.stdout.join('\n'), said: terminal.stderr.join('\n') };
}

describe('npm run kb: arguments', () => {
  test.each([
    ['search шлагбаум закрыт', { command: 'search', words: 'шлагбаум закрыт' }],
    ['similar 1034:15', { command: 'similar', ref: { entityTypeId: 1034, id: 15 } }],
    ['update 2:759 --note 77', { command: 'update', articleId: 77, section: 'examples' }],
    ['update 2:759 --note 77 --section cause', { command: 'update', section: 'cause' }],
    ['decide 2:759 not-needed --why разовый', { command: 'not-needed', why: 'разовый' }],
    ['reuse 2:759 --note 77', { command: 'reuse', from: 77 }],
    ['typical', { command: 'typical' }],
  ])('%s', (line, request) => {
    expect(parseKbArgs(line.split(' '))).toMatchObject({ kind: 'run', args: { request } });
  });

  test.each([
    ['', 'kb.bad-command'],
    ['delete 2:759', 'kb.bad-command'],
    ['draft 759', 'kb.bad-ref'],
    ['search', 'kb.need-words'],
    ['update 2:759', 'kb.need-note'],
    ['update 2:759 --note x', 'kb.bad-number'],
    ['update 2:759 --note 77 --section intro', 'kb.bad-section'],
    ['decide 2:759', 'kb.need-decision'],
    ['decide 2:759 exists', 'kb.need-link'],
    ['decide 2:759 not-needed', 'kb.need-why'],
    ['reuse 2:759', 'kb.need-source'],
    ['typical --lang fr', 'kb.bad-lang'],
    ['typical --loud', 'cli.unknown-option'],
  ])('“%s” is refused with %s', (line, key) => {
    const argv = line === '' ? [] : line.split(' ');
    expect(parseKbArgs(argv)).toMatchObject({ kind: 'refused', complaints: [{ key }] });
  });
});

describe('npm run kb', () => {
  test('--help explains every command and ends well', async () => {
    const { code, out } = await run(aScene(), ['--help']);
    expect(code).toBe(0);
    for (const word of ['search', 'similar', 'draft', 'create', 'update', 'decide', 'typical']) {
      expect(out).toContain(`kb -- ${word}`);
    }
  });

  test('create shows the article and asks before it writes', async () => {
    const scene = aScene();
    const { code, out, questions } = await run(scene, ['create', '2:759'], ['д']);
    expect(code).toBe(0);
    expect(questions).toEqual(['Создать эту статью? [y/N] ']);
    expect(out).toMatch(/## Условия применения[\s\S]*Статья № 101 создана: https:/);
  });

  test('create writes nothing after a no', async () => {
    const scene = aScene();
    const { code, said } = await run(scene, ['create', '2:759'], ['']);
    expect([code, said, scene.base.created]).toEqual([0, 'Ничего не записано.', []]);
  });

  test('create needs --yes where nobody can be asked', async () => {
    const scene = aScene();
    expect((await run(scene, ['create', '2:759'])).code).toBe(1);
    expect(scene.base.created).toEqual([]);
    expect((await run(scene, ['create', '2:759', '--yes'])).code).toBe(0);
    expect(scene.base.created).toHaveLength(1);
  });

  test('create without a knowledge base says what to do and that the link field remains', async () => {
    const scene = aScene();
    scene.base.missing = { kind: 'unavailable', why: 'scope', detail: '' };
    const { code, said } = await run(scene, ['create', '2:759', '--yes']);
    expect(code).toBe(1);
    expect(said).toMatch(/права «note».*decide 2:759 exists --link/);
  });

  test('update shows the changed lines; a conflict shows what differs and ends with 1', async () => {
    const scene = aScene();
    scene.base.put(77, 'Шлагбаум', '## Примеры\n\n- Первый\n');
    scene.base.beforeUpdate = () => void scene.base.put(77, 'Шлагбаум', '## Примеры\n\n- Чужой\n');
    const { code, out, said } = await run(scene, ['update', '2:759', '--note', '77', '--yes']);
    expect(code).toBe(1);
    expect(out).toMatch(/\+ - Обращение \[№ 759][\s\S]*\+ - Чужой/);
    expect(said).toContain('изменили после того');
  });

  test('decide tells a link that leads nowhere', async () => {
    const link = 'https://portal.example/note/document/5/';
    const { code, said } = await run(aScene(), ['decide', '2:759', 'exists', '--link', link]);
    expect([code, said]).toEqual([1, 'По этой ссылке статьи нет: решение не записано']);
  });

  test('search answers with JSON alone on stdout', async () => {
    const scene = aScene();
    scene.base.put(77, 'Шлагбаум закрыт', '');
    const { code, out } = await run(scene, ['search', 'шлагбаум', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ articles: [{ id: 77 }], tickets: [] });
  });

  test('names a ticket that cannot be read', async () => {
    const { code, said } = await run(aScene(), ['draft', '2:1', '--lang', 'en']);
    expect(code).toBe(1);
    expect(said).toContain('Ticket 2:1 cannot be read');
  });

  test('every answer has its words in both languages', async () => {
    const found = await run(aScene(), ['typical', '--lang', 'en']);
    expect(found.out).toContain('No typical problems');
  });
});
