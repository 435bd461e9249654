/** The service's log: one JSON line per decision; ids, codes and counts only. */
import { pino } from 'pino';
import type { Log } from './app/ports/runtime.ts';

/** Last net, should a careless field slip in; the first is that nobody passes such fields. */
const SECRET_FIELDS = ['token', 'auth', 'url', 'webhookUrl', 'authorization', 'secret', 'text'];

/** @param level pino level name; `silent` for tests */
export function createLog(level: string): Log {
  return pino({
    level,
    base: null,
    redact: {
      paths: [...SECRET_FIELDS, ...SECRET_FIELDS.map((name) => `*.${name}`)],
      remove: true,
    },
    serializers: { err: serializeError },
  });
}

/** Errors are logged by name, code and stack; a `cause` may hold a raw answer of the portal and is left out. */
function serializeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { name: typeof error };
  const coded = error as Error & { code?: unknown; detail?: unknown };
  return {
    name: error.name,
    message: error.message,
    code: coded.code,
    detail: coded.detail,
    stack: error.stack,
  };
}
