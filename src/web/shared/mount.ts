/** How a page inside the portal begins: its first state is read out of its own document, then it is drawn. */
import { render } from 'preact';
import type { ComponentChild } from 'preact';
import { createApi } from './api.ts';
import type { Api, Session } from './api.ts';
import { createBridge } from './bridge.ts';
import type { Bridge } from './bridge.ts';
import { createFormat } from './format.ts';
import type { Format } from './format.ts';
import type { Language } from './words.ts';

/** What the server writes into every page's document. */
export interface Boot {
  readonly session: Session;
  readonly language: Language;
  /** IANA zone of the user; '': the browser's own. */
  readonly timeZone: string;
}

export interface PageParts {
  readonly api: Api;
  readonly bridge: Bridge | null;
  readonly format: Format;
}

/** @param before ends when the page may be built */
export async function mount<B extends Boot>(
  draw: (boot: B, parts: PageParts) => ComponentChild,
  before?: () => Promise<void>,
): Promise<void> {
  const block = document.getElementById('state');
  const root = document.getElementById('app');
  if (!block || !root) return;
  // Written by our own server into this very page; read once, so that the token stands nowhere afterwards.
  const boot = JSON.parse(block.textContent ?? '') as B;
  block.remove();
  const { session, language, timeZone } = boot;
  const bridge = createBridge(window);
  await before?.();
  bridge?.followHeight(root);
  root.replaceChildren();
  root.removeAttribute('aria-busy');
  const format = createFormat(language, timeZone === '' ? undefined : timeZone);
  render(draw(boot, { api: createApi(session, bridge), bridge, format }), root);
}
