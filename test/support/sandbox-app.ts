/**
 * An installable application on the sandbox portal, as tests drive it. The control API in one place:
 *
 *   const sandbox = await startSandbox({ seed: 'support' });
 *   sandbox.oauthUrl                     'http://127.0.0.1:4711': /oauth/token/ and /rest/app.info; give its host:port
 *                                        to the app as B24_OAUTH_HOSTS. SERVER_ENDPOINT is `${oauthUrl}/rest/`
 *   sandbox.memberId                     member_id (startSandbox({ memberId }) fixes it)
 *   const { clientId, clientSecret } = sandbox.apps.register({ name, handlerUrl, installUrl, scopes })
 *   sandbox.apps.openInstaller(clientId) → FramePost;  sandbox.apps.finishInstall(clientId)
 *   sandbox.apps.install(clientId)       API-only: server-to-server ONAPPINSTALL
 *   sandbox.apps.open(clientId, { userId: 2, placement: 'CRM_DEAL_DETAIL_TAB', options: { ID: '1' } }) → FramePost
 *   sandbox.apps.expireTokens(clientId) / revoke / update / pay / uninstall / placeRobot / attachTrigger / pressButton
 *   await sandbox.rename()               the portal moves to a new host (sandbox.url changes), the old one answers 302
 *   const other = await startSandbox({ oauth: sandbox.oauth })   a second portal behind the same auth server;
 *                                        other.apps.register({ …, credentials }) is the same app there
 *
 * In the browser: `${sandbox.url}/devops/` adds an application, `${sandbox.url}/marketplace/app/<clientId>/` opens its
 * main page (or the installer) in a slider, `${sandbox.url}/crm/deal/details/1/` has the app's tabs.
 *
 * The whole of it is typed in src/sandbox/apps/app-control.ts; below are the posts a browser would make.
 */
import type { FramePost } from '../../src/sandbox/apps/app-control.ts';

/** Posts what the portal's page would post into the frame; the answer is the app's page. */
export async function postFrame(
  post: FramePost,
  overrides: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly text: string; readonly headers: Headers }> {
  const response = await fetch(post.url, {
    method: 'POST',
    body: new URLSearchParams({ ...post.body, ...overrides }),
    redirect: 'manual',
  });
  return { status: response.status, text: await response.text(), headers: response.headers };
}
