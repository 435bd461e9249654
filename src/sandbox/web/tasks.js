/** Tasks linked to the ticket. */
import { api } from './api.js';
import { arrange, h } from './dom.js';
import { session, write } from './session.js';
import { T } from './texts.js';
import { toastError } from './toasts.js';

/** Creates the list with a line to add a task. */
export function createTasks(ref) {
  const list = h('ul', { class: 'tasks' });
  const title = h('input', { class: 'input', 'aria-label': T.taskTitle, placeholder: T.taskTitle });
  const form = h(
    'form',
    { class: 'inline-form', novalidate: true },
    title,
    h('button', { class: 'button button-primary' }, T.taskAdd),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const text = title.value.trim();
    title.toggleAttribute('aria-invalid', text === '');
    if (text === '') title.focus();
    else void add(ref, title, text);
  });
  let last = '';
  return {
    element: h('div', { class: 'talk' }, form, list),
    show(tasks) {
      const signature = JSON.stringify(tasks);
      if (signature === last) return;
      last = signature;
      arrange(
        list,
        tasks.length === 0
          ? [h('li', { class: 'empty' }, T.tasksEmpty)]
          : tasks.map((task) => row(ref, task)),
      );
    },
  };
}

async function add(ref, input, text) {
  try {
    await write(() => api.addTask(ref, { title: text, userId: session.userId }));
    input.value = '';
  } catch (error) {
    toastError(error);
  }
}

function row(ref, task) {
  const close = async () => {
    try {
      await write(() => api.closeTask(ref, task.id, { userId: session.userId }));
    } catch (error) {
      toastError(error);
    }
  };
  return h(
    'li',
    { class: task.closed ? 'task task-closed' : 'task' },
    h('span', { class: 'task-title' }, task.title),
    h('span', { class: 'tag' }, task.closed ? T.taskClosed : T.taskOpen),
    task.closed
      ? null
      : h(
          'button',
          {
            type: 'button',
            class: 'button',
            'aria-label': `${T.taskClose}: ${task.title}`,
            onclick: () => void close(),
          },
          T.taskClose,
        ),
  );
}
