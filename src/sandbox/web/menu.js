/** A small menu of choices under a button: arrows, Home, End, Esc, letters by the browser's own focus order. */
import { h, icon } from './dom.js';
import { closeOnLeave, placeNear } from './overlay.js';

/** Opens it. `items`: {label, color, current, choose}. The current one is marked and cannot be chosen. */
export function openMenu(button, label, items) {
  const options = items.map((item) => option(item, () => close()));
  const menu = h('div', { class: 'menu', role: 'menu', 'aria-label': label }, ...options);
  const host = button.closest('dialog') ?? document.body;
  const stop = closeOnLeave([menu, button], () => close());
  const close = () => {
    stop();
    if (menu.contains(document.activeElement) && button.isConnected) button.focus();
    menu.remove();
    button.setAttribute('aria-expanded', 'false');
  };
  menu.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Tab') close();
    if (step !== undefined) walk(options, step);
    if (event.key === 'Home') options[0].focus();
    if (event.key === 'End') options[options.length - 1].focus();
    if (step !== undefined || event.key === 'Home' || event.key === 'End') event.preventDefault();
  });
  host.append(menu);
  button.setAttribute('aria-expanded', 'true');
  placeNear(menu, button);
  (options.find((node) => node.getAttribute('aria-disabled') !== 'true') ?? options[0])?.focus();
}

function option(item, close) {
  const pick = () => {
    if (item.current) return;
    close();
    item.choose();
  };
  return h(
    'button',
    {
      type: 'button',
      role: 'menuitemradio',
      class: 'menu-item',
      tabindex: '-1',
      'aria-checked': String(item.current),
      'aria-disabled': item.current ? 'true' : null,
      onclick: pick,
    },
    h('span', { class: 'dot', vars: { '--stage': item.color } }),
    h('span', { class: 'menu-label' }, item.label),
    item.current ? icon('check') : null,
  );
}

function walk(options, step) {
  const at = options.indexOf(document.activeElement);
  options[(at + step + options.length) % options.length]?.focus();
}
