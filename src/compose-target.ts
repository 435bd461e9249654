/** The portal that a command works on: the webhook's, or one that installed the app. Part of the composition root. */
import type { ToolsInput } from './app/ports/tools.ts';
import type { Portal } from './bitrix24/connect-portal.ts';
import { openRegistry } from './compose-installs.ts';
import { openWebhook, WEBHOOK_PORTAL } from './compose-store.ts';
import type { Store } from './compose-store.ts';
import { AppError } from './errors.ts';
import { openInstalled } from './portal-pool.ts';

export interface CommandPortal {
  readonly portalId: string;
  readonly portal: Portal;
}

/** @throws AppError config-invalid when it cannot be told which of the installed portals is meant */
export async function portalOfCommand(store: Store, input: ToolsInput): Promise<CommandPortal> {
  const { webhookUrl, installed, portalId = WEBHOOK_PORTAL } = input;
  if (!installed) {
    const access = { id: portalId, webhookUrl, eventTokens: [] };
    return { portalId, portal: openWebhook(store, access) };
  }
  const parts = openRegistry(store, { app: installed, secret: installed.secret });
  if (parts === null) throw new AppError('config-invalid', 'Set B24_CLIENT_ID.');
  const states = await parts.registry.states();
  const known = [...states.keys()].toSorted();
  const named = installed.portal ?? (known.length === 1 ? known[0] : undefined);
  if (named === undefined || !states.has(named))
    throw new AppError('config-invalid', choose(known));
  return { portalId: named, portal: await openInstalled(named, store, parts) };
}

function choose(known: readonly string[]): string {
  return known.length === 0
    ? 'No portal has installed the app yet: install it first.'
    : `Name one of the installed portals in B24_PORTAL: ${known.join(', ')}`;
}
