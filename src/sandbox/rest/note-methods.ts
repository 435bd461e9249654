/** Knowledge Base 2.0 (`note.*`), as its pages describe it; times in UTC with Z, unlike the rest of the portal. */
import { addNote, saveNote } from '../state/notes.ts';
import type { Note, NoteCollection } from '../state/notes.ts';
import type { CallEnvironment } from './call-method.ts';
import { toMap } from './params.ts';
import { searchNotes } from './note-search.ts';
import type { V3Answer, V3Method, V3Query } from './v3-answer.ts';
import { denied, invalidObject, invalidRequest, item, notFound } from './v3-answer.ts';
import { refuse, refuseOwn, result } from './v3-answer.ts';

const MAX_TITLE = 255;
const MAX_MARKDOWN_BYTES = 1_048_576;
const PAGE = 50;
const MAX_PAGE = 200;

const utc = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

function showNote({ unsavedBy: _unsaved, ...note }: Note): Record<string, unknown> {
  return {
    ...note,
    createdAt: utc(note.createdAt),
    updatedAt: utc(note.updatedAt),
    contentUpdatedAt: utc(note.contentUpdatedAt),
    isOrphan: false,
  };
}

function showCollection(collection: NoteCollection): Record<string, unknown> {
  const { createdBy, createdAt } = collection;
  return {
    ...collection,
    createdAt: utc(createdAt),
    updatedBy: createdBy,
    updatedAt: utc(createdAt),
    policyLevel: 'portal',
    accessLevel: 'full',
    isArchived: false,
    markdownDescription: null,
  };
}

const mayEdit = (env: CallEnvironment): boolean => env.portal.doubts.noteAccess === 'edit';
const isWhole = (value: unknown): value is number => Number.isSafeInteger(value);

function limitOf(query: V3Query): number {
  const limit = Math.trunc(Number(toMap(query['pagination'])['limit'] ?? PAGE));
  return limit > 0 ? Math.min(limit, MAX_PAGE) : PAGE;
}

const collectionList: V3Method = (env, query) => {
  const after = toMap(toMap(query['pagination'])['afterCursor']);
  const from = isWhole(after['position']) && isWhole(after['id']) ? after['id'] : 0;
  const all = [...env.portal.noteCollections.values()].sort((a, b) => a.id - b.id);
  const rest = all.filter(({ id }) => id > from);
  const page = rest.slice(0, limitOf(query));
  const last = page.at(-1);
  const more = rest.length > page.length && last !== undefined;
  return result({
    items: page.map(showCollection),
    nextCursor: more ? { position: last.position, id: last.id } : null,
  });
};

const collectionAdd: V3Method = (env, query) => {
  if (!mayEdit(env)) return denied();
  const { name } = toMap(query['fields']);
  if (typeof name !== 'string' || name.trim() === '') {
    return invalidObject('name', 'Required field "name" is not filled');
  }
  const { portal } = env;
  const collection: NoteCollection = {
    id: portal.nextId('note-collection', 43),
    name,
    position: 100,
    createdBy: env.user.id,
    createdAt: portal.second(),
  };
  portal.noteCollections.set(collection.id, collection);
  return item(showCollection(collection));
};

/** What is wrong with title and text, whichever are given; null when nothing is. */
function wrongText(fields: V3Query): V3Answer | null {
  const { title, markdown } = fields;
  for (const [name, value] of Object.entries({ title, markdown })) {
    if (value !== undefined && typeof value !== 'string') {
      return invalidObject(name, `Field "${name}" requires data type string`);
    }
  }
  if (typeof title === 'string' && title.trim() === '') {
    return invalidObject('title', 'Document title cannot be empty');
  }
  if (typeof title === 'string' && title.length > MAX_TITLE) {
    return invalidObject('title', `Document title must not exceed ${MAX_TITLE} characters`);
  }
  if (typeof markdown === 'string' && Buffer.byteLength(markdown) > MAX_MARKDOWN_BYTES) {
    return refuseOwn('NOTE_MARKDOWN_TOO_LARGE', 'Document content is too large');
  }
  return null;
}

function unknownField(fields: V3Query, known: readonly string[]): V3Answer | null {
  const name = Object.keys(fields).find((key) => !known.includes(key));
  if (name === undefined) return null;
  return refuse(400, 'UNKNOWNDTOPROPERTYEXCEPTION', `Unknown property ${name}`, name);
}

/** What is wrong with the object of a new document; null when nothing is. */
function wrongNew(fields: V3Query): V3Answer | null {
  const unknown = unknownField(fields, ['collectionId', 'title', 'parentId', 'markdown']);
  if (unknown) return unknown;
  for (const name of ['collectionId', 'title']) {
    if (fields[name] === undefined) return invalidObject(name, `Required field "${name}"`);
  }
  for (const name of ['collectionId', 'parentId']) {
    if (fields[name] !== undefined && !isWhole(fields[name])) {
      return invalidObject(name, `Field "${name}" requires data type int`);
    }
  }
  return wrongText(fields);
}

const documentAdd: V3Method = (env, query) => {
  if (query['fields'] === undefined) return invalidRequest('fields');
  const fields = toMap(query['fields']);
  const wrong = wrongNew(fields);
  if (wrong) return wrong;
  const collectionId = Number(fields['collectionId']);
  const parentId = fields['parentId'] === undefined ? null : Number(fields['parentId']);
  if (!env.portal.noteCollections.has(collectionId)) return notFound('collectionId');
  if (!mayEdit(env)) return denied();
  if (parentId !== null && env.portal.notes.get(parentId)?.collectionId !== collectionId) {
    return refuseOwn('NOTE_INVALID_PARENT', 'The parent belongs to another knowledge base');
  }
  const { title, markdown } = textsOf(fields);
  const wanted = { collectionId, parentId, title: title ?? '', markdown: markdown ?? '' };
  return item(showNote(addNote(env.portal, wanted, env.user.id)));
};

function textsOf({ title, markdown }: V3Query): { title?: string; markdown?: string } {
  return {
    ...(typeof title === 'string' ? { title } : {}),
    ...(typeof markdown === 'string' ? { markdown } : {}),
  };
}

/** The document a request names, or why not. */
function noteOf(env: CallEnvironment, query: V3Query): Note | V3Answer {
  const { id } = query;
  if (!isWhole(id)) return invalidRequest('id');
  return env.portal.notes.get(id) ?? notFound('id');
}

const isNote = (found: Note | V3Answer): found is Note => 'markdown' in found;

const documentGet: V3Method = (env, query) => {
  const note = noteOf(env, query);
  return isNote(note) ? item(showNote(note)) : note;
};

/** What is wrong with an update, whatever document it is for; null when nothing is. */
function wrongChange(query: V3Query): V3Answer | null {
  if (query['fields'] === undefined) return invalidRequest('fields');
  if (!['undefined', 'boolean'].includes(typeof query['overwrite'])) {
    return invalidRequest('overwrite');
  }
  const fields = toMap(query['fields']);
  const wrong = unknownField(fields, ['title', 'markdown']) ?? wrongText(fields);
  if (wrong || Object.keys(textsOf(fields)).length > 0) return wrong;
  return refuseOwn('NOTE_EMPTY_UPDATE', 'The request does not contain any modifiable fields');
}

const documentUpdate: V3Method = (env, query) => {
  const note = noteOf(env, query);
  if (!isNote(note)) return note;
  const wrong = wrongChange(query);
  if (wrong) return wrong;
  if (!mayEdit(env)) return denied();
  const change = textsOf(toMap(query['fields']));
  const typed = change.markdown !== undefined && note.unsavedBy !== 0;
  if (typed && query['overwrite'] !== true) {
    return refuseOwn('NOTE_DOCUMENT_HAS_UNSAVED_CHANGES', 'The document has unsaved changes');
  }
  saveNote(env.portal, note, change, env.user.id);
  return item(showNote(note));
};

const documentSearch: V3Method = (env, query) => {
  const { query: text } = query;
  if (typeof text !== 'string') return invalidRequest('query');
  if (text.length < 3) return refuseOwn('NOTE_SEARCH_QUERY_TOO_SHORT', 'Query is too short');
  if (text.length > 200) return refuseOwn('NOTE_SEARCH_QUERY_TOO_LONG', 'Query is too long');
  const found = searchNotes(env.portal, text);
  const limit = limitOf(query);
  return result({ items: found.slice(0, limit), hasMore: found.length > limit });
};

const documentTree: V3Method = (env, query) => {
  const { collectionId } = query;
  if (!isWhole(collectionId)) return invalidRequest('collectionId');
  if (!env.portal.noteCollections.has(collectionId)) return notFound('collectionId');
  const shown = [...env.portal.notes.values()].filter(
    (note) => note.collectionId === collectionId && !note.isArchived && !note.isTrashed,
  );
  const under = (parentId: number | null): unknown[] =>
    shown
      .filter((note) => note.parentId === parentId)
      .map(({ id, title, position }) => {
        const node = { id, collectionId, parentId, title, position };
        return { ...node, children: under(id) };
      });
  return result({ items: under(null), truncated: false });
};

export const NOTE_METHODS: Readonly<Record<string, V3Method>> = {
  'note.collection.list': collectionList,
  'note.collection.add': collectionAdd,
  'note.document.add': documentAdd,
  'note.document.get': documentGet,
  'note.document.update': documentUpdate,
  'note.document.search.list': documentSearch,
  'note.document.tree.list': documentTree,
};
