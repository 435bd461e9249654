/** The kanban board: a column per stage, cards kept by key so that focus and drags survive refreshes. */
import { arrange, byId, h, prefersStillness, setText } from './dom.js';
import { moveTicket } from './moves.js';
import { onReturn } from './returns.js';
import { keyOf, on, session, stageById } from './session.js';
import { stageColor } from './stage-color.js';
import { T } from './texts.js';
import { createTile } from './tile.js';
import { announce } from './toasts.js';

const tiles = new Map();
const columns = new Map();
const drag = { key: '', redrawAfter: false };

/** Builds the board and keeps it in step with the portal. */
export function startBoard() {
  byId('board').append(
    h('p', { class: 'board-state' }, h('span', { class: 'spinner' }), T.loading),
  );
  on('state', redraw);
  onReturn((key, mark) => {
    if (mark.reasons === null) comeBack(key, mark);
    else tiles.get(key)?.update();
  });
}

/** The tile of a ticket, if it is on the board. */
export function tileElement(key) {
  return tiles.get(key)?.element ?? null;
}

function redraw() {
  if (drag.key !== '') {
    drag.redrawAfter = true;
    return;
  }
  const { state } = session;
  const board = byId('board');
  board.removeAttribute('aria-busy');
  if (state.stages.length === 0) {
    arrange(board, [h('p', { class: 'board-state' }, T.noStages)]);
    return;
  }
  const byStage = groupTickets(state.tickets);
  arrange(
    board,
    state.stages.map((stage) => drawColumn(stage, byStage.get(stage.stageId) ?? [])),
  );
  forgetGone(columns, new Set(state.stages.map((stage) => stage.stageId)));
  forgetGone(tiles, new Set(state.tickets.map(keyOf)));
}

function groupTickets(tickets) {
  const groups = new Map();
  for (const ticket of tickets) {
    groups.set(ticket.stageId, [...(groups.get(ticket.stageId) ?? []), ticket]);
  }
  return groups;
}

function forgetGone(map, keep) {
  for (const key of map.keys()) if (!keep.has(key)) map.delete(key);
}

function drawColumn(stage, tickets) {
  const column = columns.get(stage.stageId) ?? createColumn(stage);
  columns.set(stage.stageId, column);
  column.element.style.setProperty('--stage', stageColor(stage));
  setText(column.name, stage.name);
  setText(column.count, String(tickets.length));
  drawRules(column.rules, stage.rules ?? []);
  column.count.setAttribute('aria-label', T.cards(tickets.length));
  arrange(column.list, tickets.length === 0 ? [column.empty] : tickets.map(drawTile));
  return column.element;
}

/** Robots and triggers of applications that an administrator has put on the stage. */
function drawRules(list, rules) {
  const text = rules.map(({ kind, name }) => T.rule(kind, name));
  if (list.dataset.shown === text.join('\n')) return;
  list.dataset.shown = text.join('\n');
  list.hidden = text.length === 0;
  list.replaceChildren(...text.map((one) => h('li', null, one)));
}

function createColumn(stage) {
  const name = h('h2', { class: 'column-name', id: `stage-${stage.stageId}` });
  const count = h('span', { class: 'column-count' });
  const list = h('ul', { class: 'column-list', tabindex: '-1' });
  const empty = h('li', { class: 'column-empty' }, T.emptyColumn);
  const rules = h('ul', { class: 'column-rules', 'aria-label': T.rules, hidden: true });
  const final = /^[sf]/i.test(stage.semantics ?? '');
  const element = h(
    'section',
    {
      class: `column${final ? ' column-final' : ''}`,
      'aria-labelledby': name.id,
      'data-stage-id': stage.stageId,
    },
    h('header', { class: 'column-head' }, name, count),
    rules,
    list,
  );
  acceptDrops(element, stage.stageId);
  return { element, name, count, list, empty, rules };
}

function drawTile(ticket) {
  const key = keyOf(ticket);
  const tile = tiles.get(key) ?? createTile(key, moveFromMenu);
  if (!tiles.has(key)) makeDraggable(tile.element, key);
  tiles.set(key, tile);
  tile.update();
  return tile.element;
}

function makeDraggable(element, key) {
  element.addEventListener('dragstart', (event) => {
    drag.key = key;
    event.dataTransfer.setData('text/plain', key);
    event.dataTransfer.effectAllowed = 'move';
    element.classList.add('tile-dragged');
    byId('board').classList.add('board-dragging');
  });
  element.addEventListener('dragend', () => {
    element.classList.remove('tile-dragged');
    byId('board').classList.remove('board-dragging');
    endDrag();
  });
}

function endDrag() {
  drag.key = '';
  if (drag.redrawAfter) {
    drag.redrawAfter = false;
    redraw();
  }
}

function acceptDrops(column, stageId) {
  const over = (on_) => column.classList.toggle('column-over', on_);
  column.addEventListener('dragover', (event) => {
    if (drag.key === '') return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'move';
    over(true);
  });
  column.addEventListener('dragleave', (event) => {
    if (!column.contains(event.relatedTarget)) over(false);
  });
  column.addEventListener('drop', (event) => {
    event.preventDefault();
    over(false);
    const ticket = session.state.tickets.find((one) => keyOf(one) === drag.key);
    drag.key = '';
    if (ticket !== undefined) void moveTicket(ticket, stageId);
  });
}

/** The focus goes back to the card, wherever it stands now. */
async function moveFromMenu(ticket, stageId) {
  await moveTicket(ticket, stageId);
  tileElement(keyOf(ticket))?.querySelector('.tile-move')?.focus();
}

/** A returned card flies back from the column it was dropped on. */
function comeBack(key, mark) {
  const tile = tiles.get(key);
  const from = tile?.element.isConnected ? tile.element.getBoundingClientRect() : null;
  const id = key.split(':')[1];
  const stage = stageById(mark.stageId)?.name ?? mark.stageId;
  announce(mark.waiting ? T.waitingAnnounce(id, stage) : T.returnedAnnounce(id, stage));
  queueMicrotask(() => {
    const element = tileElement(key);
    if (element === null) return;
    element.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    fly(element, from);
  });
}

function fly(element, from) {
  const pulse = () => {
    element.classList.add('tile-came-back');
    window.setTimeout(() => element.classList.remove('tile-came-back'), 2400);
  };
  const to = element.getBoundingClientRect();
  if (from === null || prefersStillness()) {
    pulse();
    return;
  }
  const ghost = element.cloneNode(true);
  ghost.classList.add('tile-ghost');
  ghost.setAttribute('aria-hidden', 'true');
  ghost.inert = true;
  ghost.removeAttribute('data-ticket');
  for (const [name, value] of [
    ['left', from.left],
    ['top', from.top],
    ['width', from.width],
  ]) {
    ghost.style.setProperty(name, `${value}px`);
  }
  document.body.append(ghost);
  element.classList.add('tile-arriving');
  const flight = ghost.animate(
    [
      { transform: 'none' },
      { transform: `translate(${to.left - from.left}px, ${to.top - from.top}px)` },
    ],
    { duration: 550, easing: 'cubic-bezier(.3,.9,.3,1)' },
  );
  const land = () => {
    ghost.remove();
    element.classList.remove('tile-arriving');
    pulse();
  };
  flight.addEventListener('finish', land);
  flight.addEventListener('cancel', land);
}
