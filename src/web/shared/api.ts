/** Calls to our own server: Bearer token in memory, renewed through the portal when it ends; nothing in cookies or storage. */
import type { Bridge } from './bridge.ts';

export type ApiAnswer<T> =
  | { readonly kind: 'ok'; readonly value: T; readonly tag: string }
  /** The state has not changed since the tag. */
  | { readonly kind: 'same' }
  /** The server refused; the message is for people, in their language. */
  | {
      readonly kind: 'refused';
      readonly code: string;
      readonly message: string;
      readonly field: string;
      /** The whole answer, where the caller looks for more in it (problems of a form). */
      readonly answer: object;
    }
  /** The session is over and the portal gave no new one: open the page again. */
  | { readonly kind: 'over' }
  /** No answer: offline, or the service is away. What was typed stays. */
  | { readonly kind: 'away' };

export interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly body?: object;
  /** Tag of the state the page shows. */
  readonly tag?: string;
}

export interface Api {
  call<T>(path: string, request?: ApiRequest): Promise<ApiAnswer<T>>;
  /** A document to be saved by the reader (CSV, JSON). */
  file(path: string): Promise<ApiAnswer<Blob>>;
}

export interface Session {
  readonly token: string;
  /** Milliseconds since the epoch, server clock. */
  readonly expiresAt: number;
}

const TIMEOUT_MS = 30_000;
/** A minute before a session ends. Counted from its arrival: the reader's clock may be wrong. */
const RENEW_AFTER_MS = 14 * 60_000;

/** @param first the session that came with the page */
export function createApi(first: Session, bridge: Bridge | null): Api {
  let session = first;
  let renewAt = Date.now() + RENEW_AFTER_MS;
  let renewing: Promise<boolean> | null = null;

  const renew = (): Promise<boolean> => {
    renewing ??= askForSession(bridge, session)
      .then((next) => {
        if (next === null) return false;
        session = next;
        renewAt = Date.now() + RENEW_AFTER_MS;
        return true;
      })
      .finally(() => {
        renewing = null;
      });
    return renewing;
  };

  const ask = async (path: string, request: ApiRequest): Promise<Response | 'over' | 'away'> => {
    // Before it ends, so that the console stays free of refused requests.
    if (Date.now() >= renewAt) await renew();
    let response = await send(path, request, session.token);
    if (response?.status === 401) {
      if (!(await renew())) return 'over';
      response = await send(path, request, session.token);
      if (response?.status === 401) return 'over';
    }
    return response ?? 'away';
  };

  return {
    async call<T>(path: string, request: ApiRequest = {}): Promise<ApiAnswer<T>> {
      const response = await ask(path, request);
      return typeof response === 'string' ? { kind: response } : read<T>(response);
    },
    async file(path: string): Promise<ApiAnswer<Blob>> {
      const response = await ask(path, {});
      if (typeof response === 'string') return { kind: response };
      if (!response.ok) return read<Blob>(response);
      return { kind: 'ok', value: await response.blob(), tag: '' };
    },
  };
}

async function send(
  path: string,
  { method = 'GET', body, tag }: ApiRequest,
  token: string,
): Promise<Response | null> {
  try {
    return await fetch(path, {
      method,
      headers: {
        Authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(tag === undefined ? {} : { 'If-None-Match': tag }),
      },
      body: body === undefined ? null : JSON.stringify(body),
      cache: 'no-store',
      credentials: 'omit',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch {
    return null;
  }
}

async function read<T>(response: Response): Promise<ApiAnswer<T>> {
  if (response.status === 304) return { kind: 'same' };
  const answer: unknown = await response.json().catch(() => null);
  if (typeof answer !== 'object' || answer === null) return { kind: 'away' };
  if ('ok' in answer && answer.ok === true) {
    // The server is ours and of the same build: its answer has the shape the caller names.
    return { kind: 'ok', value: answer as T, tag: response.headers.get('ETag') ?? '' };
  }
  const error = 'error' in answer && typeof answer.error === 'object' ? answer.error : null;
  const text = (key: string): string => {
    const value: unknown =
      error === null ? undefined : Object.getOwnPropertyDescriptor(error, key)?.value;
    return typeof value === 'string' ? value : '';
  };
  return {
    kind: 'refused',
    code: text('code'),
    message: text('message'),
    field: text('field'),
    answer,
  };
}

/** The portal gives the frame a fresh token of the user; the server makes a session of it for the same page and ticket. */
async function askForSession(bridge: Bridge | null, old: Session): Promise<Session | null> {
  const answer = await bridge?.call('refreshAuth');
  if (typeof answer !== 'object' || answer === null) return null;
  const authId = 'AUTH_ID' in answer ? answer.AUTH_ID : null;
  if (typeof authId !== 'string' || authId === '') return null;
  const response = await send('/session', { method: 'POST', body: { authId } }, old.token);
  const session: unknown = response?.ok ? await response.json().catch(() => null) : null;
  return isSession(session) ? session : null;
}

function isSession(value: unknown): value is Session {
  return (
    typeof value === 'object' &&
    value !== null &&
    'token' in value &&
    typeof value.token === 'string' &&
    'expiresAt' in value &&
    typeof value.expiresAt === 'number'
  );
}
