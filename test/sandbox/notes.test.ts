import { afterEach, describe, expect, it } from '@jest/globals';
import type { SandboxOptions } from '../../src/sandbox/start-sandbox.ts';
import { START, openPortal } from './support/portal-under-test.ts';
import type { Called } from './support/portal-under-test.ts';

let portal: Called;
afterEach(() => portal.sandbox.close());

interface V3Reply {
  readonly status: number;
  readonly replayed: boolean;
  readonly code: string;
  readonly result: Readonly<Record<string, unknown>>;
}

async function v3(method: string, body: unknown, key?: string): Promise<V3Reply> {
  const address = portal.sandbox.webhookUrl.replace('/rest/', '/rest/api/') + method;
  const response = await fetch(address, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      ...(key === undefined ? {} : { 'Idempotency-Key': key }),
    },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as {
    readonly result?: V3Reply['result'];
    readonly error?: { readonly code: string };
  };
  return {
    status: response.status,
    replayed: response.headers.get('Idempotent-Replayed') === 'true',
    code: (answer.error?.code ?? '').replace('BITRIX_REST_V3_EXCEPTION_', ''),
    result: answer.result ?? {},
  };
}

const open = async (options: SandboxOptions = {}): Promise<void> => {
  portal = await openPortal({ now: START, ...options });
};
const article = {
  fields: { collectionId: 42, title: 'Шлагбаум', markdown: 'Сменить блок питания' },
};
const MINUTE = 60_000;

describe('an article of the knowledge base', () => {
  it('is written, read with every documented key in UTC, changed and listed in the tree', async () => {
    await open();
    const added = await v3('note.document.add', article);
    expect(added.result).toMatchObject({
      item: {
        id: 77,
        parentId: null,
        createdAt: expect.stringMatching(/^2026-03-01T09:.*Z$/),
        isArchived: false,
      },
    });
    await v3('note.document.update', { id: 77, fields: { title: 'Шлагбаум не открывается' } });
    expect((await v3('note.document.get', { id: 77 })).result).toMatchObject({
      item: { title: 'Шлагбаум не открывается', markdown: 'Сменить блок питания' },
    });
    expect((await v3('note.document.tree.list', { collectionId: 42 })).result).toMatchObject({
      items: [{ id: 77, children: [] }],
    });
  });

  it('is found by every word of the query, but only a minute after its last change', async () => {
    await open();
    await v3('note.document.add', article);
    const find = async (query: string) =>
      (await v3('note.document.search.list', { query })).result['items'];
    expect(await find('шлагбаум')).toEqual([]);
    portal.sandbox.clock.advance(2 * MINUTE);
    expect(await find('шлагбаум пит')).toMatchObject([{ documentId: 77, sharedAccess: false }]);
    expect(await find('шлагбаум домофон')).toEqual([]);
    expect((await v3('note.document.search.list', { query: 'шл' })).code).toBe(
      'NOTE_SEARCH_QUERY_TOO_SHORT',
    );
  });

  it('that somebody edits is not overwritten unless it is asked for', async () => {
    await open();
    await v3('note.document.add', article);
    portal.sandbox.control.editNote(77, 3);
    const change = { id: 77, fields: { markdown: 'Новое' } };
    expect((await v3('note.document.update', change)).code).toBe(
      'NOTE_DOCUMENT_HAS_UNSAVED_CHANGES',
    );
    expect((await v3('note.document.update', { ...change, overwrite: true })).status).toBe(200);
  });
});

describe('an Idempotency-Key', () => {
  it('plays the first success again, once a day, and refuses another body', async () => {
    await open();
    const first = await v3('note.document.add', article, 'k1');
    const second = await v3('note.document.add', article, 'k1');
    expect([second.result, second.replayed]).toEqual([first.result, true]);
    expect(portal.sandbox.control.notes()).toHaveLength(1);
    const other = { fields: { ...article.fields, title: 'Другая' } };
    expect(await v3('note.document.add', other, 'k1')).toMatchObject({
      status: 422,
      code: 'IDEMPOTENCYKEYREUSEDEXCEPTION',
    });
    portal.sandbox.clock.advance(24 * 60 * MINUTE);
    expect((await v3('note.document.add', article, 'k1')).replayed).toBe(false);
    expect(portal.sandbox.control.notes()).toHaveLength(2);
  });

  it('keeps no failure', async () => {
    await open();
    expect((await v3('note.document.add', { fields: { title: 'x' } }, 'k2')).status).toBe(400);
    expect((await v3('note.document.add', article, 'k2')).status).toBe(200);
  });
});

describe('the knowledge base refuses', () => {
  const cases: readonly (readonly [string, unknown, string])[] = [
    ['note.document.add', {}, 'VALIDATION_REQUESTVALIDATIONEXCEPTION'],
    ['note.document.add', { fields: { collectionId: 42 } }, 'VALIDATION_DTOVALIDATIONEXCEPTION'],
    ['note.document.add', { fields: { ...article.fields, x: 1 } }, 'UNKNOWNDTOPROPERTYEXCEPTION'],
    [
      'note.document.add',
      { fields: { ...article.fields, title: 'я'.repeat(256) } },
      'VALIDATION_DTOVALIDATIONEXCEPTION',
    ],
    [
      'note.document.add',
      { fields: { ...article.fields, markdown: 'я'.repeat(600_000) } },
      'NOTE_MARKDOWN_TOO_LARGE',
    ],
    [
      'note.document.add',
      { fields: { ...article.fields, collectionId: 7 } },
      'ENTITYNOTFOUNDEXCEPTION',
    ],
    ['note.document.get', { id: 5 }, 'ENTITYNOTFOUNDEXCEPTION'],
    ['note.document.get', { id: '5' }, 'VALIDATION_REQUESTVALIDATIONEXCEPTION'],
  ];
  for (const [method, body, code] of cases) {
    it(`${method} ${JSON.stringify(body).slice(0, 40)} with ${code}`, async () => {
      await open();
      expect(await v3(method, body)).toMatchObject({ status: 400, code });
    });
  }

  it('by the switch of the user’s rights and of the plan', async () => {
    await open({ doubts: { noteAccess: 'view' } });
    expect(await v3('note.document.add', article)).toMatchObject({ status: 403 });
    expect((await v3('note.collection.list', {})).status).toBe(200);
    portal.sandbox.doubts.noteAccess = 'none';
    expect((await v3('note.collection.list', {})).code).toBe('ACCESSDENIEDEXCEPTION');
    portal.sandbox.doubts.noteAccess = 'absent';
    expect((await v3('note.collection.list', {})).status).toBe(404);
  });
});

describe('the page of the knowledge base', () => {
  it('shows the list and the article a visitor may read', async () => {
    await open({ seed: 'support' });
    const get = async (path: string) => fetch(`${portal.sandbox.url}${path}`);
    expect((await get('/note/document/77/')).headers.get('content-type')).toContain('text/html');
    const list = (await (await get('/sandbox/api/notes')).json()) as { readonly notes: unknown[] };
    expect(list.notes.length).toBeGreaterThanOrEqual(6);
    expect(await (await get('/sandbox/api/notes/77')).json()).toMatchObject({
      title: 'Шлагбаум не открывается по номеру автомобиля',
    });
    expect((await get('/sandbox/api/notes/1')).status).toBe(404);
  });
});
