/** The knowledge-base adapter and its use cases against the sandbox over HTTP. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { createArticle } from '../../src/app/knowledge/create-article.ts';
import type { KnowledgeDeps } from '../../src/app/knowledge/knowledge-deps.ts';
import { similarToTicket } from '../../src/app/knowledge/find-similar.ts';
import { planUpdate, updateArticle } from '../../src/app/knowledge/update-article.ts';
import type { SandboxOptions } from '../../src/sandbox/start-sandbox.ts';
import { createArticleTexts } from '../../src/text/article-texts.ts';
import { bundledSearchRules } from '../../src/text/search-words.ts';
import { aGate } from '../support/a-gate.ts';
import { DEALS, connectSandbox } from '../support/connected-portal.ts';
import type { Connected } from '../support/connected-portal.ts';
import { FakeLock } from '../support/fake-client-stores.ts';
import { FakeJournal, FakePolicies } from '../support/fake-state.ts';

let portal: Connected;
afterEach(() => portal.sandbox.close());

const PORTAL = 'p1';
const WISH = { conditions: '' };
const article = { title: 'Шлагбаум', markdown: 'Сменить блок питания', key: 'k1' };

async function open(options: SandboxOptions = {}): Promise<void> {
  portal = await connectSandbox(options);
}

function deps(): KnowledgeDeps & { readonly journal: FakeJournal } {
  return {
    ...aGate().deps,
    tickets: portal.tickets,
    journal: new FakeJournal(),
    policies: new FakePolicies([portal.policy]),
    knowledge: portal.knowledge,
    solved: portal.solved,
    writer: portal.writer,
    articleTexts: createArticleTexts(),
    searchRules: bundledSearchRules(),
    lock: new FakeLock(),
    clock: { now: () => portal.sandbox.clock.now() },
  };
}

function aTicket(title: string, solved: Readonly<Record<string, string>> = {}, stage = 'WON') {
  const { fields } = portal.policy;
  const { control } = portal.sandbox;
  const ref = control.createTicket({ ...DEALS, title, stageId: `C5:${stage}`, contactIds: [] }, 2);
  const written = {
    problem: title,
    cause: 'Сгорел блок питания',
    solution: 'Заменили блок',
    ...solved,
  };
  const values = Object.entries(written).map(([key, value]) => [Reflect.get(fields, key), value]);
  control.setFields(ref, Object.fromEntries(values), 2);
  return ref;
}

describe('the knowledge base through the webhook', () => {
  it('writes an article, reads it and finds it by the portal’s search', async () => {
    await open();
    const written = await portal.knowledge.create(article);
    const link = `${portal.sandbox.url}/note/document/77/`;
    expect(written).toMatchObject({ kind: 'written', article: { id: 77, link, away: false } });
    portal.sandbox.clock.advance(2 * 60_000);
    expect(await portal.knowledge.search('шлагбаум', 5)).toMatchObject({
      value: [{ id: 77, link, snippet: expect.not.stringContaining('<b>') }],
    });
    expect(await portal.knowledge.read(5)).toEqual({ kind: 'found', value: null });
    expect(await portal.knowledge.search('я', 5)).toEqual({ kind: 'found', value: [] });
  });

  it('writes once per key, and knows when the key wrote something else', async () => {
    await open();
    await portal.knowledge.create(article);
    await portal.knowledge.create(article);
    expect(portal.sandbox.control.notes()).toHaveLength(1);
    expect(await portal.knowledge.create({ ...article, markdown: 'Другое' })).toEqual({
      kind: 'key-used',
    });
  });

  it('finds a marked article by the tree while the search still lags', async () => {
    await open();
    await portal.knowledge.create({ ...article, markdown: 'Текст (cg-2-759-1)' });
    expect(await portal.knowledge.search('шлагбаум', 5)).toMatchObject({ value: [] });
    expect(await portal.knowledge.findMarked('(cg-2-759-1)', 'Шлагбаум')).toMatchObject({ id: 77 });
    expect(await portal.knowledge.findMarked('(cg-2-759-2)', 'Шлагбаум')).toBeNull();
  });

  it('goes on when somebody else’s client fills the rate limit', async () => {
    await open();
    portal.sandbox.faults.failNextRequests = {
      count: 2,
      status: 503,
      code: 'QUERY_LIMIT_EXCEEDED',
    };
    expect(await portal.knowledge.available()).toEqual({ kind: 'found', value: true });
  });

  it.each([
    ['scope', { noteScope: 'refused' }],
    ['rights', { noteAccess: 'none' }],
    ['absent', { noteAccess: 'absent' }],
  ] as const)('tells a missing %s from a failure', async (why, doubts) => {
    await open({ doubts });
    const missing = { kind: 'unavailable', why };
    expect(await portal.knowledge.available()).toMatchObject(missing);
    expect(await portal.knowledge.search('шлагбаум', 5)).toMatchObject(missing);
    expect(await portal.knowledge.create(article)).toMatchObject(missing);
  });

  it('reads but cannot write where the user may only view', async () => {
    await open({ doubts: { noteAccess: 'view' } });
    expect(await portal.knowledge.available()).toMatchObject({ kind: 'found' });
    expect(await portal.knowledge.create(article)).toMatchObject({
      kind: 'unavailable',
      why: 'rights',
    });
  });

  it('checks links', async () => {
    await open();
    await portal.knowledge.create(article);
    const own = (id: number) => `${portal.sandbox.url}/note/document/${id}/`;
    const kind = async (address: string) => (await portal.knowledge.checkLink(address)).kind;
    expect(await kind(own(77))).toBe('article');
    expect(await kind(own(5))).toBe('not-found');
    portal.sandbox.control.note(77).isTrashed = true;
    expect(await kind(own(77))).toBe('away');
    expect(await kind('https://wiki.example/1')).toBe('elsewhere');
    expect(await kind('wiki')).toBe('not-a-link');
    portal.sandbox.doubts.noteScope = 'refused';
    expect(await kind(own(5))).toBe('unchecked');
  });

  it('never overwrites an unsaved or newer edit', async () => {
    await open();
    await portal.knowledge.create(article);
    const { control } = portal.sandbox;
    const found = await portal.knowledge.read(77);
    const revision = found.kind === 'found' ? (found.value?.revision ?? '') : '';
    const change = { id: 77, markdown: 'Наше', revision, key: 'u1' };
    control.editNote(77, 3);
    expect(await portal.knowledge.update(change)).toMatchObject({ why: 'unsaved' });
    control.saveNote(77, 'Чужое', 3);
    expect(await portal.knowledge.update(change)).toMatchObject({
      why: 'changed',
      now: { markdown: 'Чужое' },
    });
    expect(control.note(77).markdown).toBe('Чужое');
  });
});

describe('an article from a ticket', () => {
  it('is written with the decision and the link, once, though the answer was lost on the way', async () => {
    await open();
    const ref = aTicket('Шлагбаум не открывается');
    portal.sandbox.faults.cutAfterWrite = 1;
    portal.sandbox.faults.cutOnly = 'note.document.add';
    const parts = deps();
    await expect(createArticle(PORTAL, ref, WISH, parts)).rejects.toMatchObject({
      code: 'portal-outcome-unknown',
    });

    expect(await createArticle(PORTAL, ref, WISH, parts)).toMatchObject({
      kind: 'created',
      found: true,
    });

    const [note, ...others] = portal.sandbox.control.notes();
    expect(others).toEqual([]);
    expect(note?.markdown).toContain('## Условия применения');
    const link = `${portal.sandbox.url}/note/document/77/`;
    const { fields, options } = portal.policy;
    const { uf } = portal.sandbox.control.ticket(ref);
    expect(uf.get(fields.kbDecision)).toBe(options.kbDecision['created']);
    expect(uf.get(fields.resources)).toEqual([link]);
    expect(parts.journal.kinds()).toEqual(['kb-decided']);
  });

  it('is another one when the first went to the bin within the day', async () => {
    await open();
    const ref = aTicket('Шлагбаум не открывается');
    const parts = deps();
    await createArticle(PORTAL, ref, WISH, parts);
    portal.sandbox.control.note(77).isTrashed = true;

    expect(await createArticle(PORTAL, ref, WISH, parts)).toMatchObject({ article: { id: 78 } });
  });

  it('joins an existing article as an example', async () => {
    await open();
    const first = aTicket('Шлагбаум не открывается');
    const parts = deps();
    await createArticle(PORTAL, first, WISH, parts);
    const second = aTicket('Шлагбаум снова не открывается');
    const wish = { articleId: 77, section: 'examples', conditions: '' } as const;
    const planned = await planUpdate(PORTAL, second, wish, parts);
    const shown = planned.kind === 'plan' ? planned.plan : null;

    expect(await updateArticle(PORTAL, second, { wish, shown }, parts)).toMatchObject({
      kind: 'updated',
    });
    expect(portal.sandbox.control.note(77).markdown.match(/^- Обращение/gm)).toHaveLength(2);
  });

  it('has similar articles and closed tickets found in few requests', async () => {
    await open({ seed: 'support' });
    const asked = aTicket('Шлагбаум не узнаёт номер автомобиля', {}, 'PREPARATION');
    for (let index = 0; index < 120; index += 1) aTicket(`Домофон ${index} не отвечает`);
    const alike = aTicket('Камера не узнаёт номера, шлагбаум закрыт');
    portal.sandbox.stats.reset();

    const cases = await similarToTicket(PORTAL, asked, deps());

    expect(cases?.articles[0]?.title).toBe('Шлагбаум не открывается по номеру автомобиля');
    expect(cases?.tickets[0]?.ref).toEqual(alike);
    expect(portal.sandbox.stats.requests).toBeLessThanOrEqual(9);
  });
});
