/** One card of the board. */
import { arrange, h, icon, setText } from './dom.js';
import { hasDraft } from './drafts.js';
import { initials, shortMoment } from './format.js';
import { openMenu } from './menu.js';
import { toggleReasons } from './return-note.js';
import { returnOf } from './returns.js';
import { session, ticketByKey, userName } from './session.js';
import { stageColor } from './stage-color.js';
import { T } from './texts.js';
import { ticketPath } from './ticket-address.js';

/** Creates the card of a ticket; `update()` brings it in line with the session. `move(ticket, stageId)` moves it. */
export function createTile(key, move) {
  const parts = tileParts(key, move);
  const element = h(
    'li',
    { class: 'tile', draggable: 'true', 'data-ticket': key },
    h('div', { class: 'tile-top' }, parts.number, parts.tags),
    parts.title,
    h(
      'p',
      { class: 'tile-line' },
      icon('client'),
      h('span', { class: 'visually-hidden' }, `${T.client}: `),
      parts.client,
    ),
    h(
      'div',
      { class: 'tile-line' },
      parts.avatar,
      h('span', { class: 'visually-hidden' }, `${T.assignee}: `),
      parts.assignee,
    ),
    parts.moved,
    parts.move,
  );
  element.addEventListener('click', (event) => {
    if (event.target.closest('a, button') === null) parts.title.click();
  });
  return { element, update: () => update(key, parts, element) };
}

function tileParts(key, move) {
  const moveButton = h(
    'button',
    {
      type: 'button',
      class: 'button tile-move',
      'aria-haspopup': 'menu',
      'aria-expanded': 'false',
    },
    T.move,
  );
  moveButton.addEventListener('click', () => offerStages(moveButton, ticketByKey(key), move));
  const returnTag = noteTag(key, 'tag-returned', 'back', [T.returned, T.returnedTip]);
  const waitingTag = noteTag(key, 'tag-waiting', 'client', [T.waiting, T.waitingTip]);
  return {
    number: h('span', { class: 'tile-number' }),
    tags: h('span', { class: 'tile-tags' }),
    returnTag,
    waitingTag,
    draftTag: h('span', { class: 'tag tag-draft' }, T.unsavedTag),
    title: h('a', { class: 'tile-title', draggable: 'false' }),
    client: h('span'),
    avatar: h('span', { class: 'avatar', 'aria-hidden': 'true' }),
    assignee: h('span'),
    moved: h('p', { class: 'tile-moved' }),
    move: moveButton,
  };
}

/** A label of the card that opens the note about its closing. */
function noteTag(key, className, iconName, [label, tip]) {
  const tag = h(
    'button',
    {
      type: 'button',
      class: `tag tag-note ${className}`,
      title: tip,
      'aria-haspopup': 'dialog',
    },
    icon(iconName),
    label,
  );
  tag.addEventListener('click', () => toggleReasons(key, tag));
  return tag;
}

function update(key, parts, element) {
  const ticket = ticketByKey(key);
  if (ticket === null) return;
  setText(parts.number, T.number(ticket.id));
  setText(parts.title, ticket.title);
  parts.title.setAttribute('href', ticketPath(ticket));
  setText(parts.client, ticket.clientName || T.noClient);
  const assignee = userName(ticket.assigneeId) ?? T.unknownUser(ticket.assigneeId);
  setText(parts.assignee, assignee);
  setText(parts.avatar, initials(assignee));
  setText(parts.moved, movedText(ticket));
  parts.move.setAttribute('aria-label', T.moveOf(ticket.id));
  const mark = returnOf(key);
  element.classList.toggle('tile-returned', mark !== null && !mark.waiting);
  element.classList.toggle('tile-waiting', mark?.waiting === true);
  arrange(parts.tags, [
    ...(hasDraft(key) ? [parts.draftTag] : []),
    ...(mark === null ? [] : [mark.waiting ? parts.waitingTag : parts.returnTag]),
    ...(ticket.badges ?? []).map(badgeTag),
  ]);
}

/** A label that an application's record puts on the card. */
function badgeTag({ title, value, type }) {
  return h('span', { class: `tag badge-tag badge-${type}`, title }, value);
}

function movedText(ticket) {
  if (!ticket.movedTime && !ticket.movedBy) return T.byNobody;
  const mover = Number(ticket.movedBy);
  const name = mover === 0 ? T.byRobot : (userName(mover) ?? T.unknownUser(mover));
  return T.movedBy(name, shortMoment(ticket.movedTime));
}

function offerStages(button, ticket, move) {
  if (ticket === null) return;
  const items = session.state.stages.map((stage) => ({
    label: stage.name,
    color: stageColor(stage),
    current: stage.stageId === ticket.stageId,
    choose: () => void move(ticket, stage.stageId),
  }));
  openMenu(button, T.moveOf(ticket.id), items);
}
