/** The notification bell: a count, a list, and a toast for each new notification of the acting user. */
import { api } from './api.js';
import { plainBb, renderBb } from './bb-code.js';
import { arrange, h, icon, setText } from './dom.js';
import { shortMoment } from './format.js';
import { closeOnLeave } from './overlay.js';
import { on, session, write } from './session.js';
import { T } from './texts.js';
import { toast, toastError } from './toasts.js';

/** userId → ids already seen; the first list of a user makes no toasts. */
const seen = new Map();

/** Creates the bell with its list. */
export function createBell() {
  const count = h('span', { class: 'bell-count', hidden: true });
  const button = h(
    'button',
    {
      type: 'button',
      class: 'icon-button bell',
      'aria-expanded': 'false',
      'aria-controls': 'notifications',
    },
    icon('bell'),
    count,
  );
  const list = h('ul', { class: 'notes-list' });
  const readAll = h('button', { type: 'button', class: 'button button-quiet' }, T.markRead);
  const panel = h(
    'section',
    { class: 'notes', id: 'notifications', 'aria-label': T.notifications, hidden: true },
    h('header', { class: 'notes-head' }, h('h2', null, T.notifications), readAll),
    list,
  );
  const wrap = h('div', { class: 'bell-wrap' }, button, panel);
  readAll.addEventListener('click', () => void markRead());
  makeToggle(button, panel, wrap);
  on('notifications', (notes, userId) => {
    showNotes(notes, { count, button, list });
    toastNew(notes, userId);
  });
  return wrap;
}

function makeToggle(button, panel, wrap) {
  let stop = null;
  const close = () => {
    stop?.();
    stop = null;
    if (panel.contains(document.activeElement)) button.focus();
    panel.hidden = true;
    button.setAttribute('aria-expanded', 'false');
  };
  button.addEventListener('click', () => {
    if (!panel.hidden) {
      close();
      return;
    }
    panel.hidden = false;
    button.setAttribute('aria-expanded', 'true');
    stop = closeOnLeave([wrap], close);
  });
  panel.addEventListener('click', (event) => {
    if (event.target.closest('a') !== null) close();
  });
}

async function markRead() {
  try {
    await write(() => api.readNotifications(session.userId));
  } catch (error) {
    toastError(error);
  }
}

function showNotes(notes, { count, button, list }) {
  const unread = notes.filter((note) => !note.read).length;
  count.hidden = unread === 0;
  setText(count, String(unread));
  button.setAttribute(
    'aria-label',
    unread === 0 ? T.notifications : `${T.notifications}: ${T.unread(unread)}`,
  );
  const rows = notes.map((note) =>
    h(
      'li',
      { class: note.read ? 'notes-item' : 'notes-item notes-unread' },
      h('time', { class: 'muted' }, shortMoment(note.at)),
      h('div', { class: 'rich' }, renderBb(note.text)),
    ),
  );
  arrange(list, rows.length === 0 ? [h('li', { class: 'notes-empty' }, T.noNotifications)] : rows);
}

function toastNew(notes, userId) {
  const known = seen.get(userId);
  seen.set(userId, new Set(notes.map((note) => note.id)));
  if (known === undefined) return;
  for (const note of notes.filter((one) => !known.has(one.id) && !one.read).reverse()) {
    toast(plainBb(note.text) === '' ? note.text : renderBb(note.text), 'note', T.notifications);
  }
}
