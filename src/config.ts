/**
 * Environment → validated, frozen Config. The only reader of process.env.
 * Problems are told by variable name and code, never by value: values are secrets or sit next to them.
 */
import { inspect } from 'node:util';
import { z } from 'zod';
import {
  CONFIG_PROBLEMS,
  PLACEHOLDER,
  parseUrl,
  urlProblem,
  webhookProblem,
  tokensProblem,
  redisProblem,
  secretProblem,
  oldSecretsProblem,
  hostsProblem,
  wordProblem,
  portProblem,
  countProblem,
  requestDaysProblem,
  secondsProblem,
  DEFAULT_OAUTH_HOSTS,
  listOf,
  oauthOrigin,
} from './config-checks.ts';
import type { ConfigProblemCode } from './config-checks.ts';
import { say } from './text/catalog.ts';

/** A value that never prints: logs, JSON and inspection show a mark in its place. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself; call it only where it is handed to the client that needs it. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '[hidden]';
  }

  toJSON(): string {
    return '[hidden]';
  }

  [inspect.custom](): string {
    return '[hidden]';
  }
}

const ROLES = ['web', 'worker', 'all'] as const;
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

export interface PortalCredentials {
  /** `https://host/rest/<id>/<secret>/`, always with the trailing slash. */
  readonly webhookUrl: Secret;
  /** Tokens of outgoing webhooks; empty only for the command-line tools. */
  readonly eventTokens: readonly Secret[];
}

/** The application that portals install. */
export interface AppCredentials {
  readonly clientId: string;
  readonly clientSecret: Secret;
  /** `https://host` of the authorization servers that may be asked; nothing is sent to any other. */
  readonly oauthOrigins: readonly string[];
}

export interface Config {
  /** null: no webhook. Without an application too, the sandbox portal stands in. */
  readonly portal: PortalCredentials | null;
  /** null: no portal can install the app. */
  readonly app: AppCredentials | null;
  /** member_id of the installed portal that commands work on; null: the only one there is. */
  readonly commandPortal: string | null;
  /** null: find or embed a Redis. */
  readonly redisUrl: Secret | null;
  readonly port: number;
  /** Where a worker answers readiness and measures; null: nowhere. */
  readonly opsPort: number | null;
  /** Who may read the measures; null: this machine and private networks. */
  readonly adminToken: Secret | null;
  /** Folder and days of the log of REST requests; null: none is kept. */
  readonly requestLog: { readonly dir: string; readonly days: number } | null;
  /** How long a process that stops answers requests on, already told as not ready. */
  readonly drainMs: number;
  /** Where people and the portal reach the app; no trailing slash. */
  readonly publicUrl: string;
  readonly appSecret: Secret | null;
  /** Secrets before the present one: what they sealed is still read. */
  readonly oldSecrets: readonly Secret[];
  readonly role: (typeof ROLES)[number];
  readonly logLevel: (typeof LOG_LEVELS)[number];
  readonly dataDir: string;
  /** How long the journal keeps its lines: days, and how many at most. */
  readonly retention: { readonly days: number; readonly lines: number };
  /** Language of the command line, from LC_ALL, LC_MESSAGES or LANG. */
  readonly language: 'ru' | 'en';
}

export { CONFIG_PROBLEMS } from './config-checks.ts';
export type { ConfigProblemCode } from './config-checks.ts';

export interface ConfigProblem {
  readonly variable: string;
  readonly code: ConfigProblemCode;
}

export type ConfigResult =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/** `server` needs everything an event route needs; `tools` (setup, doctor) only a way to the portal. */
export type ConfigPurpose = 'server' | 'tools';

type Env = Readonly<Record<string, string | undefined>>;

/** A zod string whose issue message is the problem code. */
function checked(problemOf: (value: string) => ConfigProblemCode | null) {
  return z.string().superRefine((value, context) => {
    const message = problemOf(value);
    if (message) context.addIssue({ code: 'custom', message });
  });
}

function oneOf<const T extends readonly [string, ...string[]]>(values: T, code: ConfigProblemCode) {
  return z.enum(values, { error: code });
}

const ENV_SCHEMA = z.object({
  B24_WEBHOOK_URL: checked(webhookProblem).optional(),
  B24_EVENT_TOKEN: checked(tokensProblem).optional(),
  B24_CLIENT_ID: checked(wordProblem).optional(),
  B24_CLIENT_SECRET: checked(wordProblem).optional(),
  B24_OAUTH_HOSTS: checked(hostsProblem).default(DEFAULT_OAUTH_HOSTS),
  B24_PORTAL: checked(wordProblem).optional(),
  REDIS_URL: checked(redisProblem).optional(),
  PORT: checked(portProblem).default('3000'),
  OPS_PORT: checked(portProblem).optional(),
  ADMIN_TOKEN: checked(secretProblem).optional(),
  REST_LOG_DIR: z.string().optional(),
  REST_LOG_DAYS: checked(requestDaysProblem).default('4'),
  DRAIN_SECONDS: checked(secondsProblem).default('2'),
  PUBLIC_URL: checked((value) =>
    PLACEHOLDER.test(value) ? 'placeholder' : urlProblem(parseUrl(value)),
  ).optional(),
  APP_SECRET: checked(secretProblem).optional(),
  APP_SECRETS_OLD: checked(oldSecretsProblem).optional(),
  ROLE: oneOf(ROLES, 'not-a-role').default('all'),
  LOG_LEVEL: oneOf(LOG_LEVELS, 'not-a-log-level').default('info'),
  DATA_DIR: z.string().default('.data'),
  JOURNAL_DAYS: checked(countProblem).default('400'),
  JOURNAL_LINES: checked(countProblem).default('1000000'),
});
type ParsedEnv = z.infer<typeof ENV_SCHEMA>;

/** Variables that only make sense together; the tools need the webhook alone. */
function pairProblems(env: Env, purpose: ConfigPurpose): readonly ConfigProblem[] {
  if (purpose === 'tools') return [];
  const webhook = env['B24_WEBHOOK_URL'] !== undefined;
  const app = env['B24_CLIENT_ID'] !== undefined || env['B24_CLIENT_SECRET'] !== undefined;
  const needed = [
    ...(webhook ? ['B24_EVENT_TOKEN'] : []),
    // PUBLIC_URL is what the portals are given as the address of events and pages.
    ...(app ? ['B24_CLIENT_ID', 'B24_CLIENT_SECRET', 'PUBLIC_URL'] : []),
    ...(webhook || app ? ['APP_SECRET'] : []),
  ];
  const problems: ConfigProblem[] = needed
    .filter((variable) => env[variable] === undefined)
    .map((variable) => ({ variable, code: 'missing' }));
  if (!webhook && env['B24_EVENT_TOKEN'] !== undefined) {
    problems.push({ variable: 'B24_WEBHOOK_URL', code: 'needs-webhook' });
  }
  return problems;
}

function localeLanguage(env: Env): 'ru' | 'en' {
  const locale = env['LC_ALL'] ?? env['LC_MESSAGES'] ?? env['LANG'] ?? '';
  return /^ru\b|^ru_/i.test(locale) ? 'ru' : 'en';
}

function secretsOf(value: string | undefined): readonly Secret[] {
  return Object.freeze(value === undefined ? [] : listOf(value).map((one) => new Secret(one)));
}

function appOf(parsed: ParsedEnv): AppCredentials | null {
  const { B24_CLIENT_ID: clientId, B24_CLIENT_SECRET: clientSecret } = parsed;
  if (clientId === undefined || clientSecret === undefined) return null;
  const origins = listOf(parsed.B24_OAUTH_HOSTS).flatMap((host) => oauthOrigin(host) ?? []);
  return Object.freeze({
    clientId,
    clientSecret: new Secret(clientSecret),
    oauthOrigins: Object.freeze(origins),
  });
}

function toConfig(parsed: ParsedEnv, language: 'ru' | 'en'): Config {
  const secret = (value: string | undefined) => (value === undefined ? null : new Secret(value));
  const webhook = parsed.B24_WEBHOOK_URL;
  const tokens = secretsOf(parsed.B24_EVENT_TOKEN);
  return Object.freeze({
    portal:
      webhook === undefined
        ? null
        : Object.freeze({
            webhookUrl: new Secret(webhook.endsWith('/') ? webhook : `${webhook}/`),
            eventTokens: tokens,
          }),
    app: appOf(parsed),
    commandPortal: parsed.B24_PORTAL ?? null,
    redisUrl: secret(parsed.REDIS_URL),
    port: Number(parsed.PORT),
    opsPort: parsed.OPS_PORT === undefined ? null : Number(parsed.OPS_PORT),
    adminToken: secret(parsed.ADMIN_TOKEN),
    requestLog:
      parsed.REST_LOG_DIR === undefined
        ? null
        : { dir: parsed.REST_LOG_DIR, days: Number(parsed.REST_LOG_DAYS) },
    drainMs: Number(parsed.DRAIN_SECONDS) * 1000,
    publicUrl: (parsed.PUBLIC_URL ?? `http://127.0.0.1:${parsed.PORT}`).replace(/\/+$/, ''),
    appSecret: secret(parsed.APP_SECRET),
    oldSecrets: secretsOf(parsed.APP_SECRETS_OLD),
    role: parsed.ROLE,
    logLevel: parsed.LOG_LEVEL,
    dataDir: parsed.DATA_DIR,
    retention: { days: Number(parsed.JOURNAL_DAYS), lines: Number(parsed.JOURNAL_LINES) },
    language,
  });
}

const CODES: ReadonlySet<string> = new Set(CONFIG_PROBLEMS);

function isProblemCode(value: string): value is ConfigProblemCode {
  return CODES.has(value);
}

/** Reads an environment; reports every problem at once, by variable name. An empty variable counts as not set. */
export function readConfig(env: Env, purpose: ConfigPurpose = 'server'): ConfigResult {
  const given = Object.fromEntries(
    Object.entries(env)
      .map(([name, value]) => [name, value?.trim()] as const)
      .filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = ENV_SCHEMA.safeParse(given);
  const problems = [
    ...(parsed.error?.issues ?? []).map((issue) => ({
      variable: String(issue.path[0] ?? ''),
      code: isProblemCode(issue.message) ? issue.message : ('missing' as const),
    })),
    ...pairProblems(given, purpose),
  ];
  if (!parsed.success || problems.length > 0) return { ok: false, problems };
  return { ok: true, config: toConfig(parsed.data, localeLanguage(given)) };
}

/** Reads `.env` (if there is one) and the environment; on problems names each with what to do and exits with 1. */
export function loadConfig(purpose: ConfigPurpose = 'server'): Config {
  try {
    process.loadEnvFile();
  } catch {
    // No .env file: the environment alone decides.
  }
  const result = readConfig(process.env, purpose);
  if (result.ok) return result.config;
  const language = localeLanguage(process.env);
  console.error(say(language, 'config.problems'));
  for (const { variable, code } of result.problems) {
    console.error(`  ${variable}: ${say(language, `config.${code}`)}`);
  }
  process.exit(1);
}

/** The language of the command line before a Config exists. */
export function commandLanguage(): 'ru' | 'en' {
  return localeLanguage(process.env);
}
