/** Who the app is on the portal, and what time it is there (PORTAL 7.5, 9.2). */
import type { Instant } from '../core/ticket.ts';
import { AppError } from '../errors.ts';
import type { PortalClient } from './portal-client.ts';
import { flagOf, instantOf, integerOf, recordOf } from './read-value.ts';
import { isUnavailable, valueOf } from './unwrap.ts';

const READ = { priority: 'live', write: false } as const;

export interface Account {
  readonly id: number;
  readonly admin: boolean;
}

export async function readProfile(client: PortalClient): Promise<Account> {
  const profile = recordOf(valueOf('profile', await client.call('profile', {}, READ)));
  const id = integerOf(profile['ID']);
  if (id === null) {
    throw new AppError('portal-denied', "The webhook's user is inactive: create the webhook anew.");
  }
  return { id, admin: flagOf(profile['ADMIN']) };
}

export const SERVER_TIME = { key: 'time', method: 'server.time', params: {} } as const;

export async function readServerTime(client: PortalClient): Promise<Instant> {
  const at = instantOf(valueOf('server.time', await client.call('server.time', {}, READ)));
  if (at === null) {
    throw new AppError(
      'portal-rejected',
      'server.time answered no time: check the portal address.',
    );
  }
  return at;
}

/** The portal's working hours and days off as it tells them (PORTAL 9.1); null without the scope or the method. */
export async function readCalendarSettings(client: PortalClient): Promise<unknown> {
  const answer = await client.call('calendar.settings.get', {}, READ);
  if (answer.ok) return answer.value;
  if (isUnavailable(answer.code) || answer.code === 'ACCESS_DENIED') return null;
  return valueOf('calendar.settings.get', answer);
}
