/** The note beside a card whose closing did not stand: why, or that the client is asked. It does not take the focus by itself. */
import { renderBb } from './bb-code.js';
import { h, icon, setText } from './dom.js';
import { closeOnLeave, placeNear } from './overlay.js';
import { onReturn, returnOf } from './returns.js';
import { on } from './session.js';
import { T } from './texts.js';
import { ticketPath } from './ticket-address.js';

const shown = { key: '', box: null, stop: null };
/** Longer than the card's flight, so that the note opens where it lands. */
const LANDING_MS = 700;

/** Opens the note by itself for fresh returns, while no dialog is open. `anchorOf(key)` finds the card. */
export function startReturnNotes(anchorOf) {
  on('state', () => {
    if (shown.box !== null && returnOf(shown.key) === null) hide();
  });
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
  if (hadFocus) document.querySelector(`[data-ticket="${shown.key}"] .tag-note`)?.focus();
  Object.assign(shown, { key: '', box: null, stop: null });
}

function show(key, anchor, takeFocus) {
  hide();
  const id = key.split(':')[1];
  const waiting = returnOf(key)?.waiting === true;
  const title = h(
    'h3',
    { class: 'note-title', id: 'note-title' },
    icon(waiting ? 'client' : 'back'),
    waiting ? T.waitingTitle(id) : T.returnedTitle(id),
  );
  const text = h('div', { class: 'note-text', 'aria-live': 'polite' });
  const [entityTypeId] = key.split(':').map(Number);
  const box = h(
    'div',
    {
      class: waiting ? 'note note-waiting' : 'note',
      role: 'dialog',
      'aria-labelledby': 'note-title',
      tabindex: '-1',
    },
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
  box.querySelector('.note-text').replaceChildren(textOf(mark));
  placeNear(box, shown.anchor, 'beside');
}

function textOf(mark) {
  if (mark.waiting) return T.waitingText;
  return mark.reasons === null ? T.returnedWait : renderBb(mark.reasons);
}

/** The same reasons in the ticket's card, above the fields that are to be filled in. */
export function createReturnBanner(key) {
  const text = h('div', { class: 'rich' });
  const summary = h('summary');
  const element = h('details', { class: 'return-banner', open: true, hidden: true }, summary, text);
  let drawn;
  return {
    element,
    show() {
      const mark = returnOf(key);
      element.hidden = mark === null;
      const wanted = mark?.waiting ? T.waitingText : mark?.reasons;
      if (mark === null || drawn === wanted) return;
      drawn = wanted;
      element.classList.toggle('waiting-banner', mark.waiting);
      setText(summary, mark.waiting ? T.waitingWhy : T.returnedWhy);
      text.replaceChildren(textOf(mark));
    },
  };
}
