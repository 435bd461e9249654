import type { IncomingMessage, ServerResponse } from 'node:http';

const MAX_BODY = 32 * 1024 * 1024;

/**
 * Stands before a server as a proxy of the platform does: passes a request on, or does with its connection what it likes. It
 * may read the body by `readBody`.
 */
export type Front = (
  request: IncomingMessage,
  response: ServerResponse,
  pass: () => void,
) => Promise<void>;

export const OPEN_FRONT: Front = async (_request, _response, pass) => pass();

/** A request that stood before a front has been read once already. */
const bodies = new WeakMap<IncomingMessage, Promise<string>>();

/** Reads a request's body as text; asked again, the same. */
export function readBody(request: IncomingMessage): Promise<string> {
  const known = bodies.get(request) ?? read(request);
  bodies.set(request, known);
  return known;
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > MAX_BODY) throw new Error('The request body is too large');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
  });
  response.end(text);
}
