/** Short messages in the corner; each is announced politely and goes away by itself unless it has the focus. */
import { byId, h, icon } from './dom.js';
import { T } from './texts.js';

const SHOWN_MS = 9000;
const MOST = 3;

/** Shows a toast. `kind` is info, good or bad; `content` is text or a node. */
export function toast(content, kind = 'info', title = '') {
  const host = byId('toasts');
  const drop = () => box.remove();
  const box = h(
    'div',
    { class: `toast toast-${kind}`, role: 'status' },
    h(
      'div',
      { class: 'toast-text' },
      title === '' ? null : h('strong', { class: 'toast-title' }, title),
      h('div', null, content),
    ),
    h(
      'button',
      { type: 'button', class: 'icon-button', 'aria-label': T.close, onclick: drop },
      icon('close'),
    ),
  );
  host.append(box);
  while (host.children.length > MOST) host.firstElementChild.remove();
  leaveLater(box);
}

function leaveLater(box) {
  window.setTimeout(() => {
    if (box.matches(':hover, :focus-within')) leaveLater(box);
    else box.remove();
  }, SHOWN_MS);
}

/** Says what went wrong in words. */
export function toastError(error) {
  toast(T.failed(error.message), 'bad');
}

/** Speaks to screen readers without showing anything. */
export function announce(text) {
  byId('announcer').textContent = text;
}
