/** The ticket card: a side panel over the board with its own address, kept fresh without touching what is being typed. */
import { api } from './api.js';
import { arrange, h, setText } from './dom.js';
import { createFieldsForm } from './fields-form.js';
import { createAppTabs } from './app-tabs.js';
import { moveTicket } from './moves.js';
import { createReturnBanner } from './return-note.js';
import { openDialog } from './overlay.js';
import { onReturn } from './returns.js';
import { keyOf, on, pipelineOf, redraw, session, showPipeline, userName } from './session.js';
import { stageColor } from './stage-color.js';
import { createTabs } from './tabs.js';
import { createTasks } from './tasks.js';
import { createChat, createEmails } from './talk.js';
import { T } from './texts.js';
import { ticketAt, ticketOfLink, ticketPath } from './ticket-address.js';
import { createTimeline } from './timeline.js';

let current = null;

/** Opens cards from links of this portal and from the page's own address. */
export function startTicketPanel() {
  document.addEventListener('click', (event) => {
    const anchor = event.target.closest?.('a[href]');
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    const ref = anchor !== null && anchor !== undefined && plain ? ticketOfLink(anchor) : null;
    if (ref === null) return;
    event.preventDefault();
    window.history.pushState(null, '', ticketPath(ref));
    follow();
  });
  window.addEventListener('popstate', follow);
  on('changed', () => void current?.load());
  on('state', () => current?.drawStages());
  onReturn((key) => current?.key === key && void current.load());
  follow();
}

/** Brings the panel in line with the address. */
function follow() {
  const ref = ticketAt(window.location.pathname);
  if (ref !== null && current?.key === keyOf(ref)) return;
  current?.leave();
  current = null;
  if (ref !== null) openPanel(ref);
}

function openPanel(ref) {
  const key = keyOf(ref);
  const panel = { key, left: false };
  const box = openDialog({
    title: T.number(ref.id),
    className: 'dialog-side ticket',
    onClose: () => {
      if (!panel.left) window.history.pushState(null, '', '/');
      view.appTabs.leave();
      if (current === panel) current = null;
      redraw();
    },
  });
  const view = createView(ref, key, box);
  panel.leave = () => {
    panel.left = true;
    view.appTabs.leave();
    box.close();
  };
  current = panel;
  panel.drawStages = () => view.drawStages();
  panel.load = () => load(ref, view, panel);
  view.retry.addEventListener('click', () => void panel.load());
  void panel.load();
}

async function load(ref, view, panel) {
  panel.asked = (panel.asked ?? 0) + 1;
  const mine = panel.asked;
  try {
    const answer = await api.ticket(ref);
    if (current !== panel || mine !== panel.asked) return;
    view.show(answer);
    if (pipelineOf(answer.ticket) !== session.pipeline)
      await showPipeline(pipelineOf(answer.ticket));
  } catch (error) {
    view.fail(error.status === 404 ? T.ticketMissing : T.failed(error.message));
  }
}

function createParts(ref, key) {
  return {
    facts: h('dl', { class: 'facts' }),
    stages: h('ol', { class: 'stage-bar', 'aria-label': T.stageBar }),
    banner: createReturnBanner(key),
    fields: createFieldsForm(ref, key),
    timeline: createTimeline(),
    chat: createChat(ref),
    emails: createEmails(ref),
    tasks: createTasks(ref),
  };
}

function createView(ref, key, box) {
  const parts = createParts(ref, key);
  const retry = h('button', { type: 'button', class: 'button' }, T.retry);
  const status = h('p', { class: 'ticket-status', role: 'status' }, T.ticketLoading);
  const tabs = createTabs([
    { name: 'fields', content: [parts.banner.element, parts.fields.element] },
    { name: 'timeline', content: parts.timeline.element },
    { name: 'chat', content: parts.chat.element },
    { name: 'emails', content: parts.emails.element },
    { name: 'tasks', content: parts.tasks.element },
  ]);
  const appTabs = createAppTabs(ref, tabs);
  const content = h(
    'div',
    { class: 'ticket-content', hidden: true },
    parts.facts,
    parts.stages,
    tabs.element,
  );
  box.body.append(status, content);
  let ticket = null;
  const drawStages = () => ticket !== null && drawStageBar(parts.stages, ticket);
  return {
    retry,
    appTabs,
    drawStages,
    show(answer) {
      void appTabs.update();
      ticket = answer.ticket;
      status.replaceChildren();
      status.hidden = true;
      content.hidden = false;
      setText(box.heading, `${T.number(ticket.id)} · ${ticket.title}`);
      drawFacts(parts.facts, answer);
      drawStages();
      parts.banner.show();
      fillParts(parts, tabs, answer);
    },
    fail(text) {
      status.hidden = false;
      status.replaceChildren(text, ' ', retry);
    },
  };
}

function fillParts(parts, tabs, answer) {
  parts.fields.show(answer.fields);
  for (const name of ['timeline', 'chat', 'emails', 'tasks']) {
    parts[name].show(answer[name]);
    const open = name === 'tasks' ? answer.tasks.filter((task) => !task.closed) : answer[name];
    tabs.count(name, open.length);
  }
}

function drawFacts(list, { ticket, client }) {
  const rows = [
    [
      T.client,
      [
        client?.name || ticket.clientName || T.noClient,
        client?.email ? `, ${client.email}` : '',
      ].join(''),
    ],
    [T.assignee, userName(ticket.assigneeId) ?? T.unknownUser(ticket.assigneeId)],
  ];
  arrange(
    list,
    rows.map(([name, value]) => h('div', null, h('dt', null, `${name}:`), h('dd', null, value))),
  );
}

function drawStageBar(bar, ticket) {
  const stages = session.state?.stages ?? [];
  if (pipelineOf(ticket) !== session.pipeline) return;
  const shown =
    session.state.tickets.find((one) => keyOf(one) === keyOf(ticket))?.stageId ?? ticket.stageId;
  const at = stages.findIndex((stage) => stage.stageId === shown);
  if (bar.dataset.drawn === `${shown}|${stages.length}`) return;
  bar.dataset.drawn = `${shown}|${stages.length}`;
  const focused = bar.contains(document.activeElement);
  bar.replaceChildren(
    ...stages.map((stage, index) =>
      h(
        'li',
        {
          class: index < at ? 'stage-step stage-passed' : 'stage-step',
          vars: { '--stage': stageColor(stage) },
        },
        h(
          'button',
          {
            type: 'button',
            class: 'stage-button',
            title: stage.name,
            'aria-current': index === at ? 'step' : null,
            onclick: () => void moveTicket(ticket, stage.stageId),
          },
          stage.name,
        ),
      ),
    ),
  );
  const now = bar.querySelector('[aria-current]');
  now?.scrollIntoView({ block: 'nearest', inline: 'center' });
  if (focused) now?.focus();
}
