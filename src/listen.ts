/** A server on its port, and its end. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import { AppError, faultFields } from './errors.ts';

export interface Listening {
  readonly port: number;
  /** Takes nothing new; resolves when what was taken is answered, and cuts off what is not after `deadlineMs`. */
  stop(deadlineMs: number): Promise<void>;
}

/** How often connections are looked at that a browser or a balancer keeps open after its answer. */
const IDLE_LOOK_MS = 50;

/**
 * @param variable that names the port
 * @throws AppError config-invalid when the port is taken
 */
export async function listenOn(
  server: Server,
  port: number,
  variable: 'PORT' | 'OPS_PORT' = 'PORT',
): Promise<Listening> {
  server.listen(port);
  // `once` itself rejects with whatever the server emits as an error.
  await once(server, 'listening').catch((cause: unknown) => {
    const detail = faultFields(cause)['code'] ?? '';
    throw new AppError('config-invalid', `The port cannot be used: set ${variable} to a free one`, {
      detail,
      cause,
    });
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    stop: (deadlineMs) => stopListening(server, deadlineMs),
  };
}

async function stopListening(server: Server, deadlineMs: number): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  const idle = setInterval(() => server.closeIdleConnections(), IDLE_LOOK_MS);
  const cut = setTimeout(() => server.closeAllConnections(), deadlineMs);
  await closed;
  clearInterval(idle);
  clearTimeout(cut);
}
