/** Installs the app on the sandbox portal, over HTTP and step by step, as its installer page does in an administrator's browser. */
import { randomBytes } from 'node:crypto';
import type { AppCredentials } from './sandbox/apps/app-control.ts';
import type { Sandbox } from './sandbox/start-sandbox.ts';
import { AppError } from './errors.ts';

/** Credentials of this run of the demonstration alone, in the shape of a local app's. */
export function demoCredentials(): AppCredentials {
  const [first, second] = [randomBytes(7), randomBytes(4).readUInt32BE()];
  return {
    clientId: `local.${first.toString('hex')}.${second % 100_000_000}`,
    clientSecret: randomBytes(25).toString('hex'),
  };
}

export interface DemoInstall {
  readonly appUrl: string;
  readonly name: string;
  readonly credentials: AppCredentials;
  readonly scopes: readonly string[];
}

/** @throws AppError config-invalid when a step fails: the demonstration's own fault */
export async function installOnSandbox(sandbox: Sandbox, app: DemoInstall): Promise<void> {
  const { appUrl, name, credentials, scopes } = app;
  const { clientId } = sandbox.apps.register({
    name,
    handlerUrl: `${appUrl}/app`,
    installUrl: `${appUrl}/install`,
    scopes,
    credentials,
  });
  const post = sandbox.apps.openInstaller(clientId);
  const page = await fetch(post.url, { method: 'POST', body: new URLSearchParams(post.body) });
  const token = /"token":"([^"]+)"/.exec(await page.text())?.[1] ?? '';
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
  for (const step of await stepsOf(appUrl, headers)) {
    const body = JSON.stringify({ step });
    const answer = await fetch(`${appUrl}/api/install/step`, { method: 'POST', headers, body });
    if (flagged(await answer.json(), 'ok') !== true) {
      throw new AppError(
        'config-invalid',
        `The app could not be installed on the sandbox: ${step}`,
      );
    }
  }
  await sandbox.apps.finishInstall(clientId);
}

async function stepsOf(
  appUrl: string,
  headers: Record<string, string>,
): Promise<readonly string[]> {
  const answer = await fetch(`${appUrl}/api/install/steps`, { headers });
  const steps = flagged(await answer.json(), 'steps');
  if (!Array.isArray(steps)) {
    throw new AppError('config-invalid', 'The app did not open its installer on the sandbox.');
  }
  return steps.map((step: unknown) => String(flagged(step, 'id')));
}

function flagged(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
