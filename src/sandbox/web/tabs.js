/** Tabs of the ticket card. On wide screens the fields stand beside the others and their tab is hidden by the style sheet. */
import { h, setText } from './dom.js';
import { T } from './texts.js';

const PHONE = '(max-width: 860px)';

/** Creates tabs from {name, content}; `count(name, n)` sets the number beside a label. */
export function createTabs(tabs) {
  const counts = new Map();
  const buttons = tabs.map(({ name }) => createTab(name, T.tabs[name], counts));
  const panes = tabs.map(({ name, content }) => createPane(name, content));
  const select = (index) => {
    buttons.forEach((button, at) => {
      button.setAttribute('aria-selected', String(at === index));
      button.tabIndex = at === index ? 0 : -1;
      panes[at].classList.toggle('pane-shown', at === index);
    });
  };
  const follow = (button) =>
    button.addEventListener('click', () => select(buttons.indexOf(button)));
  buttons.forEach(follow);
  const bar = h(
    'div',
    { class: 'tab-bar', role: 'tablist', 'aria-label': T.ticketParts },
    ...buttons,
  );
  bar.addEventListener('keydown', (event) => walk(event, buttons));
  followWidth(buttons, select);
  const element = h('div', { class: 'tabs' }, bar, ...panes);
  return {
    element,
    /** Adds a tab of an application; `onShow` runs each time it is chosen. */
    add({ name, label, content, onShow }) {
      const button = createTab(name, label, counts);
      const pane = createPane(name, content);
      buttons.push(button);
      panes.push(pane);
      button.setAttribute('aria-selected', 'false');
      button.tabIndex = -1;
      follow(button);
      button.addEventListener('click', onShow);
      bar.append(button);
      element.append(pane);
    },
    count(name, n) {
      const badge = counts.get(name);
      badge.hidden = n === 0;
      setText(badge, String(n));
    },
  };
}

/** On wide screens «fields» is always there, so its tab must not be the selected one. */
function followWidth(buttons, select) {
  const phone = window.matchMedia(PHONE);
  const adapt = () => {
    const at = buttons.findIndex((button) => button.getAttribute('aria-selected') === 'true');
    if (!phone.matches && at <= 0) select(1);
    if (phone.matches && at < 0) select(0);
  };
  phone.addEventListener('change', adapt);
  adapt();
}

function walk(event, buttons) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  const shown = buttons.filter((button) => button.offsetParent !== null);
  const next = shown[(shown.indexOf(document.activeElement) + step + shown.length) % shown.length];
  next?.click();
  next?.focus();
}

function createPane(name, content) {
  return h(
    'section',
    {
      role: 'tabpanel',
      // It scrolls, and may hold nothing else that takes the focus.
      tabindex: '0',
      class: `pane pane-${name}`,
      id: `pane-${name}`,
      'aria-labelledby': `tab-${name}`,
    },
    content,
  );
}

function createTab(name, label, counts) {
  const count = h('span', { class: 'tab-count', hidden: true });
  counts.set(name, count);
  const props = { type: 'button', role: 'tab', class: `tab tab-${name}`, id: `tab-${name}` };
  return h('button', { ...props, 'aria-controls': `pane-${name}` }, label, count);
}
