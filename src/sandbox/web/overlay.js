/** Dialogs and things placed next to other things. Dialogs are native: focus stays inside, Esc closes, focus returns. */
import { byId, h, icon } from './dom.js';
import { T } from './texts.js';

const MARGIN = 8;
let opened = 0;

/**
 * Opens a modal side panel or box. `onClose` runs once, however it is closed.
 * Toasts move into the dialog while it is open: outside a modal dialog nothing is announced or clickable. Those that
 * were there have been seen, and would cover the new dialog.
 */
export function openDialog({ title, className, onClose }) {
  opened += 1;
  const heading = h('h2', { class: 'dialog-title', id: `dialog-title-${opened}` }, title);
  const body = h('div', { class: 'dialog-body' });
  const head = h(
    'div',
    { class: 'dialog-head' },
    heading,
    h(
      'button',
      {
        type: 'button',
        class: 'icon-button',
        'aria-label': T.close,
        onclick: () => dialog.close(),
      },
      icon('close'),
    ),
  );
  const dialog = h(
    'dialog',
    { class: `dialog ${className}`, 'aria-labelledby': heading.id, role: 'dialog' },
    head,
    body,
  );
  const opener = document.activeElement;
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener('close', () => {
    homeToasts(dialog);
    dialog.remove();
    if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    onClose?.();
  });
  document.body.append(dialog);
  dialog.showModal();
  byId('toasts').replaceChildren();
  dialog.append(byId('toasts'));
  return { dialog, heading, head, body, close: () => dialog.close() };
}

function homeToasts(closing) {
  const others = [...document.querySelectorAll('dialog[open]')].filter(
    (other) => other !== closing,
  );
  (others[others.length - 1] ?? document.body).append(byId('toasts'));
}

/** Puts a fixed box beside its anchor, inside the window: below it, or above when there is no room. */
export function placeNear(box, anchor, side = 'below') {
  const { clientWidth: width, clientHeight: height } = document.documentElement;
  const a = anchor.getBoundingClientRect();
  const b = box.getBoundingClientRect();
  const fits = a.right + MARGIN + b.width < width;
  let left = a.left;
  let top = a.bottom + 4;
  if (side === 'beside') {
    left = fits ? a.right + MARGIN : a.left - b.width - MARGIN;
    top = a.top;
  } else if (top + b.height > height - MARGIN) {
    top = a.top - b.height - 4;
  }
  box.style.setProperty('left', `${clamp(left, MARGIN, width - b.width - MARGIN)}px`);
  box.style.setProperty('top', `${clamp(top, MARGIN, height - b.height - MARGIN)}px`);
}

function clamp(value, least, most) {
  return Math.max(least, Math.min(value, Math.max(least, most)));
}

/** Calls `close` on Esc, on a press outside the boxes, and when the page scrolls or resizes. Returns a function to stop. */
export function closeOnLeave(boxes, close) {
  const stop = new AbortController();
  const { signal } = stop;
  const outside = (event) => !boxes.some((box) => box.contains(event.target));
  document.addEventListener('pointerdown', (event) => outside(event) && close(), { signal });
  document.addEventListener('keydown', (event) => event.key === 'Escape' && close(), { signal });
  window.addEventListener('resize', close, { signal });
  return () => stop.abort();
}
