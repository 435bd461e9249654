/** The form for a new ticket of the shown pipeline. */
import { api } from './api.js';
import { h } from './dom.js';
import { openDialog } from './overlay.js';
import { session, write } from './session.js';
import { T } from './texts.js';
import { toast, toastError } from './toasts.js';

/** Opens the form; the new ticket appears on the board. */
export function openNewTicket() {
  const box = openDialog({ title: T.newTicket, className: 'dialog-box' });
  const error = h(
    'p',
    { class: 'field-error', id: 'new-title-error', hidden: true },
    T.ticketTitleMissing,
  );
  const title = h('input', {
    class: 'input',
    id: 'new-title',
    maxlength: '255',
    autocomplete: 'off',
    placeholder: T.ticketTitlePlaceholder,
    'aria-describedby': 'new-title-error',
  });
  const form = h(
    'form',
    { class: 'stack', novalidate: true },
    h('label', { for: 'new-title', class: 'label' }, T.ticketTitleLabel),
    title,
    error,
    h(
      'div',
      { class: 'actions' },
      h('button', { class: 'button button-primary' }, T.create),
      h('button', { type: 'button', class: 'button', onclick: box.close }, T.cancel),
    ),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const text = title.value.trim();
    error.hidden = text !== '';
    title.toggleAttribute('aria-invalid', text === '');
    if (text === '') title.focus();
    else void create(text, box.close);
  });
  box.body.append(form);
  title.focus();
}

async function create(title, done) {
  const [entityTypeId, categoryId] = session.pipeline.split(':').map(Number);
  try {
    const { id } = await write(() =>
      api.createTicket({ entityTypeId, categoryId, title, userId: session.userId }),
    );
    done();
    toast(T.created(id), 'good');
  } catch (error) {
    toastError(error);
  }
}
