/** What was said between the client and the team: the open-channel chat and e-mails. */
import { api } from './api.js';
import { renderBb } from './bb-code.js';
import { arrange, h } from './dom.js';
import { shortMoment } from './format.js';
import { renderHtml } from './html-letter.js';
import { session, write } from './session.js';
import { T } from './texts.js';
import { toastError } from './toasts.js';

/** Creates the chat with a box to write as the client or as the operator. */
export function createChat(ref) {
  const list = h('ol', { class: 'chat', 'aria-live': 'polite' });
  const text = h('textarea', {
    class: 'input',
    rows: '2',
    'aria-label': T.chatMessage,
    placeholder: T.chatPlaceholder,
  });
  const send = (from) => () =>
    void submit([text], () =>
      api.chat(ref, { from, text: text.value.trim(), userId: session.userId }),
    );
  const form = h(
    'div',
    { class: 'composer' },
    text,
    h(
      'div',
      { class: 'actions' },
      h('button', { type: 'button', class: 'button', onclick: send('client') }, T.clientWrites),
      h(
        'button',
        { type: 'button', class: 'button button-primary', onclick: send('operator') },
        T.operatorWrites,
      ),
    ),
  );
  let last = '';
  // The newest words are in sight also when the chat was filled before anybody looked at it.
  new ResizeObserver(() => {
    list.scrollTop = list.scrollHeight;
  }).observe(list);
  return {
    element: h('div', { class: 'talk' }, list, form),
    show(messages) {
      const sorted = [...messages].sort((a, b) => Number(a.id) - Number(b.id));
      const signature = JSON.stringify(sorted);
      if (signature === last) return;
      last = signature;
      arrange(
        list,
        sorted.length === 0 ? [h('li', { class: 'empty' }, T.chatEmpty)] : sorted.map(bubble),
      );
      list.scrollTop = list.scrollHeight;
    },
  };
}

function bubble(message) {
  return h(
    'li',
    { class: `bubble bubble-${message.from}` },
    h(
      'p',
      { class: 'bubble-head' },
      `${message.author || T.systemAuthor} · ${shortMoment(message.at)}`,
    ),
    message.delivered ? null : h('p', { class: 'muted' }, T.notDelivered),
    h('div', { class: 'rich' }, renderBb(message.text)),
  );
}

/** Creates the list of e-mails, newest first, with a form for one from or to the client. */
export function createEmails(ref) {
  const list = h('ol', { class: 'emails' });
  let last = '';
  return {
    element: h('div', { class: 'talk' }, emailForm(ref), list),
    show(emails) {
      const signature = JSON.stringify(emails);
      if (signature === last) return;
      last = signature;
      const rows = [...emails].reverse().map(letter);
      arrange(list, rows.length === 0 ? [h('li', { class: 'empty' }, T.emailsEmpty)] : rows);
    },
  };
}

function emailForm(ref) {
  const subject = h('input', {
    class: 'input',
    'aria-label': T.emailSubject,
    placeholder: T.emailSubject,
  });
  const text = h('textarea', {
    class: 'input',
    rows: '3',
    'aria-label': T.emailText,
    placeholder: T.emailText,
  });
  const send = (direction) => () =>
    void submit([text, subject], () =>
      api.email(ref, {
        direction,
        subject: subject.value.trim(),
        text: text.value.trim(),
        userId: session.userId,
      }),
    );
  return h(
    'div',
    { class: 'composer' },
    subject,
    text,
    h(
      'div',
      { class: 'actions' },
      h('button', { type: 'button', class: 'button', onclick: send('in') }, T.emailFromClient),
      h(
        'button',
        { type: 'button', class: 'button button-primary', onclick: send('out') },
        T.emailToClient,
      ),
    ),
  );
}

function letter(email) {
  return h(
    'li',
    { class: 'letter' },
    h(
      'p',
      { class: 'entry-head' },
      h('span', { class: 'entry-kind' }, email.direction === 'in' ? T.emailIn : T.emailOut),
      h('strong', null, email.subject),
      h('time', { class: 'muted' }, shortMoment(email.at)),
    ),
    email.to && email.direction === 'out' ? h('p', { class: 'muted' }, T.emailTo(email.to)) : null,
    email.left ? null : h('p', { class: 'muted' }, T.emailNotSent),
    h('div', { class: 'rich' }, email.html ? renderHtml(email.text) : renderBb(email.text)),
  );
}

/** Sends when the first input has text; what was typed is cleared only after the portal took it. */
async function submit(inputs, send) {
  const [main] = inputs;
  const empty = main.value.trim() === '';
  main.toggleAttribute('aria-invalid', empty);
  main.focus();
  if (empty) {
    main.setAttribute('placeholder', T.textMissing);
    return;
  }
  try {
    await write(send);
    for (const input of inputs) input.value = '';
  } catch (error) {
    toastError(error);
  }
}
