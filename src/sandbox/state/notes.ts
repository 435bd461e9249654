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
}

export interface NoteCollection {
  readonly id: number;
  readonly name: string;
  readonly position: number;
}
