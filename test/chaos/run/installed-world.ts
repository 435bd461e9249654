/** The app on the sandbox portal as an administrator installs it, and what can happen to its tokens and its address. */
import { setTimeout as sleep } from 'node:timers/promises';
import { installOnSandbox } from '../../../src/demo-install.ts';
import type { Sandbox } from '../../../src/sandbox/start-sandbox.ts';
import { postFrame } from '../../support/sandbox-app.ts';
import type { Grants } from './fault.ts';

/** Of no use elsewhere. */
export const APP = {
  clientId: 'local.5c8bb1b0891cf2.87252039',
  clientSecret: 'SakeVG5mbRdcQet45UUrt6q72AMTo7fkwXSO7Y5LYFYNCRsA6f',
} as const;
const SCOPES = ['crm', 'placement', 'bizproc', 'im', 'user_brief', 'imopenlines', 'task', 'note'];
const ADMIN = 1;
const AWAY_MS = 60_000;
const AGAIN_MS = 100;

export async function installApp(sandbox: Sandbox, appUrl: string): Promise<void> {
  await installOnSandbox(sandbox, {
    appUrl,
    name: 'Closegate',
    credentials: APP,
    scopes: SCOPES,
  });
}

export function createGrants(sandbox: Sandbox): Grants {
  const { apps } = sandbox;
  return {
    expire: () => apps.expireTokens(APP.clientId),
    revoke: () => apps.revoke(APP.clientId),
    async restore() {
      // An administrator opens the app, as the leads were told to, and again if it is just away.
      const giveUpAt = performance.now() + AWAY_MS;
      for (;;) {
        try {
          await postFrame(apps.open(APP.clientId, { userId: ADMIN }));
          return;
        } catch (error) {
          if (performance.now() > giveUpAt) throw error;
          await sleep(AGAIN_MS);
        }
      }
    },
    async rename() {
      await sandbox.rename();
    },
  };
}
