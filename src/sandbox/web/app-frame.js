/** A frame of an application: named first, then filled by a form that is posted into it. */
import { appApi } from './app-api.js';
import { attendFrame } from './app-parent.js';
import { A } from './app-texts.js';
import { h } from './dom.js';

/**
 * Creates a frame that is not loaded yet. `load()` asks the portal for a fresh post and sends it; `leave()` stops
 * listening. `request` has clientId, userId (a function) and what to open; `world` is what the page does for the app.
 */
export function createAppFrame(request, world) {
  const holder = h('div', { class: 'app-frame' });
  let stop = () => {};
  const load = async () => {
    stop();
    const status = h('p', { class: 'muted app-status', role: 'status' }, A.opening);
    holder.replaceChildren(status);
    try {
      const opened = await askFor(request);
      const placement = opened.body.PLACEMENT;
      const frame = h('iframe', {
        name: opened.frameName,
        title: request.title,
        class: 'app-iframe',
        allow: 'geolocation *; microphone *; camera *; autoplay *',
      });
      frame.addEventListener('load', () => status.remove(), { once: true });
      holder.append(frame);
      const about = { ...opened, clientId: request.clientId, placement };
      stop = attendFrame(frame, about, withFrame(world, frame, load));
      send(opened);
    } catch (error) {
      status.textContent = A.cannotOpen(error.message);
    }
  };
  return { element: holder, load, leave: () => stop() };
}

function askFor(request) {
  const userId = request.userId();
  if (request.installer) return appApi.installer(request.clientId, userId);
  const { placement, handlerUrl, options } = request;
  return appApi.open(request.clientId, { userId, placement, handlerUrl, options });
}

function withFrame(world, frame, load) {
  return {
    ...world,
    reload: load,
    finishInstall: () => (world.finishInstall ? world.finishInstall() : load()),
    resize(width, height) {
      if (Number(height) > 0) frame.style.setProperty('height', `${Math.ceil(Number(height))}px`);
      if (Number(width) > 0) frame.style.setProperty('width', `${Math.ceil(Number(width))}px`);
      if (width === '100%') frame.style.removeProperty('width');
      return { width: frame.clientWidth, height: frame.clientHeight };
    },
  };
}

function send({ url, frameName, body }) {
  const fields = Object.entries(body).map(([name, value]) =>
    h('input', { type: 'hidden', name, value }),
  );
  const form = h('form', { method: 'post', action: url, target: frameName, hidden: true }, fields);
  document.body.append(form);
  form.submit();
  form.remove();
}
