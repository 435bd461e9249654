import { spelledCode } from '../events/event-code.ts';
import { buildPhpQuery } from '../rest/php-query.ts';
import type { PortalEvent } from '../state/portal.ts';
import { authBlock } from './app-host.ts';
import type { AppHost } from './app-host.ts';
import { isActive } from './app-records.ts';
import type { EventBinding, SandboxApp } from './app-records.ts';

/** One handler an event has to reach. The body is made at the moment of sending: so is its token. */
export interface EventTarget {
  readonly url: string;
  body(): string;
}

/** Handlers of applications bound to the event; none of an app that is not installed or not paid for. */
export function appTargets(host: AppHost, event: PortalEvent): EventTarget[] {
  return host.portal.apps
    .all()
    .filter((app) => isActive(app) && (event.onlyApp ?? app.clientId) === app.clientId)
    .flatMap((app) =>
      app.events
        .filter((binding) => binding.event === event.code)
        .map((binding) => ({
          url: binding.handler,
          body: () => eventBody(host, app, binding, event),
        })),
    );
}

function eventBody(
  host: AppHost,
  app: SandboxApp,
  binding: EventBinding,
  { code, data, actor }: PortalEvent,
): string {
  const { doubts } = host.portal;
  const userId = binding.authType || actor.userId;
  const tokens = !actor.robot || (binding.authType > 0 && doubts.authTypeGivesToken);
  const depth = doubts.refreshTokenInCrmEvents ? 'full' : 'access';
  return buildPhpQuery({
    event: spelledCode(host.portal, code),
    event_handler_id: binding.id,
    data,
    ts: Math.floor(host.portal.clock.now() / 1000),
    auth: authBlock(host, { app, userId, depth: tokens && userId > 0 ? depth : 'none' }),
  });
}
