import { portalTime } from '../clock.ts';
import type { Note } from '../state/notes.ts';
import type { Portal } from '../state/portal.ts';

/** The list of articles, the newest change first, or one article whole; undefined when there is no such article. */
export function notesView(portal: Portal, id?: string): unknown {
  return id === undefined ? listView(portal) : noteView(portal, Number(id));
}

function listView(portal: Portal): unknown {
  const shown = [...portal.notes.values()].filter((note) => !note.isTrashed);
  return {
    portalName: portal.name,
    users: [...portal.users.values()].map(({ id, name, lastName }) => ({
      id,
      name: `${name} ${lastName}`.trim(),
    })),
    notes: shown
      .sort((a, b) => b.updatedAt - a.updatedAt || b.id - a.id)
      .map((note) => headView(portal, note)),
  };
}

function noteView(portal: Portal, id: number): unknown {
  const note = portal.notes.get(id);
  return note && { ...headView(portal, note), markdown: note.markdown };
}

function headView(portal: Portal, note: Note): Record<string, unknown> {
  const nameOf = (userId: number): string => {
    const user = portal.users.get(userId);
    return user ? `${user.name} ${user.lastName}`.trim() : '';
  };
  return {
    id: note.id,
    title: note.title,
    author: nameOf(note.createdBy),
    editor: nameOf(note.updatedBy),
    unsavedBy: nameOf(note.unsavedBy),
    createdAt: portalTime(note.createdAt),
    updatedAt: portalTime(note.updatedAt),
  };
}
