/** The note beside a returned card: why Closegate put it back. It does not take the focus by itself. */
import { renderBb } from './bb-code.js';
import { h, icon } from './dom.js';
import { closeOnLeave, placeNear } from './overlay.js';
import { onReturn, returnOf } from './returns.js';
import { T } from './texts.js';
import { ticketPath } from './ticket-address.js';

const shown = { key: '', box: null, stop: null };
/** Longer than the card's flight, so that the note opens where it lands. */
const LANDING_MS = 700;

/** Opens the note by itself for fresh returns, while no dialog is open. `anchorOf(key)` finds the card. */
export function startReturnNotes(anchorOf) {
  onReturn((key, mark) => {
    if (shown.key === key && shown.box !== null) {
      fill(key, shown.box);
      return;
    }
    if (mark.reasons !== null && mark.announced === true) return;
    mark.announced = true;
    window.setTimeout(() => {
      const anchor = anchorOf(key);
      if (
        anchor !== null &&
        returnOf(key) === mark &&
        document.querySelector('dialog[open]') === null
      ) {
        show(key, anchor, false);
      }
    }, LANDING_MS);
  });
}

/** Opens or closes the note of a card from its «возвращено» tag. */
export function toggleReasons(key, button) {
  if (shown.key === key && shown.box !== null) hide();
  else show(key, button.closest('.tile') ?? button, true);
}

function hide() {
  shown.stop?.();
  const hadFocus = shown.box?.contains(document.activeElement) ?? false;
  shown.box?.remove();
  if (hadFocus) document.querySelector(`[data-ticket="${shown.key}"] .tag-returned`)?.focus();
  Object.assign(shown, { key: '', box: null, stop: null });
}

function show(key, anchor, takeFocus) {
  hide();
  const id = key.split(':')[1];
  const title = h(
    'h3',
    { class: 'note-title', id: 'note-title' },
    icon('back'),
    T.returnedTitle(id),
  );
  const text = h('div', { class: 'note-text', 'aria-live': 'polite' });
  const [entityTypeId] = key.split(':').map(Number);
  const box = h(
    'div',
    { class: 'note', role: 'dialog', 'aria-labelledby': 'note-title', tabindex: '-1' },
    title,
    text,
    h(
      'div',
      { class: 'note-actions' },
      h(
        'a',
        { class: 'button button-primary', href: ticketPath({ entityTypeId, id }), onclick: hide },
        T.openTicket,
      ),
      h('button', { type: 'button', class: 'button', onclick: hide }, T.understood),
    ),
  );
  document.body.append(box);
  Object.assign(shown, { key, box, stop: closeOnLeave([box], hide), anchor });
  fill(key, box);
  if (takeFocus) box.focus();
}

function fill(key, box) {
  const mark = returnOf(key);
  if (mark === null) return;
  box
    .querySelector('.note-text')
    .replaceChildren(mark.reasons === null ? T.returnedWait : renderBb(mark.reasons));
  placeNear(box, shown.anchor, 'beside');
}

/** The same reasons in the ticket's card, above the fields that are to be filled in. */
export function createReturnBanner(key) {
  const text = h('div', { class: 'rich' });
  const element = h(
    'details',
    { class: 'return-banner', open: true, hidden: true },
    h('summary', null, T.returnedWhy),
    text,
  );
  let drawn;
  return {
    element,
    show() {
      const mark = returnOf(key);
      element.hidden = mark === null;
      if (mark === null || drawn === mark.reasons) return;
      drawn = mark.reasons;
      text.replaceChildren(mark.reasons === null ? T.returnedWait : renderBb(mark.reasons));
    },
  };
}
