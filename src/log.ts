/** The service's log: one JSON line per decision; ids, codes and counts only. */
import { destination, pino } from 'pino';
import type { DestinationStream } from 'pino';
import type { Log } from './app/ports/runtime.ts';

/** Last net, should a careless field slip in; the first is that nobody passes such fields. */
const SECRET_FIELDS = ['token', 'auth', 'url', 'webhookUrl', 'authorization', 'secret', 'text'];

/**
 * @param level pino level name; `silent` for tests
 * @param stream `stderr` for command-line tools, whose standard output is their answer; or a place of one's own
 */
export function createLog(
  level: string,
  stream: 'stdout' | 'stderr' | DestinationStream = 'stdout',
): Log {
  const options = {
    level,
    base: null,
    redact: {
      paths: [...SECRET_FIELDS, ...SECRET_FIELDS.map((name) => `*.${name}`)],
      remove: true,
    },
    serializers: { err: serializeError },
  };
  if (typeof stream === 'object') return pino(options, stream);
  // Written at once on stderr: a tool may end right after its last word.
  return stream === 'stderr' ? pino(options, destination({ fd: 2, sync: true })) : pino(options);
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
