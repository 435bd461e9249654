/**
 * Knowledge Base 2.0 (`note.*`, REST 3.0). Whether the webhook may use it shows only when it is asked: the scope list
 * does not name the scope (PORTAL 8.1, C9).
 */
import type {
  Article,
  ArticleHead,
  CreateOutcome,
  Found,
  KnowledgeBase,
  LinkState,
  Unavailable,
  UpdateOutcome,
} from '../app/ports/knowledge.ts';
import { articleIdOf } from '../core/knowledge/article-links.ts';
import { AppError } from '../errors.ts';
import type { Params } from './batch-command.ts';
import type { PortalClient } from './portal-client.ts';
import { flagOf, integerOf, recordOf, rowsOf, textOf } from './read-value.ts';
import type { Json } from './read-value.ts';
import { refusal } from './unwrap.ts';
import type { CommandResult } from './unwrap.ts';

const V3_CODE = 'BITRIX_REST_V3_EXCEPTION_';
const MIN_QUERY = 3;
const MAX_QUERY = 200;
const MAX_TITLE = 255;
/** Documents with the wanted title that are read to see whether one is ours. */
const MAX_LOOKED_AT = 5;

type Refused = Extract<CommandResult, { ok: false }>;

/** @param baseHints parts of the name of a support team's knowledge base, for choosing among several */
export function createKnowledgeBase(
  client: PortalClient,
  baseHints: readonly string[] = [],
): KnowledgeBase {
  const base = new NoteCalls(client);
  return {
    async available() {
      const answer = await base.ask('note.collection.list', { pagination: { limit: 1 } });
      return answer.ok ? { kind: 'found', value: true } : orFault(answer, 'note.collection.list');
    },
    search: (query, limit) => search(base, query, limit),
    read: (id) => read(base, id),
    findMarked: (marker, title) => findMarked(base, marker, title),
    create: (article) => create(base, article, baseHints),
    update: (update) => updateArticle(base, update),
    checkLink: (address) => checkLink(base, address),
  };
}

class NoteCalls {
  readonly #client: PortalClient;

  constructor(client: PortalClient) {
    this.#client = client;
  }

  async ask(method: string, params: Params): Promise<CommandResult> {
    return this.#send(method, params, null);
  }

  async write(method: string, params: Params, key: string): Promise<CommandResult> {
    return this.#send(method, params, key);
  }

  linkOf(id: number): string {
    // Not in the docs; the address that the portal's own page has.
    return `${this.#client.origin()}/note/document/${id}/`;
  }

  isOwn(address: string): boolean {
    return URL.canParse(address) && new URL(address).origin === this.#client.origin();
  }

  async #send(method: string, params: Params, key: string | null): Promise<CommandResult> {
    const v3 = key === null ? {} : { idempotencyKey: key };
    const options = { priority: 'live', write: key !== null, v3 } as const;
    try {
      return await this.#client.call(method, params, options);
    } catch (error) {
      // A portal without REST 3.0 answers the address with a plain 404 page.
      const absent = error instanceof AppError && error.detail === 'HTTP_404';
      if (absent) return { ok: false, code: 'HTTP_404', httpStatus: 404 };
      throw error;
    }
  }
}

function codeOf({ code }: Refused): string {
  return code.startsWith(V3_CODE) ? code.slice(V3_CODE.length) : code;
}

function unavailable(answer: Refused): Unavailable | null {
  const detail = codeOf(answer);
  if (detail === 'INSUFFICIENTSCOPEEXCEPTION' || detail === 'insufficient_scope') {
    return { kind: 'unavailable', why: 'scope', detail };
  }
  if (answer.httpStatus === 404 || /METHOD_?NOT_?FOUND/.test(detail)) {
    return { kind: 'unavailable', why: 'absent', detail };
  }
  const denied = detail === 'ACCESSDENIEDEXCEPTION' || detail === 'ACCESS_DENIED';
  return denied || answer.httpStatus === 403
    ? { kind: 'unavailable', why: 'rights', detail }
    : null;
}

function orFault(answer: Refused, method: string): Unavailable {
  const lasting = unavailable(answer);
  if (lasting) return lasting;
  throw refusal(method, answer);
}

function articleOf(base: NoteCalls, value: unknown): Article | null {
  const item = recordOf(recordOf(value)['item']);
  const id = integerOf(item['id']);
  if (id === null) return null;
  const markdown = typeof item['markdown'] === 'string' ? item['markdown'] : '';
  const changed = textOf(item['contentUpdatedAt']) || textOf(item['updatedAt']);
  return {
    id,
    title: textOf(item['title']),
    markdown,
    link: base.linkOf(id),
    // Times have whole seconds: two changes within one show only in the text.
    revision: `${changed} ${markdown.length} ${hashOf(markdown)}`,
    away: flagOf(item['isArchived']) || flagOf(item['isTrashed']),
  };
}

/** FNV-1a: tells texts apart, guards nothing. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0).toString(36);
}

async function search(
  base: NoteCalls,
  query: string,
  limit: number,
): Promise<Found<readonly ArticleHead[]>> {
  const text = Array.from(query.replaceAll(/\s+/g, ' ').trim()).slice(0, MAX_QUERY).join('');
  if (text.length < MIN_QUERY) return { kind: 'found', value: [] };
  const method = 'note.document.search.list';
  const answer = await base.ask(method, { query: text, pagination: { limit } });
  if (!answer.ok) {
    // Counted otherwise than we do: then there is nothing to find by it.
    if (codeOf(answer).startsWith('NOTE_SEARCH_QUERY_')) return { kind: 'found', value: [] };
    return orFault(answer, method);
  }
  const heads = rowsOf(recordOf(answer.value)['items']).flatMap((row) => headOf(base, row));
  return { kind: 'found', value: heads };
}

function headOf(base: NoteCalls, row: Json): readonly ArticleHead[] {
  const id = integerOf(row['documentId']) ?? integerOf(row['id']);
  if (id === null) return [];
  const snippet = textOf(row['snippet']).replaceAll(/<[^>]*>/g, '');
  return [{ id, title: textOf(row['title']), snippet, link: base.linkOf(id) }];
}

async function read(base: NoteCalls, id: number): Promise<Found<Article | null>> {
  const answer = await base.ask('note.document.get', { id });
  if (answer.ok) return { kind: 'found', value: articleOf(base, answer.value) };
  if (isMissing(answer)) return { kind: 'found', value: null };
  return orFault(answer, 'note.document.get');
}

function isMissing(answer: Refused): boolean {
  return ['ENTITYNOTFOUNDEXCEPTION', 'NOT_FOUND'].includes(codeOf(answer));
}

async function findMarked(base: NoteCalls, marker: string, title: string): Promise<Article | null> {
  const looked = new Set<number>();
  const marked = async (ids: readonly number[]): Promise<Article | null> => {
    for (const id of ids.slice(0, MAX_LOOKED_AT)) {
      if (looked.has(id)) continue;
      looked.add(id);
      const answer = await read(base, id);
      const article = answer.kind === 'found' ? answer.value : null;
      if (article && !article.away && article.markdown.includes(marker)) return article;
    }
    return null;
  };
  for (const query of [title, marker]) {
    const found = await search(base, query, MAX_LOOKED_AT);
    if (found.kind !== 'found') return null;
    const hit = await marked(found.value.map(({ id }) => id));
    if (hit) return hit;
  }
  return marked(await titled(base, title));
}

/** Ids of documents with this very title in any knowledge base, the newest first. */
async function titled(base: NoteCalls, title: string): Promise<readonly number[]> {
  const ids: number[] = [];
  for (const { id: collectionId } of await collections(base)) {
    const answer = await base.ask('note.document.tree.list', { collectionId });
    const queue = answer.ok ? [...rowsOf(recordOf(answer.value)['items'])] : [];
    for (const node of queue) {
      const id = integerOf(node['id']);
      if (id !== null && textOf(node['title']) === title) ids.push(id);
      queue.push(...rowsOf(node['children']));
    }
  }
  return ids.toSorted((a, b) => b - a);
}

async function collections(base: NoteCalls): Promise<readonly { id: number; name: string }[]> {
  const answer = await base.ask('note.collection.list', { pagination: { limit: 50 } });
  if (!answer.ok) return [];
  return rowsOf(recordOf(answer.value)['items']).flatMap((row) => {
    const id = integerOf(row['id']);
    return id === null || flagOf(row['isArchived']) ? [] : [{ id, name: textOf(row['name']) }];
  });
}

async function create(
  base: NoteCalls,
  { title, markdown, key, baseId }: Parameters<KnowledgeBase['create']>[0],
  hints: readonly string[],
): Promise<CreateOutcome> {
  const available = await base.ask('note.collection.list', { pagination: { limit: 1 } });
  if (!available.ok) return orFault(available, 'note.collection.list');
  const all = await collections(base);
  const hinted = all.find(({ name }) => hints.some((hint) => name.toLowerCase().includes(hint)));
  const chosen = baseId === undefined ? (hinted ?? all[0]) : all.find(({ id }) => id === baseId);
  if (!chosen) return { kind: 'no-base' };
  const fields = {
    collectionId: chosen.id,
    title: Array.from(title).slice(0, MAX_TITLE).join(''),
    markdown,
  };
  const answer = await base.write('note.document.add', { fields }, key);
  if (answer.ok) return written(base, answer.value);
  if (codeOf(answer) === 'IDEMPOTENCYKEYREUSEDEXCEPTION') return { kind: 'key-used' };
  return unavailable(answer) ?? { kind: 'refused', detail: codeOf(answer) };
}

function written(base: NoteCalls, value: unknown): { kind: 'written'; article: Article } {
  const article = articleOf(base, value);
  if (article) return { kind: 'written', article };
  throw new AppError('portal-outcome-unknown', 'The article was perhaps written: look for it.', {
    retry: 'backoff',
    detail: 'NO_ITEM',
  });
}

async function updateArticle(
  base: NoteCalls,
  { id, markdown, revision, key }: Parameters<KnowledgeBase['update']>[0],
): Promise<UpdateOutcome> {
  const before = await read(base, id);
  if (before.kind !== 'found') return before;
  const now = before.value;
  if (now === null) return { kind: 'not-found' };
  if (now.revision !== revision) return { kind: 'conflict', why: 'changed', now };
  // `overwrite` is left at its default: what somebody has not saved yet stays.
  const params = { id, fields: { markdown } };
  const answer = await base.write('note.document.update', params, key);
  if (answer.ok) return written(base, answer.value);
  const code = codeOf(answer);
  if (code === 'NOTE_DOCUMENT_HAS_UNSAVED_CHANGES') {
    return { kind: 'conflict', why: 'unsaved', now };
  }
  // The key wrote another text before: the article cannot be what this one was made from.
  if (code === 'IDEMPOTENCYKEYREUSEDEXCEPTION') return { kind: 'conflict', why: 'changed', now };
  if (isMissing(answer)) return { kind: 'not-found' };
  return unavailable(answer) ?? { kind: 'refused', detail: code };
}

async function checkLink(base: NoteCalls, address: string): Promise<LinkState> {
  const id = base.isOwn(address) ? articleIdOf(address) : null;
  if (id === null) {
    const secure = URL.canParse(address) && new URL(address).protocol === 'https:';
    return secure || base.isOwn(address) ? { kind: 'elsewhere' } : { kind: 'not-a-link' };
  }
  const found = await read(base, id).catch((error: unknown) => {
    if (error instanceof AppError) return null;
    throw error;
  });
  if (found === null || found.kind !== 'found') return { kind: 'unchecked' };
  if (found.value === null) return { kind: 'not-found' };
  return { kind: found.value.away ? 'away' : 'article', article: found.value };
}
