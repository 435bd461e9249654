/** The page's head: portal, clock, who acts, notifications; and the bar with the pipeline and the actions. */
import { api } from './api.js';
import { A } from './app-texts.js';
import { createBell } from './bell.js';
import { openDoubts } from './doubts.js';
import { byId, h, icon, setText } from './dom.js';
import { clockText, instantOf, offsetOf, wallTime } from './format.js';
import { openNewTicket } from './new-ticket.js';
import { actAs, on, pipelineOf, session, showPipeline, write } from './session.js';
import { T } from './texts.js';
import { announce, toast, toastError } from './toasts.js';

/** Builds the head and keeps it in step with the portal. */
export function startHeader() {
  const name = h('strong', { class: 'portal-name' });
  const clock = h('time', { class: 'clock-text' });
  const day = h(
    'button',
    { type: 'button', class: 'button', title: T.workingDayTip },
    icon('clock'),
    T.workingDay,
  );
  const users = h('select', { class: 'select', id: 'acting-user' });
  day.addEventListener('click', () => void addWorkingDay(day));
  users.addEventListener('change', () => void actAs(Number(users.value)));
  byId('header').append(
    h(
      'div',
      { class: 'brand' },
      name,
      h('span', { class: 'badge', title: T.sandboxTip }, T.sandbox),
    ),
    h('div', { class: 'clock', role: 'group', 'aria-label': T.portalClock }, clock, day),
    h(
      'div',
      { class: 'acting' },
      h('label', { for: 'acting-user', class: 'acting-label' }, T.actingAs),
      users,
    ),
    createBell(),
  );
  on('state', (state) => {
    setText(name, state.portalName);
    fillSelect(users, state.users.map(userOption), String(session.userId));
    tick(clock);
  });
  window.setInterval(() => tick(clock), 1000);
  startToolbar();
  startTrouble();
}

function userOption(user) {
  const role = user.role || (user.admin ? T.admin : '');
  return { value: String(user.id), label: role === '' ? user.name : `${user.name} · ${role}` };
}

/** Options are rebuilt only when they differ, so an open list does not close under the visitor. */
function fillSelect(select, options, value) {
  const signature = JSON.stringify(options);
  if (select.dataset.signature !== signature) {
    select.dataset.signature = signature;
    select.replaceChildren(
      ...options.map((option) => h('option', { value: option.value }, option.label)),
    );
  }
  if (select.value !== value) select.value = value;
}

function tick(clock) {
  if (session.state === null) return;
  const passed = Date.now() + session.clockShift - instantOf(session.state.now);
  const wall = wallTime(session.state.now);
  if (wall === null) return;
  const now = new Date(wall.getTime() + Math.max(0, passed));
  setText(clock, clockText(now));
  clock.setAttribute('datetime', `${now.toISOString().slice(0, 16)}${offsetOf(session.state.now)}`);
}

async function addWorkingDay(button) {
  button.setAttribute('aria-disabled', 'true');
  try {
    const { now } = await write(() => api.workingDay());
    toast(T.workingDayDone(clockText(wallTime(now))), 'good');
  } catch (error) {
    toastError(error);
  } finally {
    button.removeAttribute('aria-disabled');
  }
}

function startToolbar() {
  const pipelines = h('select', { class: 'select select-strong', id: 'pipeline' });
  pipelines.addEventListener('change', () => void showPipeline(pipelines.value));
  const note = h('p', { class: 'toolbar-note' });
  byId('toolbar').append(
    h('label', { for: 'pipeline', class: 'toolbar-label' }, T.pipeline),
    pipelines,
    h(
      'button',
      { type: 'button', class: 'button button-primary', onclick: openNewTicket },
      icon('plus'),
      T.newTicket,
    ),
    note,
    h('a', { class: 'button button-quiet', href: '/note/' }, T.knowledge),
    h('a', { class: 'button button-quiet', href: '/devops/' }, A.apps),
    h(
      'button',
      { type: 'button', class: 'button button-quiet', onclick: openDoubts },
      icon('tune'),
      h('span', { class: 'doubts-word' }, T.doubts),
    ),
  );
  on('state', (state) => {
    const options = state.pipelines.map((one) => ({ value: pipelineOf(one), label: one.name }));
    fillSelect(pipelines, options, session.pipeline);
    setText(note, state.tickets.length === 0 ? T.emptyPipeline : T.cards(state.tickets.length));
  });
}

function startTrouble() {
  const bar = byId('trouble');
  on('link', (online) => {
    bar.hidden = online;
    setText(bar, online ? '' : T.offline);
    if (online) announce('');
  });
}
