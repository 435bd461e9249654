/** One control per field type. Each has `element`, `read()` in the portal's form and `show(value, field)`. */
import { h, icon } from './dom.js';
import { fromLocalInput, fullMoment, offsetOf, toLocalInput } from './format.js';
import { session } from './session.js';
import { T } from './texts.js';

/** Creates the control of a field; `changed` is called on each edit. */
export function createInput(field, id, changed) {
  if (!field.editable) return readOnly(field, id);
  if (field.type === 'enumeration') return choice(field, id, changed);
  if (field.type === 'datetime') return moment(id, changed);
  if (field.type === 'integer')
    return single(id, changed, { type: 'number', step: '1', min: '0', inputmode: 'numeric' });
  if (field.multiple) return lines(field, id, changed);
  if (field.type === 'url')
    return single(id, changed, { type: 'url', inputmode: 'url', placeholder: 'https://' });
  return textArea(id, changed);
}

function single(id, changed, attributes) {
  const element = h('input', {
    class: 'input',
    id,
    autocomplete: 'off',
    ...attributes,
    oninput: changed,
  });
  return {
    element,
    read: () => element.value.trim(),
    show: (value) => {
      element.value = value ?? '';
    },
  };
}

function textArea(id, changed) {
  const element = h('textarea', { class: 'input input-area', id, rows: '1', oninput: changed });
  return {
    element,
    read: () => element.value,
    show: (value) => {
      element.value = value ?? '';
    },
  };
}

function moment(id, changed) {
  const element = h('input', { class: 'input', id, type: 'datetime-local', oninput: changed });
  return {
    element,
    read: () => fromLocalInput(element.value, offsetOf(session.state?.now)),
    show: (value) => {
      element.value = toLocalInput(value);
    },
  };
}

function choice(field, id, changed) {
  const element = h('select', { class: 'select', id, multiple: field.multiple, onchange: changed });
  let drawn = '';
  return {
    element,
    read: () =>
      field.multiple ? [...element.selectedOptions].map((option) => option.value) : element.value,
    show: (value, { items = [] }) => {
      const signature = JSON.stringify(items);
      if (signature !== drawn) {
        drawn = signature;
        element.replaceChildren(
          ...(field.multiple ? [] : [h('option', { value: '' }, T.notSet)]),
          ...items.map((item) => h('option', { value: item.id }, item.value)),
        );
      }
      const chosen = new Set([value ?? ''].flat().map(String));
      for (const option of element.options) option.selected = chosen.has(option.value);
      if (!field.multiple && element.selectedIndex < 0) element.value = '';
    },
  };
}

/** A list of single lines: links of a multiple field. */
function lines(field, id, changed) {
  const list = h('div', { class: 'line-list' });
  const add = h(
    'button',
    { type: 'button', class: 'button button-quiet' },
    icon('plus'),
    T.addLink,
  );
  const inputs = () => [...list.querySelectorAll('input')];
  const renumber = () =>
    inputs().forEach((input, index) => {
      if (index === 0) input.setAttribute('id', id);
      input.setAttribute('aria-label', T.linkOf(field.label, index + 1));
      input.nextElementSibling.setAttribute('aria-label', T.removeLink(index + 1));
    });
  const addLine = (value) => {
    const input = h('input', {
      class: 'input',
      type: 'url',
      placeholder: 'https://',
      value,
      oninput: changed,
    });
    const remove = h('button', { type: 'button', class: 'icon-button' }, icon('close'));
    const line = h('div', { class: 'line' }, input, remove);
    remove.addEventListener('click', () => {
      line.remove();
      if (inputs().length === 0) addLine('');
      renumber();
      changed();
      inputs()[0].focus();
    });
    list.append(line);
    renumber();
    return input;
  };
  add.addEventListener('click', () => addLine('').focus());
  return {
    element: h('div', { class: 'lines' }, list, add),
    read: () =>
      inputs()
        .map((input) => input.value.trim())
        .filter((text) => text !== ''),
    show: (value) => {
      list.replaceChildren();
      const values = [value ?? []].flat().filter((one) => one !== '');
      for (const one of values.length === 0 ? [''] : values) addLine(String(one));
    },
  };
}

function readOnly(field, id) {
  const element = h('output', { class: 'read-only', id });
  return {
    element,
    read: () => field.value,
    show: (value, { items = [] }) => {
      const texts = [value ?? []].flat().map((one) => shown(field, items, one));
      element.textContent = texts.filter((text) => text !== '').join(', ') || T.empty;
    },
  };
}

function shown(field, items, value) {
  if (field.type === 'datetime') return fullMoment(value);
  return items.find((item) => String(item.id) === String(value))?.value ?? String(value ?? '');
}
