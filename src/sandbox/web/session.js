/**
 * What the page knows about the portal and who acts. One place loads it, everything else subscribes.
 * Answers that were asked for before an own move finished are dropped, so a card never jumps back for no reason.
 */
import { api, listen } from './api.js';
import { instantOf } from './format.js';
import { recall, remember } from './memory.js';

export const session = {
  /** Answer of /state, or null until the first one. */
  state: null,
  /** `2:5` */
  pipeline: recall('pipeline', ''),
  userId: recall('userId', 0),
  notifications: [],
  online: true,
  /** Portal clock minus the browser's clock, milliseconds. */
  clockShift: 0,
};

const listeners = {
  state: new Set(),
  notifications: new Set(),
  link: new Set(),
  changed: new Set(),
};
let epoch = 0;
let pendingWrites = 0;
let loading = false;
let wantedAgain = false;
let timer = 0;

/** Calls `listener` after each `state`, `notifications`, `link` or `changed` (anything on the portal) happening. */
export function on(topic, listener) {
  listeners[topic].add(listener);
}

function emit(topic, ...args) {
  for (const listener of listeners[topic]) listener(...args);
}

/** `2:12`: the one spelling of a ticket in this page. */
export function keyOf(ticket) {
  return `${ticket.entityTypeId}:${ticket.id}`;
}

/** `2:5` of a pipeline or a ticket. */
export function pipelineOf(thing) {
  return `${thing.entityTypeId}:${thing.categoryId}`;
}

/** Finds a ticket of the shown pipeline by its key. */
export function ticketByKey(key) {
  return session.state?.tickets.find((ticket) => keyOf(ticket) === key) ?? null;
}

/** The stage of the shown pipeline, or null. */
export function stageById(stageId) {
  return session.state?.stages.find((stage) => stage.stageId === stageId) ?? null;
}

/** How far along the shown pipeline a stage is; -1 for a stage of another one. */
export function stagePlace(stageId) {
  return session.state?.stages.findIndex((stage) => stage.stageId === stageId) ?? -1;
}

/** Whether a stage ends a ticket well: the portal writes S or success. */
export function isSuccess(stageId) {
  return /^s/i.test(stageById(stageId)?.semantics ?? '');
}

/** Whether a stage ends a ticket at all. */
export function isFinal(stageId) {
  return /^[sf]/i.test(stageById(stageId)?.semantics ?? '');
}

/** Name of a user of the portal by id, or null. */
export function userName(userId) {
  return session.state?.users.find((user) => user.id === Number(userId))?.name ?? null;
}

/** Loads the board; calls made meanwhile are folded into one more load. */
export async function loadState() {
  if (loading) {
    wantedAgain = true;
    return;
  }
  loading = true;
  const asked = epoch;
  try {
    const state = await fetchState();
    if (asked === epoch && pendingWrites === 0) takeState(state);
    else wantedAgain = pendingWrites === 0;
    setOnline(true);
  } catch {
    setOnline(false);
    scheduleReload(2000);
  } finally {
    loading = false;
  }
  if (wantedAgain) {
    wantedAgain = false;
    await loadState();
  }
}

async function fetchState() {
  const state = await api.state(session.pipeline);
  const known = state.pipelines.some((pipeline) => pipelineOf(pipeline) === session.pipeline);
  if (known || state.pipelines.length === 0) return state;
  session.pipeline = pipelineOf(state.pipelines[0]);
  return api.state(session.pipeline);
}

function takeState(state) {
  session.clockShift = instantOf(state.now) - Date.now();
  if (!state.users.some((user) => user.id === session.userId)) {
    const [first] = state.users;
    session.userId = (state.users.find((user) => !user.admin) ?? first)?.id ?? 0;
  }
  const before = session.state;
  session.state = state;
  emit('state', state, before);
}

/** Loads the notifications of the acting user. */
export async function loadNotifications() {
  const userId = session.userId;
  if (userId === 0) return;
  try {
    const notes = await api.notifications(userId);
    if (userId !== session.userId) return;
    session.notifications = notes;
    emit('notifications', notes, userId);
  } catch {
    // The board's own load reports a lost connection.
  }
}

/** Acts as another user of the portal. */
export async function actAs(userId) {
  session.userId = userId;
  remember('userId', userId);
  redraw();
  await loadNotifications();
}

/** Lets everything that shows the board draw it again after a local change. */
export function redraw() {
  if (session.state !== null) emit('state', session.state, session.state);
}

/** Shows another pipeline. */
export async function showPipeline(pipeline) {
  if (pipeline === session.pipeline && session.state !== null) return;
  session.pipeline = pipeline;
  remember('pipeline', pipeline);
  epoch += 1;
  await loadState();
}

/** Runs a write; boards loaded before it ended are not shown. Rethrows its failure after reloading. */
export async function write(action) {
  pendingWrites += 1;
  epoch += 1;
  try {
    return await action();
  } finally {
    pendingWrites -= 1;
    epoch += 1;
    scheduleReload(0);
  }
}

function setOnline(online) {
  if (session.online === online) return;
  session.online = online;
  emit('link', online);
}

function scheduleReload(delay) {
  window.clearTimeout(timer);
  timer = window.setTimeout(refresh, delay);
}

function refresh() {
  void loadState();
  void loadNotifications();
  emit('changed');
}

/** Loads everything for the first time and follows the portal's change feed from then on. */
export async function startSession() {
  await loadState();
  await loadNotifications();
  listen(
    () => scheduleReload(60),
    (online) => {
      setOnline(online);
      if (online) scheduleReload(60);
    },
  );
}
