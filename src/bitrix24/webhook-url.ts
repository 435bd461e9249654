/** The incoming webhook's address, taken apart. Errors never quote it: the path is a secret. */
import { AppError } from '../errors.ts';

export interface WebhookUrl {
  /** `https://portal.example` */
  readonly origin: string;
  /** Path of the v2 methods without a slash at the end: `/rest/1/secret`. */
  readonly path: string;
  /** The user in whose name the webhook acts. */
  readonly userId: number;
}

const REST_PATH = /^((?:\/[\w.-]+)*\/rest\/(\d+)\/[\w-]+)\/?$/;

/**
 * Only https, or http for a portal on this very machine (PORTAL 1.1: the platform refuses plain http).
 * @throws AppError config-invalid
 */
export function parseWebhookUrl(text: string): WebhookUrl {
  const url = URL.canParse(text) ? new URL(text) : null;
  const match = url ? REST_PATH.exec(url.pathname) : null;
  if (!url || !match?.[1] || !match[2]) {
    throw invalid('must look like https://<portal>/rest/<user id>/<secret>/');
  }
  if (!isSafe(url)) {
    throw invalid('must use https (plain http only for a portal on this machine)');
  }
  if ([url.username, url.password, url.search, url.hash].some((part) => part !== '')) {
    throw invalid('must hold nothing but the address: no query, no user name');
  }
  return { origin: url.origin, path: match[1], userId: Number(match[2]) };
}

function isSafe(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
}

export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

function invalid(what: string): AppError {
  return new AppError('config-invalid', `B24_WEBHOOK_URL ${what}.`);
}
