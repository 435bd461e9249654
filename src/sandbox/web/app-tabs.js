/** Tabs of applications in a ticket's card: one for each handler bound to it. They load when first chosen. */
import { appApi } from './app-api.js';
import { createAppFrame } from './app-frame.js';
import { actingUser, worldOf } from './app-slider.js';
import { h } from './dom.js';
import { loadState } from './session.js';

/** `update()` adds the tabs of widgets that were bound since; `leave()` stops listening to their frames. */
export function createAppTabs(ref, tabs) {
  const known = new Set();
  const frames = [];
  const placement =
    ref.entityTypeId === 2 ? 'CRM_DEAL_DETAIL_TAB' : `CRM_DYNAMIC_${ref.entityTypeId}_DETAIL_TAB`;
  const add = (widget) => {
    known.add(widget.id);
    const request = {
      clientId: widget.clientId,
      title: widget.title,
      placement,
      handlerUrl: widget.handlerUrl,
      options: { ID: String(ref.id), URI: window.location.pathname },
      userId: actingUser,
    };
    const world = { ...worldOf(widget.clientId, 'tab'), reloadCard: () => void loadState() };
    const frame = createAppFrame(request, world);
    frames.push(frame);
    let loaded = false;
    const show = () => {
      if (!loaded) void frame.load();
      loaded = true;
    };
    tabs.add({
      name: `app-${widget.id}`,
      label: widget.title,
      content: h('div', { class: 'app-tab' }, frame.element),
      onShow: show,
    });
  };
  return {
    async update() {
      try {
        const widgets = await appApi.widgets(placement);
        for (const widget of widgets) if (!known.has(widget.id)) add(widget);
      } catch {
        // The card works without its applications.
      }
    },
    leave: () => frames.forEach((frame) => frame.leave()),
  };
}
