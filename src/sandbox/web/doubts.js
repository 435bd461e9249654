/** A drawer with the switches for what the platform's documentation leaves open, and the portal's counters. */
import { api } from './api.js';
import { DOUBTS } from './doubt-texts.js';
import { h } from './dom.js';
import { openDialog } from './overlay.js';
import { T } from './texts.js';
import { announce, toastError } from './toasts.js';

/** Opens the drawer. */
export function openDoubts() {
  const drawer = openDialog({ title: T.doubts, className: 'dialog-side dialog-narrow' });
  const stats = h('p', { class: 'stats', role: 'status' });
  const list = h('div', { class: 'stack' }, h('p', { class: 'muted' }, T.loading));
  drawer.body.append(h('p', { class: 'muted' }, T.doubtsIntro), stats, list);
  void fillSwitches(list);
  void fillStats(stats);
  const timer = window.setInterval(() => void fillStats(stats), 2000);
  drawer.dialog.addEventListener('close', () => window.clearInterval(timer));
}

async function fillStats(line) {
  try {
    const stats = await api.stats();
    line.textContent = T.stats(stats);
  } catch {
    line.textContent = T.offline;
  }
}

async function fillSwitches(list) {
  try {
    const values = (await api.doubts()) ?? {};
    const known = Object.keys(DOUBTS).filter((name) => name in values);
    const rest = Object.keys(values).filter((name) => !(name in DOUBTS));
    list.replaceChildren(...known.map((name) => switchOf(name, values[name])));
    if (rest.length > 0) {
      list.append(
        h(
          'details',
          { class: 'more' },
          h('summary', null, `${T.doubtsIdle} (${rest.length})`),
          h('div', { class: 'stack' }, ...rest.map((name) => switchOf(name, values[name]))),
        ),
      );
    }
    if (known.length + rest.length === 0) list.append(h('p', { class: 'muted' }, T.doubtsEmpty));
  } catch (error) {
    list.replaceChildren(h('p', { class: 'field-error' }, T.failed(error.message)));
  }
}

function switchOf(name, value) {
  const { title = name, options } = DOUBTS[name] ?? {};
  const id = `doubt-${name}`;
  const control = controlOf(id, value, options);
  control.addEventListener('change', () => void set(name, readControl(control, value)));
  const label = h('label', { for: id, class: 'doubt-title' }, title);
  const code = h('code', { class: 'doubt-code' }, name);
  const flag = typeof value === 'boolean';
  return h(
    'div',
    { class: flag ? 'doubt doubt-flag' : 'doubt' },
    control,
    h('div', null, label, code),
  );
}

function controlOf(id, value, options) {
  if (typeof value === 'boolean')
    return h('input', { type: 'checkbox', class: 'switch', role: 'switch', id, checked: value });
  if (options === undefined) {
    return h('input', {
      class: 'input',
      id,
      type: typeof value === 'number' ? 'number' : 'text',
      value: String(value),
    });
  }
  const select = h(
    'select',
    { class: 'select', id },
    ...options.map(([key, text]) => h('option', { value: key }, text)),
  );
  select.value = String(value);
  return select;
}

function readControl(control, like) {
  if (typeof like === 'boolean') return control.checked;
  return typeof like === 'number' ? Number(control.value) : control.value;
}

async function set(name, value) {
  try {
    await api.setDoubts({ [name]: value });
    announce(T.doubtSaved);
  } catch (error) {
    toastError(error);
  }
}
