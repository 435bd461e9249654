/**
 * The frame protocol of Bitrix24, spoken with the immediate parent window: text messages
 * `command[:json]:callbackId:appSid` out, `callbackId:json` in. The parent is silent where it refuses, so every call has a
 * time limit; answers are taken from the parent's own window and origin only.
 */

const ANSWER_MS = 10_000;

export interface Bridge {
  /**
   * The parent's answer; null when it stays silent (unknown or refused command).
   * @param answerMs how long to wait: more where a person chooses something in the parent's window
   */
  call(command: string, params?: object, answerMs?: number): Promise<unknown>;
  /** Commands the parent answers by doing, not by saying. */
  tell(command: string, params?: object): void;
  /** Keeps the frame as high as its content, shrinking too. */
  followHeight(content: HTMLElement): void;
}

interface Frame {
  readonly origin: string;
  readonly sid: string;
}

/** `window.name` is `host[:port]|1 if https|sid`, set by the portal before the page is posted. */
export function frameOf(name: string): Frame | null {
  const [host = '', secure = '', sid = ''] = name.split('|');
  if (!/^[\w.-]+(?::\d{1,5})?$/.test(host) || sid === '') return null;
  return { origin: new URL(`${secure === '1' ? 'https' : 'http'}://${host}`).origin, sid };
}

/** null when the page does not stand in a frame of a portal. */
export function createBridge(view: Window): Bridge | null {
  const frame = frameOf(view.name);
  if (frame === null || view.parent === view) return null;
  const waiting = new Map<string, (answer: unknown) => void>();
  let last = 0;
  view.addEventListener('message', (event) => {
    if (event.source !== view.parent || event.origin !== frame.origin) return;
    if (typeof event.data !== 'string') return;
    const [, id = '', json = ''] = /^([\w-]+):([\s\S]*)$/.exec(event.data) ?? [];
    waiting.get(id)?.(parsed(json));
    waiting.delete(id);
  });
  const post = (command: string, params: object | undefined, id: string): void => {
    const middle = params === undefined ? '' : `:${JSON.stringify(params)}`;
    view.parent.postMessage(`${command}${middle}:${id}:${frame.sid}`, frame.origin);
  };
  // Not randomUUID: a portal over http is no secure context.
  const nextId = (): string => `cg${(last += 1)}-${Math.random().toString(36).slice(2)}`;
  const bridge: Bridge = {
    tell: (command, params) => post(command, params, nextId()),
    call: (command, params, answerMs = ANSWER_MS) =>
      new Promise((resolve) => {
        const id = nextId();
        const timer = setTimeout(() => {
          waiting.delete(id);
          resolve(null);
        }, answerMs);
        waiting.set(id, (answer) => {
          clearTimeout(timer);
          resolve(answer);
        });
        post(command, params, id);
      }),
    followHeight(content) {
      let told = 0;
      new ResizeObserver(() => {
        const height = Math.ceil(content.getBoundingClientRect().height);
        if (height === told || height === 0) return;
        told = height;
        bridge.tell('resizeWindow', { width: '100%', height });
      }).observe(content);
    },
  };
  return bridge;
}

function parsed(json: string): unknown {
  if (json === '') return null;
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
