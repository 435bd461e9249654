import type { IncomingMessage } from 'node:http';
import { addTask } from '../state/tasks.ts';
import type { Note } from '../state/notes.ts';
import type { CallEnvironment } from './call-method.ts';
import { toMap } from './params.ts';
import { textOf } from '../text-of.ts';

interface V3Answer {
  readonly status: number;
  readonly body: unknown;
}

type V3Method = (env: CallEnvironment, query: Record<string, unknown>) => V3Answer;

const PREFIX = 'BITRIX_REST_V3_EXCEPTION_';

function refuse(status: number, code: string, message: string, field?: string): V3Answer {
  const validation = field === undefined ? {} : { validation: [{ field, message }] };
  return { status, body: { error: { code: `${PREFIX}${code}`, message, ...validation } } };
}

function item(value: unknown): V3Answer {
  return { status: 200, body: { result: { item: value } } };
}

const notFound = (): V3Answer => refuse(400, 'ENTITYNOTFOUNDEXCEPTION', 'Entity not found');
const invalid = (field: string): V3Answer =>
  refuse(400, 'VALIDATION_REQUESTVALIDATIONEXCEPTION', `Field ${field} is required`, field);

/** note.* answers in UTC with Z, unlike the rest of the portal. */
function showNote(note: Note): Record<string, unknown> {
  const utc = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;
  return { ...note, createdAt: utc(note.createdAt), updatedAt: utc(note.updatedAt) };
}

const collectionList: V3Method = (env) => ({
  status: 200,
  body: { result: { items: [...env.portal.noteCollections.values()] } },
});

const collectionAdd: V3Method = (env, query) => {
  const name = toMap(query['fields'])['name'];
  if (typeof name !== 'string' || name === '') return invalid('name');
  const collection = { id: env.portal.nextId('note-collection', 42), name, position: 100 };
  env.portal.noteCollections.set(collection.id, collection);
  return item(collection);
};

const documentAdd: V3Method = (env, query) => {
  const fields = toMap(query['fields']);
  const title = textOf(fields['title']);
  const collectionId = Number(fields['collectionId'] ?? 0);
  if (title === '') return invalid('title');
  if (!env.portal.noteCollections.has(collectionId)) return notFound();
  const at = env.portal.second();
  const note: Note = {
    id: env.portal.nextId('note', 77),
    collectionId,
    parentId: fields['parentId'] === undefined ? null : Number(fields['parentId']),
    title,
    markdown: textOf(fields['markdown']),
    position: 1,
    createdBy: env.user.id,
    updatedBy: env.user.id,
    createdAt: at,
    updatedAt: at,
  };
  env.portal.notes.set(note.id, note);
  return item(showNote(note));
};

const documentGet: V3Method = (env, query) => {
  const note = env.portal.notes.get(Number(query['id']));
  return note ? item(showNote(note)) : notFound();
};

const documentUpdate: V3Method = (env, query) => {
  const note = env.portal.notes.get(Number(query['id']));
  if (!note) return notFound();
  const fields = toMap(query['fields']);
  if (fields['title'] === undefined && fields['markdown'] === undefined) {
    return {
      status: 400,
      body: { error: { code: 'NOTE_EMPTY_UPDATE', message: 'Nothing to update' } },
    };
  }
  if (fields['title'] !== undefined) note.title = textOf(fields['title']);
  if (fields['markdown'] !== undefined) note.markdown = textOf(fields['markdown']);
  note.updatedAt = env.portal.second();
  note.updatedBy = env.user.id;
  return item(showNote(note));
};

const documentSearch: V3Method = (env, query) => {
  const text = textOf(query['query']);
  const code = text.length < 3 ? 'NOTE_SEARCH_QUERY_TOO_SHORT' : 'NOTE_SEARCH_QUERY_TOO_LONG';
  if (text.length < 3 || text.length > 200) {
    return { status: 400, body: { error: { code, message: 'Wrong length of query' } } };
  }
  const items = [...env.portal.notes.values()]
    .filter((n) => `${n.title}\n${n.markdown}`.toLowerCase().includes(text.toLowerCase()))
    .map((n) => ({
      documentId: n.id,
      collectionId: n.collectionId,
      title: n.title,
      score: 1,
      snippet: n.markdown.slice(0, 120),
      sharedAccess: false,
    }));
  return { status: 200, body: { result: { items, hasMore: false } } };
};

const taskAdd: V3Method = (env, query) => {
  const fields = toMap(query['fields']);
  for (const name of ['title', 'creatorId', 'responsibleId']) {
    if (fields[name] === undefined || fields[name] === '') return invalid(name);
  }
  const task = addTask(
    env.portal,
    {
      title: textOf(fields['title']),
      responsibleId: Number(fields['responsibleId']),
      crm: Object.values(toMap(fields['crmItemIds'])).map(String),
    },
    { userId: Number(fields['creatorId']), robot: false },
  );
  return item({ id: task.id, title: task.title, responsibleId: task.responsibleId });
};

const V3_METHODS: Readonly<Record<string, { scope: string; run: V3Method }>> = {
  'note.collection.list': { scope: 'note', run: collectionList },
  'note.collection.add': { scope: 'note', run: collectionAdd },
  'note.document.add': { scope: 'note', run: documentAdd },
  'note.document.get': { scope: 'note', run: documentGet },
  'note.document.update': { scope: 'note', run: documentUpdate },
  'note.document.search.list': { scope: 'note', run: documentSearch },
  'tasks.task.add': { scope: 'tasks', run: taskAdd },
};

/** REST 3.0 by webhook address: JSON POST only, query parameters ignored, its own error shape. */
export function callV3(
  env: CallEnvironment,
  method: string,
  request: IncomingMessage,
  body: string,
): V3Answer {
  const known = Object.hasOwn(V3_METHODS, method) ? V3_METHODS[method] : undefined;
  env.stats.byMethod[`v3:${method}`] = (env.stats.byMethod[`v3:${method}`] ?? 0) + 1;
  if (!known) return refuse(404, 'METHODNOTFOUNDEXCEPTION', `Method ${method} not found`);
  const refused = known.scope === 'note' && env.portal.doubts.noteScope === 'refused';
  if (refused || !env.scopes.has(known.scope)) {
    return refuse(403, 'INSUFFICIENTSCOPEEXCEPTION', `Scope ${known.scope} is required`);
  }
  const query = readQuery(request, body);
  if (!query) return refuse(400, 'INVALIDJSONEXCEPTION', 'The body must be a JSON object');
  const answer = known.run(env, query);
  const time = { start: env.portal.clock.now() / 1000, operating: 0 };
  return answer.status === 200 && typeof answer.body === 'object'
    ? { status: 200, body: { ...answer.body, time } }
    : answer;
}

function readQuery(request: IncomingMessage, body: string): Record<string, unknown> | null {
  if (request.method === 'GET') return {};
  if (!(request.headers['content-type'] ?? '').includes('application/json')) return null;
  try {
    const parsed: unknown = JSON.parse(body === '' ? '{}' : body);
    return typeof parsed === 'object' && parsed !== null ? toMap(parsed) : null;
  } catch {
    return null;
  }
}
