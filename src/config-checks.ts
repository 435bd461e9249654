/** What a variable's value may look like; problems by code. Read by config.ts alone. */
import { parseRedisAddress } from './redis/redis-address.ts';

export const CONFIG_PROBLEMS = [
  'missing',
  'placeholder',
  'not-a-url',
  'https-required',
  'not-a-webhook',
  'method-in-url',
  'not-redis',
  'not-sentinels',
  'not-cluster',
  'token-empty',
  'secret-too-short',
  'not-a-port',
  'not-a-role',
  'not-a-log-level',
  'not-a-count',
  'too-few-days',
  'not-seconds',
  'needs-webhook',
  'not-a-host',
  'not-one-word',
] as const;
export type ConfigProblemCode = (typeof CONFIG_PROBLEMS)[number];

const LOOPBACK = /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])$/;
/** What .env.example and people's notes put where a real value belongs; a test reads .env.example against it. */
export const PLACEHOLDER = /your-|change-?me|replace-|<[^>]*>/i;

/** Hosts of the platform's authorization server; docs name the first, portals of some regions send the second. */
export const DEFAULT_OAUTH_HOSTS = 'oauth.bitrix.info,oauth.bitrix24.tech';

const LOOPBACK_HOST = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/;
/** A name with at least one dot, without a port: the platform's servers answer https on 443. */
const PUBLIC_HOST = /^(?=.{4,253}$)(?:[a-z0-9-]{1,63}\.)+[a-z]{2,63}$/;

/** The items of a comma list, each once; empty ones stay, so that they can be refused. */
export function listOf(value: string): readonly string[] {
  return [...new Set(value.split(',').map((item) => item.trim()))];
}

function areHosts(value: string): boolean {
  return listOf(value).every((host) => oauthOrigin(host) !== null);
}

/** `oauth.bitrix.info` → `https://oauth.bitrix.info`; a host of this machine may have a port and plain http. */
export function oauthOrigin(host: string): string | null {
  const name = host.toLowerCase();
  if (LOOPBACK_HOST.test(name) && URL.canParse(`http://${name}`)) return `http://${name}`;
  return PUBLIC_HOST.test(name) ? `https://${name}` : null;
}

/** What the platform gives out as client ids and secrets: one word. */
function isOneWord(value: string): boolean {
  return /^[\w.-]{5,200}$/.test(value);
}

export function parseUrl(value: string): URL | null {
  try {
    return new URL(value);
  } catch {
    return null;
  }
}

export function urlProblem(url: URL | null): ConfigProblemCode | null {
  if (url === null || !/^https?:$/.test(url.protocol)) return 'not-a-url';
  if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname)) return 'https-required';
  return null;
}

export function webhookProblem(value: string): ConfigProblemCode | null {
  if (PLACEHOLDER.test(value)) return 'placeholder';
  const url = parseUrl(value);
  const problem = urlProblem(url);
  if (url === null || problem) return problem;
  if (url.search || url.hash || url.username || url.password) return 'not-a-webhook';
  if (/^\/rest\/\d+\/[^/]+\/[^/]+\/?$/.test(url.pathname)) return 'method-in-url';
  return /^\/rest\/\d+\/[\w-]+\/?$/.test(url.pathname) ? null : 'not-a-webhook';
}

export function tokensProblem(value: string): ConfigProblemCode | null {
  if (PLACEHOLDER.test(value)) return 'placeholder';
  return listOf(value).every((token) => token.length >= 1) ? null : 'token-empty';
}

export function redisProblem(value: string): ConfigProblemCode | null {
  if (PLACEHOLDER.test(value)) return 'placeholder';
  const address = parseRedisAddress(value);
  return typeof address === 'string' ? address : null;
}

export function secretProblem(value: string): ConfigProblemCode | null {
  if (PLACEHOLDER.test(value)) return 'placeholder';
  return value.length >= 16 ? null : 'secret-too-short';
}

export function oldSecretsProblem(value: string): ConfigProblemCode | null {
  return listOf(value).map(secretProblem).find(Boolean) ?? null;
}

export function hostsProblem(value: string): ConfigProblemCode | null {
  if (PLACEHOLDER.test(value)) return 'placeholder';
  return areHosts(value) ? null : 'not-a-host';
}

export function wordProblem(value: string): ConfigProblemCode | null {
  if (PLACEHOLDER.test(value)) return 'placeholder';
  return isOneWord(value) ? null : 'not-one-word';
}

export function portProblem(value: string): ConfigProblemCode | null {
  return /^\d{1,5}$/.test(value) && Number(value) >= 1 && Number(value) <= 65_535
    ? null
    : 'not-a-port';
}

/** How long a stop may answer on; whatever stops the process has its own patience. */
export function secondsProblem(value: string): ConfigProblemCode | null {
  return /^\d{1,2}$/.test(value) && Number(value) <= 60 ? null : 'not-seconds';
}

/** The Market asks vendors to keep the log of REST requests for three days at least. */
export function requestDaysProblem(value: string): ConfigProblemCode | null {
  return countProblem(value) === null && Number(value) >= 3 ? null : 'too-few-days';
}

export function countProblem(value: string): ConfigProblemCode | null {
  return /^[1-9]\d{0,8}$/.test(value) ? null : 'not-a-count';
}
