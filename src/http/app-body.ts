/** What a portal posts about the application itself: the installer's page, and lifecycle events (PORTAL 1.3, 1.5). */
import { z } from 'zod';
import type { FirstContact } from '../app/ports/portals.ts';
import type { Language } from '../app/ports/texts.ts';
import { LIFECYCLE_EVENTS } from '../app/portal-lifecycle.ts';
import type { LifecycleCode, LifecycleEvent } from '../app/portal-lifecycle.ts';

const memberId = z.string().regex(/^[\w-]{1,64}$/);
const token = z.string().regex(/^[\x21-\x7e]{1,2000}$/);
const address = z.string().max(500).default('');

/** A frame's post; DOMAIN, PROTOCOL and the rest of the address are not read: nothing may follow from them. */
const frameSchema = z.object({
  AUTH_ID: token,
  REFRESH_ID: token,
  member_id: memberId,
  SERVER_ENDPOINT: address,
  APPLICATION_TOKEN: token,
});

export function readFramePost(body: unknown, language: Language): FirstContact | null {
  const result = frameSchema.safeParse(body);
  if (!result.success) return null;
  const { data } = result;
  return {
    portalId: data.member_id,
    accessToken: data.AUTH_ID,
    refreshToken: data.REFRESH_ID,
    applicationToken: data.APPLICATION_TOKEN,
    serverEndpoint: data.SERVER_ENDPOINT,
    version: '',
    language,
  };
}

const authSchema = z.object({
  access_token: token,
  refresh_token: token,
  member_id: memberId,
  server_endpoint: address,
});

const eventSchema = z.object({
  event: z.string().max(100),
  auth: z.object({ member_id: memberId, application_token: z.string().max(2000).default('') }),
  data: z
    .object({
      VERSION: z.string().max(30).optional(),
      LANGUAGE_ID: z.string().max(10).optional(),
      CLEAN: z.string().max(10).optional(),
    })
    .optional()
    .catch({}),
});

const partsSchema = z.object({ auth: z.unknown(), data: z.unknown() });

/** Asked of every event: a schema built here would be built, and compiled, for each of them. */
const namedSchema = z.object({ event: z.string() });

/** null for a body that is no lifecycle event. */
export function lifecycleCode(body: unknown): LifecycleCode | null {
  const name = namedSchema.safeParse(body).data?.event;
  return name === undefined ? null : knownLifecycle(name.toUpperCase());
}

/** @param code in upper case */
export const knownLifecycle = (code: string): LifecycleCode | null =>
  LIFECYCLE_EVENTS.find((known) => known === code) ?? null;

/** null for anything that is no lifecycle event of a portal. */
export function readLifecycle(body: unknown): LifecycleEvent | null {
  const code = lifecycleCode(body);
  const result = eventSchema.safeParse(body);
  if (code === null || !result.success) return null;
  const { auth, data } = result.data;
  const about = {
    applicationToken: auth.application_token,
    version: data?.VERSION ?? '',
    language: languageOf(data?.LANGUAGE_ID),
  };
  const parts = partsSchema.safeParse(body).data;
  return {
    code,
    portalId: auth.member_id,
    applicationToken: auth.application_token,
    version: about.version,
    clean: data?.CLEAN === '1' || data?.CLEAN === 'Y',
    contact: contactOf(parts?.auth, about),
    systemUser: code === 'ONAPPUSERREADY' ? contactOf(parts?.data, about) : null,
  };
}

function contactOf(
  auth: unknown,
  about: Pick<FirstContact, 'applicationToken' | 'version' | 'language'>,
): FirstContact | null {
  const result = authSchema.safeParse(auth);
  if (!result.success || about.applicationToken === '') return null;
  const { access_token, refresh_token, member_id, server_endpoint } = result.data;
  return {
    ...about,
    portalId: member_id,
    accessToken: access_token,
    refreshToken: refresh_token,
    serverEndpoint: server_endpoint,
  };
}

const RUSSIAN: ReadonlySet<string> = new Set(['ru', 'by', 'kz']);

/** The portal's language code; whatever is not close to Russian reads English. */
export function languageOf(code: string | null | undefined): Language {
  return RUSSIAN.has((code ?? '').toLowerCase()) ? 'ru' : 'en';
}
