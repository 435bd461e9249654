/** An application in a slider of its own, and what the portal lets any of its frames do. */
import { createAppFrame } from './app-frame.js';
import { A } from './app-texts.js';
import { openDialog } from './overlay.js';
import { pickCrm, pickUser } from './pickers.js';
import { session } from './session.js';
import { ticketAt } from './ticket-address.js';

/** Opens the main page, a widget or the installer of an app in a slider. */
export function openAppSlider({ clientId, title, width, userId, onClose, ...what }) {
  const name = title ?? A.slider;
  const box = openDialog({
    title: name,
    className: 'dialog-side app-slider',
    onClose: () => {
      frame.leave();
      onClose?.();
    },
  });
  if (Number(width) > 0) box.dialog.style.setProperty('width', `${Number(width)}px`);
  const who = userId === undefined ? actingUser : () => userId;
  const request = { ...what, clientId, title: name, userId: who };
  const world = {
    ...worldOf(clientId, 'slider'),
    close: () => box.close(),
    setTitle: (text) => {
      box.heading.textContent = text;
    },
    finishInstall: () => {
      request.installer = false;
      void frame.load();
    },
  };
  const frame = createAppFrame(request, world);
  box.body.append(frame.element);
  void frame.load();
  return box;
}

export const actingUser = () => session.userId || 1;

/** What every frame may ask of the page; tabs and sliders add their own. */
export function worldOf(clientId, kind) {
  return {
    kind,
    close: () => {},
    setTitle: () => {},
    reloadCard: () => {},
    openSlider: (wanted) => openAppSlider({ clientId, placement: 'DEFAULT', ...wanted }),
    openPath,
    pickUser,
    pickCrm,
  };
}

/** Opens a page of the portal over the board and tells when it is closed; only cards of tickets open so here. */
function openPath(path) {
  if (ticketAt(path) === null) {
    return { result: 'error', errorCode: 'PATH_NOT_AVAILABLE' };
  }
  window.history.pushState(null, '', path);
  window.dispatchEvent(new PopStateEvent('popstate'));
  return { result: 'close' };
}
