/** The first-time hint over the board; once dismissed it stays away. */
import { byId, h, icon } from './dom.js';
import { recall, remember } from './memory.js';
import { T } from './texts.js';

/** Shows the hint unless it was dismissed before. */
export function startHint() {
  if (recall('hint-dismissed', false) === true) return;
  const bar = byId('hint');
  const dismiss = () => {
    remember('hint-dismissed', true);
    bar.hidden = true;
    byId('board').focus();
  };
  bar.append(
    icon('info'),
    h(
      'p',
      null,
      h(
        'span',
        { class: 'hint-mouse' },
        T.hint,
        ' ',
        h('span', { class: 'hint-aside' }, T.hintKeyboard),
      ),
      h('span', { class: 'hint-touch' }, T.hintTouch),
    ),
    h(
      'button',
      { type: 'button', class: 'icon-button', 'aria-label': T.hintClose, onclick: dismiss },
      icon('close'),
    ),
  );
  bar.hidden = false;
}
