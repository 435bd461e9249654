/** A document of Knowledge Base 2.0. */
export interface Note {
  readonly id: number;
  readonly collectionId: number;
  readonly parentId: number | null;
  title: string;
  markdown: string;
  readonly position: number;
  readonly createdBy: number;
  updatedBy: number;
  readonly createdAt: number;
  updatedAt: number;
  contentUpdatedAt: number;
  isArchived: boolean;
  isTrashed: boolean;
  /** Who has it open in the editor with changes that are not saved; 0: nobody. */
  unsavedBy: number;
}

export interface NoteCollection {
  readonly id: number;
  readonly name: string;
  readonly position: number;
  readonly createdBy: number;
  readonly createdAt: number;
}

export type NewNote = Pick<Note, 'collectionId' | 'parentId' | 'title' | 'markdown'>;

/** The part of a portal that the knowledge base needs. */
interface NotePlace {
  readonly notes: Map<number, Note>;
  nextId(kind: string, first?: number): number;
  second(): number;
  changed(): void;
}

export function addNote(portal: NotePlace, wanted: NewNote, userId: number): Note {
  const at = portal.second();
  const neighbours = [...portal.notes.values()].filter(
    ({ collectionId, parentId }) =>
      collectionId === wanted.collectionId && parentId === wanted.parentId,
  );
  const note: Note = {
    ...wanted,
    id: portal.nextId('note', 77),
    position: neighbours.length + 1,
    createdBy: userId,
    updatedBy: userId,
    createdAt: at,
    updatedAt: at,
    contentUpdatedAt: at,
    isArchived: false,
    isTrashed: false,
    unsavedBy: 0,
  };
  portal.notes.set(note.id, note);
  portal.changed();
  return note;
}

/** Saves title and text; whatever somebody had not saved is gone. */
export function saveNote(
  portal: NotePlace,
  note: Note,
  change: Partial<Pick<Note, 'title' | 'markdown'>>,
  userId: number,
): void {
  const at = portal.second();
  if (change.title !== undefined) note.title = change.title;
  if (change.markdown !== undefined) {
    note.markdown = change.markdown;
    note.contentUpdatedAt = at;
    note.unsavedBy = 0;
  }
  note.updatedAt = at;
  note.updatedBy = userId;
  portal.changed();
}
