/** Moving a ticket to a stage, whichever way it was asked for: drag, menu or the stage bar of the card. */
import { api } from './api.js';
import { refusalText } from './refusals.js';
import { expectReturn, forgetReturn } from './returns.js';
import { isSuccess, keyOf, redraw, session, stageById, ticketByKey, write } from './session.js';
import { announce, toast } from './toasts.js';
import { T } from './texts.js';

/** Moves it; the board shows it in the new column at once and takes it back when the portal refuses. */
export async function moveTicket(ref, stageId) {
  const key = keyOf(ref);
  const ticket = ticketByKey(key);
  const before = ticket?.stageId;
  if (before === stageId) return;
  const stageName = stageById(stageId)?.name ?? stageId;
  if (ticket !== null) placeFirst(ticket, stageId);
  forgetReturn(key);
  redraw();
  try {
    await write(() => api.move(ref, { stageId, userId: session.userId }));
    if (isSuccess(stageId)) expectReturn(key, before);
    announce(T.moved(ref.id, stageName));
  } catch (error) {
    const shown = ticketByKey(key);
    if (shown !== null && before !== undefined) shown.stageId = before;
    redraw();
    toast(await refusalText(ref, error), 'bad', T.moveRefused(stageName));
  }
}

/** The portal shows the ticket moved last on top of its column. */
function placeFirst(ticket, stageId) {
  const { tickets } = session.state;
  ticket.stageId = stageId;
  tickets.splice(tickets.indexOf(ticket), 1);
  tickets.unshift(ticket);
}
