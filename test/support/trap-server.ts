/** A place that nobody should ever ask: writes down whoever does. */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { closing, listening } from './a-card.ts';

export interface TrapServer {
  readonly url: string;
  /** `127.0.0.1:4711` */
  readonly host: string;
  readonly heard: readonly string[];
  close(): Promise<void>;
}

/** @param answer what it says to whoever asks; by default an answer that would please an impatient client */
export async function trapServer(
  answer: (req: IncomingMessage, res: ServerResponse) => void = (_req, res) =>
    res.end('{"result":{},"access_token":"t","refresh_token":"t"}'),
): Promise<TrapServer> {
  const heard: string[] = [];
  const server = createServer((req, res) => {
    heard.push(`${req.method} ${req.url}`);
    answer(req, res);
  });
  const url = await listening(server);
  return { url, host: new URL(url).host, heard, close: () => closing(server) };
}
