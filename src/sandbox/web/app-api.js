/** The sandbox's own JSON routes about applications. */

async function call(path, body) {
  const init =
    body === undefined
      ? {}
      : {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify(body),
        };
  const response = await fetch(`/sandbox/api/apps${path}`, { cache: 'no-store', ...init });
  const answer = await response.json().catch(() => null);
  if (!response.ok) throw new Error(answer?.error ?? String(response.status));
  return answer;
}

const of = (clientId, act, body) => call(`/${encodeURIComponent(clientId)}/${act}`, body);

export const appApi = {
  list: () => call(''),
  widgets: (placement) => call(`?placement=${encodeURIComponent(placement)}`),
  register: (card) => call('', card),
  installer: (clientId, userId) => of(clientId, 'installer', { userId }),
  install: (clientId, userId) => of(clientId, 'install', { userId }),
  finish: (clientId) => of(clientId, 'finish', {}),
  uninstall: (clientId, clean) => of(clientId, 'uninstall', { clean }),
  expire: (clientId) => of(clientId, 'expire', {}),
  revoke: (clientId) => of(clientId, 'revoke', {}),
  open: (clientId, request) => of(clientId, 'open', request),
  init: (clientId, sid) => of(clientId, 'init', { sid }),
  refresh: (clientId, sid) => of(clientId, 'refresh', { sid }),
  option: (clientId, body) => of(clientId, 'option', body),
  placeRobot: (clientId, body) => of(clientId, 'robot', body),
  attachTrigger: (clientId, body) => of(clientId, 'trigger', body),
  takeOff: (clientId, body) => of(clientId, 'off', body),
  press: (activityId, key, userId) => call(`/press/${activityId}/${key}`, { userId }),
  complete: (activityId, completed, userId) =>
    call(`/complete/${activityId}`, { completed, userId }),
};
