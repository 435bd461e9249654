/** A server on its port, and its end. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import { AppError } from './errors.ts';

export interface Listening {
  readonly port: number;
  /** Takes nothing new; resolves when what was taken is answered. */
  stop(): Promise<void>;
}

/** @throws AppError config-invalid when the port is taken */
export async function listenOn(server: Server, port: number): Promise<Listening> {
  server.listen(port);
  await Promise.race([
    once(server, 'listening'),
    once(server, 'error').then(([error]) => {
      throw new AppError('config-invalid', 'The port cannot be used: set PORT to a free one', {
        cause: error,
      });
    }),
  ]);
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}
