/** The form with the ticket's fields. What is typed lives in drafts, so a refresh or closing the card loses nothing. */
import { api } from './api.js';
import { arrange, h, setText } from './dom.js';
import { draftsOf, dropDrafts, hasDraft, sameValue, setDraft, settleDrafts } from './drafts.js';
import { createInput } from './field-inputs.js';
import { groupFields } from './field-order.js';
import { refusalText } from './refusals.js';
import { session, write } from './session.js';
import { T } from './texts.js';
import { toast } from './toasts.js';

/** Creates the form of one ticket. */
export function createFieldsForm(ref, key) {
  const rows = new Map();
  const status = h('span', { class: 'save-status', role: 'status' });
  const discard = h('button', { type: 'button', class: 'button button-quiet' }, T.discard);
  const save = h('button', { class: 'button button-primary' }, T.save);
  const groups = h('div', { class: 'field-groups' });
  const form = h(
    'form',
    { class: 'fields', novalidate: true },
    groups,
    h('div', { class: 'save-bar' }, status, discard, save),
  );
  let fields = [];
  const drawStatus = () => {
    const count = draftsOf(key).size;
    setText(status, count === 0 ? T.allSaved : T.unsaved(count));
    status.classList.toggle('save-dirty', count > 0);
    discard.hidden = count === 0;
    save.setAttribute('aria-disabled', String(count === 0));
  };
  const show = (next) => {
    fields = next;
    drawGroups(groups, fields, (field) => rowOf(rows, field, key, drawStatus));
    drawStatus();
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (hasDraft(key)) void saveFields(ref, key, save, drawStatus);
  });
  discard.addEventListener('click', () => {
    dropDrafts(key);
    for (const row of rows.values()) row.forget();
    show(fields);
    save.focus();
  });
  return { element: form, show };
}

function drawGroups(host, fields, rowFor) {
  const groups = groupFields(fields);
  const nodes = [];
  for (const group of groups) {
    const id = `group-${group.name}`;
    const section =
      [...host.children].find((child) => child.dataset.group === group.name) ??
      createGroup(group, id);
    const list = section.querySelector('.field-list');
    arrange(
      list,
      group.fields.length === 0
        ? [h('p', { class: 'empty' }, T.noClosegate)]
        : group.fields.map(rowFor),
    );
    nodes.push(section);
  }
  arrange(host, nodes);
}

function createGroup(group, id) {
  const list = h('div', { class: 'field-list' });
  if (!group.folded) {
    const title = h('h3', { class: 'group-title', id }, group.title);
    return h(
      'section',
      { class: 'group', 'data-group': group.name, 'aria-labelledby': id },
      title,
      list,
    );
  }
  return h(
    'details',
    { class: 'group', 'data-group': group.name, open: true },
    h('summary', { class: 'group-title' }, group.title),
    list,
  );
}

function rowOf(rows, field, key, drawStatus) {
  const row = rows.get(field.name) ?? createRow(field, key, drawStatus);
  rows.set(field.name, row);
  row.show(field);
  return row.element;
}

function createRow(field, key, drawStatus) {
  let portalValue = field.value;
  let drawn;
  const id = `field-${field.name}`;
  const note = h('p', { class: 'field-note', id: `${id}-note`, hidden: true }, T.conflict);
  const input = createInput(field, id, () => {
    drawn = input.read();
    setDraft(key, field.name, drawn, portalValue);
    element.classList.toggle('field-dirty', draftsOf(key).has(field.name));
    drawStatus();
  });
  const label = h('label', { class: 'label', for: id, id: `${id}-label` }, field.label);
  const element = h(
    'div',
    { class: 'field', 'data-field': field.name },
    label,
    input.element,
    note,
  );
  return {
    element,
    forget() {
      drawn = undefined;
    },
    show(next) {
      portalValue = next.value;
      setText(label, next.label);
      const draft = draftsOf(key).get(field.name);
      const value = draft === undefined ? next.value : draft.value;
      element.classList.toggle('field-dirty', draft !== undefined);
      note.hidden = draft === undefined || sameValue(draft.base, next.value);
      if (drawn === undefined || !sameValue(drawn, value)) input.show(value, next);
      drawn = value;
    },
  };
}

async function saveFields(ref, key, button, drawStatus) {
  const values = Object.fromEntries([...draftsOf(key)].map(([name, draft]) => [name, draft.value]));
  setText(button, T.saving);
  try {
    await write(() => api.saveFields(ref, { fields: values, userId: session.userId }));
    settleDrafts(key, values);
    toast(T.saved, 'good');
  } catch (error) {
    toast(T.failed(await refusalText(ref, error)), 'bad');
  } finally {
    setText(button, T.save);
    drawStatus();
  }
}
