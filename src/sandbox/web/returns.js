/**
 * Notices closings that did not stand. The portal has no such flag: a ticket that reached a success stage and stands
 * elsewhere within a minute, moved by somebody else than who closed it, was returned. Its newest comment says why.
 * A return never takes a ticket further than it was; one that is further on now waits for the client's word.
 */
import { api } from './api.js';
import { instantOf } from './format.js';
import { isFinal, isSuccess, keyOf, on, session, stagePlace } from './session.js';

const WINDOW_MS = 60_000;
/** The comment may be written a little before or after the move the portal reports. */
const SLACK_MS = 5_000;

/** key → {since: browser ms, portalSince: portal ms, from: stage id, by: user id or null} of closings that may still come back. */
const closings = new Map();
/** key → {stageId, since, waiting, reasons: BB code or null} */
const marks = new Map();
const stages = new Map();
const listeners = new Set();

/** Calls `listener(key, mark)` when a ticket came back and again when its reasons are known. */
export function onReturn(listener) {
  listeners.add(listener);
}

/** The mark of a returned ticket, or null. */
export function returnOf(key) {
  return marks.get(key) ?? null;
}

/** This page has just closed a ticket that stood on the stage `from`. */
export function expectReturn(key, from) {
  watchClosing(key, from, null);
}

function watchClosing(key, from, by) {
  const since = Date.now();
  closings.set(key, { since, portalSince: since + session.clockShift, from, by });
}

/** Somebody moved it on: the old mark says nothing any more. */
export function forgetReturn(key) {
  closings.delete(key);
  marks.delete(key);
  stages.delete(key);
}

function compare(state) {
  for (const ticket of state.tickets) {
    const key = keyOf(ticket);
    const before = stages.get(key);
    stages.set(key, ticket.stageId);
    if (isSuccess(ticket.stageId)) {
      if (before !== undefined && before !== ticket.stageId && !closings.has(key))
        watchClosing(key, before, ticket.movedBy);
      marks.delete(key);
      continue;
    }
    if (marks.has(key) && marks.get(key).stageId !== ticket.stageId) marks.delete(key);
    const closing = closings.get(key);
    if (closing === undefined) continue;
    closings.delete(key);
    const fresh = Date.now() - closing.since < WINDOW_MS;
    if (fresh && !isFinal(ticket.stageId) && ticket.movedBy !== closing.by)
      markReturned(ticket, closing);
  }
}

function markReturned(ticket, closing) {
  const key = keyOf(ticket);
  const mark = {
    stageId: ticket.stageId,
    since: closing.portalSince,
    seen: Date.now(),
    waiting: stagePlace(ticket.stageId) > stagePlace(closing.from),
    reasons: null,
  };
  marks.set(key, mark);
  for (const listener of listeners) listener(key, mark);
  if (!mark.waiting) void findReasons(ticket, mark);
}

async function findReasons(ref, mark) {
  const key = keyOf(ref);
  try {
    const { timeline } = await api.ticket(ref);
    const comment = timeline.find(
      (entry) => entry.kind === 'comment' && instantOf(entry.at) >= mark.since - SLACK_MS,
    );
    if (comment === undefined || marks.get(key) !== mark || mark.reasons !== null) return;
    mark.reasons = comment.text;
    for (const listener of listeners) listener(key, mark);
  } catch {
    // Asked again at the next change.
  }
}

/** Starts watching the board. */
export function watchReturns() {
  on('state', (state, before) => {
    if (state !== before) compare(state);
  });
  on('changed', () => {
    for (const [key, mark] of marks) {
      const [entityTypeId, id] = key.split(':').map(Number);
      if (!mark.waiting && mark.reasons === null && Date.now() - mark.seen < WINDOW_MS)
        void findReasons({ entityTypeId, id }, mark);
    }
  });
}
