/**
 * The portal's end of a frame of an application: the wire protocol that the official libraries speak.
 * Strict as the platform: another origin, another sid or an unknown command gets silence, not an error.
 */
import { appApi } from './app-api.js';

const decode = (text) => {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Text `command[:json]:callback:sid`, or an object for commands with a colon in the name. Null: not of the protocol. */
export function parseMessage(data) {
  if (typeof data === 'object' && data !== null) {
    const { method, params, callback, appSid } = data;
    return typeof method === 'string' ? { command: method, params, callback, sid: appSid } : null;
  }
  if (typeof data !== 'string') return null;
  const parts = data.split(':');
  if (parts.length < 3) return null;
  const sid = parts.pop();
  const callback = parts.pop();
  const command = parts.shift();
  const params = decode(parts.join(':'));
  return params === undefined ? null : { command, params, callback, sid };
}

/**
 * Listens to one frame until the returned function is called. `world` is what the page can do for it:
 * resize, close, reload, openSlider, openPath, pickUser, pickCrm, finishInstall, setTitle, userId.
 */
export function attendFrame(frame, opened, world) {
  const listen = (event) => {
    if (event.origin !== opened.appOrigin || event.source !== frame.contentWindow) return;
    const message = parseMessage(event.data);
    if (message === null || message.sid !== opened.sid) return;
    log(opened, message);
    void answer(message);
  };
  const say = (callback, value) => {
    const text = value === undefined ? '' : JSON.stringify(value);
    frame.contentWindow?.postMessage(`${callback}:${text}`, opened.appOrigin);
  };
  const answer = async ({ command, params, callback }) => {
    const run = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
    if (run === undefined) return;
    try {
      const outcome = await run({ ...opened, world, callback, say }, params ?? {});
      if (outcome !== SILENCE) say(callback, outcome);
    } catch {
      // What the portal refuses it does not answer.
    }
  };
  window.addEventListener('message', listen);
  return () => window.removeEventListener('message', listen);
}

/** Probes for tests: what frames said, in order. */
function log({ clientId, sid }, { command, params }) {
  window.sandboxFrames ??= [];
  window.sandboxFrames.push({ clientId, sid, command, params });
}

const SILENCE = Symbol('silence');
const EVENTS = [];
const PLACEMENT_COMMANDS = ['reloadData', 'getInterface', 'placementBindEvent'];

const COMMANDS = {
  getInitData: ({ clientId, sid }) => appApi.init(clientId, sid),
  refreshAuth: ({ clientId, sid }) => appApi.refresh(clientId, sid),
  setInstall: (_frame, params) => params,
  setInstallFinish: async ({ clientId, world }) => {
    await appApi.finish(clientId);
    world.finishInstall();
    return SILENCE;
  },
  setAppOption: async ({ clientId, sid }, { name, value }) => {
    await appApi.option(clientId, { sid, name, value, whose: 'app' });
    return { name, value };
  },
  setUserOption: async ({ clientId, sid }, { name, value }) => {
    await appApi.option(clientId, { sid, name, value, whose: 'user' });
    return { name, value };
  },
  resizeWindow: ({ world }, { width, height }) => {
    if (world.kind === 'slider') return SILENCE;
    return world.resize(width, height);
  },
  reloadWindow: ({ world }) => {
    world.reload();
    return SILENCE;
  },
  setTitle: ({ world, placement }, { title }) => {
    if (placement !== 'DEFAULT') return SILENCE;
    world.setTitle(String(title));
    return { title };
  },
  setScroll: (_frame, params) => params,
  openApplication: ({ world }, params) =>
    new Promise((resolve) => {
      const { bx24_width: width, bx24_title: title, bx24_label: label, ...options } = params;
      world.openSlider({ options, width, title: title ?? label?.text, onClose: () => resolve() });
    }),
  closeApplication: ({ world }) => {
    world.close();
    return undefined;
  },
  openPath: ({ world }, params) => {
    const path = typeof params === 'string' ? params : params.path;
    if (typeof path !== 'string' || !path.startsWith('/')) {
      return { result: 'error', errorCode: 'PATH_NOT_AVAILABLE' };
    }
    return world.openPath(path);
  },
  selectUser: ({ world }, { mult }) => world.pickUser(Boolean(mult)),
  selectCRM: ({ world }, { multiple }) => world.pickCrm(Boolean(multiple)),
  getInterface: ({ world }) => ({
    command: world.kind === 'tab' ? PLACEMENT_COMMANDS : [],
    event: EVENTS,
  }),
  placementBindEvent: () => SILENCE,
  reloadData: ({ world }) => {
    if (world.kind !== 'tab') return SILENCE;
    world.reloadCard();
    return undefined;
  },
};
