/** A portal's page around the panel: posts into a named frame and speaks the frame protocol, silent where a portal is. */
import { createServer } from 'node:http';
import { closing, listening } from './a-card.ts';

export interface FrameParent {
  readonly url: string;
  close(): Promise<void>;
}

interface Framed {
  readonly appUrl: () => string;
  readonly form: Readonly<Record<string, string>>;
  /** AUTH_ID that refreshAuth gives; null: silence. */
  readonly refreshed: () => string | null;
}

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');

export async function frameParent({ appUrl, form, refreshed }: Framed): Promise<FrameParent> {
  const server = createServer((req, res) => {
    if (req.url === '/refresh') {
      res.end(JSON.stringify(refreshed()));
      return;
    }
    if (req.url !== '/') {
      res.writeHead(204).end();
      return;
    }
    const { host = '' } = req.headers;
    const inputs = Object.entries(form).map(
      ([name, value]) => `<input type="hidden" name="${name}" value="${escape(value)}">`,
    );
    res.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' });
    res.end(`<!doctype html><html lang="ru"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Карточка</title><body style="margin:0">
<iframe title="app" name="${host}|0|sid1" style="border:0;width:100%;height:300px"></iframe>
<form method="post" target="${host}|0|sid1" action="${appUrl()}/card?LANG=ru">${inputs.join('')}</form>
<script>${PARENT.replace('APP_ORIGIN', JSON.stringify(appUrl()))}document.forms[0].submit()</script>`);
  });
  return { url: await listening(server), close: () => closing(server) };
}

const PARENT = `
window.log = [];
addEventListener('message', async (event) => {
  if (event.origin !== APP_ORIGIN) return;
  const parts = event.data.split(':');
  const sid = parts.pop(), callback = parts.pop(), command = parts.shift();
  if (sid !== 'sid1') return;
  const params = parts.length ? JSON.parse(parts.join(':')) : null;
  window.log.push(command);
  const answer = (value) => event.source.postMessage(callback + ':' + JSON.stringify(value), event.origin);
  if (command === 'resizeWindow') {
    document.querySelector('iframe').style.height = params.height + 'px';
    answer(params);
  }
  if (command === 'refreshAuth') {
    const id = await (await fetch('/refresh')).json();
    if (id) answer({ AUTH_ID: id, AUTH_EXPIRES: 3600, REFRESH_ID: 'r' });
  }
  if (command === 'reloadData') answer(null);
});
`;
