/** The sandbox's own JSON routes. Failures come out as ApiError with a status (0 when the portal cannot be reached). */
import { T } from './texts.js';

export class ApiError extends Error {
  constructor(status, body) {
    super(body?.error ?? (status === 0 ? T.errors.offline : T.errors.server(status)));
    this.name = 'ApiError';
    this.status = status;
    /** Names or labels of the fields the portal demands, when it refused a move for them. */
    this.fields = Array.isArray(body?.fields) ? body.fields : [];
  }
}

async function call(path, body) {
  const init =
    body === undefined
      ? {}
      : {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify(body),
        };
  let response;
  try {
    response = await fetch(`/sandbox/api/${path}`, { cache: 'no-store', ...init });
  } catch {
    throw new ApiError(0);
  }
  const answer = await response.json().catch(() => null);
  if (!response.ok) throw new ApiError(response.status, answer);
  return answer;
}

const ticketPath = (ref, rest = '') => `ticket/${ref.entityTypeId}/${ref.id}${rest}`;

export const api = {
  state: (pipeline) =>
    call(pipeline === '' ? 'state' : `state?pipeline=${encodeURIComponent(pipeline)}`),
  ticket: (ref) => call(ticketPath(ref)),
  move: (ref, body) => call(ticketPath(ref, '/move'), body),
  saveFields: (ref, body) => call(ticketPath(ref, '/fields'), body),
  chat: (ref, body) => call(ticketPath(ref, '/chat'), body),
  email: (ref, body) => call(ticketPath(ref, '/email'), body),
  addTask: (ref, body) => call(ticketPath(ref, '/task'), body),
  closeTask: (ref, taskId, body) => call(ticketPath(ref, `/task/${taskId}/close`), body),
  createTicket: (body) => call('tickets', body),
  notifications: (userId) => call(`notifications?userId=${userId}`),
  readNotifications: (userId) => call('notifications/read', { userId }),
  workingDay: () => call('clock/working-day', {}),
  notes: () => call('notes'),
  note: (id) => call(`notes/${id}`),
  editNote: (id, userId) => call(`notes/${id}/edit`, { userId }),
  leaveNote: (id) => call(`notes/${id}/leave`, {}),
  saveNote: (id, markdown, userId) => call(`notes/${id}/save`, { markdown, userId }),
  doubts: () => call('doubts'),
  setDoubts: (body) => call('doubts', body),
  stats: () => call('stats'),
};

/** Listens to the portal's change feed; the browser reconnects by itself. */
export function listen(onChange, onLink) {
  const stream = new EventSource('/sandbox/api/stream');
  stream.addEventListener('changed', onChange);
  stream.addEventListener('open', () => onLink(true));
  stream.addEventListener('error', () => onLink(false));
}
