/** The file of a copy: compressed lines, a head that says what it is and an end that proves it whole. */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { z } from 'zod';
import type { KeptKey } from '../app/ports/state-copy.ts';
import { STATE_FORMAT } from '../app/state-format.ts';
import { AppError } from '../errors.ts';

const FORMAT = 'closegate-state';
/** Of the file itself; `state` is the format of what is in it, which the first files do not name. */
const VERSION = 1;
const headSchema = z.object({
  format: z.literal(FORMAT),
  version: z.int().positive(),
  at: z.string(),
  state: z.int().default(1),
});
const endSchema = z.object({ keys: z.number().int(), sha256: z.string() });
const lineSchema = z.tuple([z.string().min(1), z.number().int().nonnegative(), z.base64()]);

export interface CopyAbout {
  readonly at: string;
  readonly state: number;
}

/** Written beside its place and moved there when it is whole. Returns how many keys. @throws file faults */
export async function writeStateFile(
  path: string,
  keys: AsyncIterable<KeptKey>,
  about: CopyAbout,
): Promise<number> {
  const unfinished = `${path}.unfinished`;
  let count = 0;
  async function* lines(): AsyncGenerator<string> {
    yield `${JSON.stringify({ format: FORMAT, version: VERSION, ...about })}\n`;
    const digest = createHash('sha256');
    for await (const { key, livesMs, value } of keys) {
      const line = `${JSON.stringify([key, livesMs, value.toString('base64')])}\n`;
      digest.update(line);
      count += 1;
      yield line;
    }
    yield `${JSON.stringify({ keys: count, sha256: digest.digest('hex') })}\n`;
  }
  try {
    const file = createWriteStream(unfinished, { mode: 0o600 });
    await pipeline(Readable.from(lines()), createGzip(), file);
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
  return count;
}

/** @throws AppError config-invalid for a file that is no copy, is damaged or was cut off, state-newer for a newer one; file faults */
export async function checkStateFile(
  path: string,
): Promise<{ readonly keys: number; readonly at: string }> {
  const digest = createHash('sha256');
  let head: z.infer<typeof headSchema> | null = null;
  let keys = 0;
  let end: z.infer<typeof endSchema> | null = null;
  for await (const line of linesOf(path)) {
    if (head === null) head = readHead(line);
    else if (line.startsWith('{')) end = read(endSchema, line);
    else {
      digest.update(`${line}\n`);
      keys += 1;
    }
  }
  if (head === null || end?.keys !== keys || end.sha256 !== digest.digest('hex')) throw damaged();
  return { keys, at: head.at };
}

/** The keys of a file that was checked. */
export async function* readStateFile(path: string): AsyncGenerator<KeptKey> {
  for await (const line of linesOf(path)) {
    if (!line.startsWith('[')) continue;
    const [key, livesMs, value] = read(lineSchema, line);
    yield { key, livesMs, value: Buffer.from(value, 'base64') };
  }
}

async function* linesOf(path: string): AsyncGenerator<string> {
  const unpacked = createGunzip();
  const file = createReadStream(path);
  // A file that cannot be read ends the reading with its error.
  file.on('error', (error) => unpacked.destroy(error));
  file.pipe(unpacked.setEncoding('utf8'));
  let rest = '';
  try {
    for await (const part of unpacked) {
      const lines = `${rest}${String(part)}`.split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } catch (error) {
    throw systemCode(error).startsWith('Z_') ? damaged() : error;
  }
  if (rest !== '') yield rest;
}

/** `ENOENT`, `Z_DATA_ERROR`…: what the system calls its error; '' for errors of another kind. */
export function systemCode(error: unknown): string {
  const code: unknown =
    typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' ? code : '';
}

function readHead(line: string): z.infer<typeof headSchema> {
  const head = read(headSchema, line);
  if (head.version <= VERSION && head.state <= STATE_FORMAT.reads) return head;
  throw new AppError('state-newer', 'A newer version made the copy: restore it with that one.', {
    detail: 'COPY-NEWER',
  });
}

function read<T>(schema: z.ZodType<T>, line: string): T {
  try {
    return schema.parse(JSON.parse(line));
  } catch {
    throw damaged();
  }
}

const damaged = (): AppError =>
  new AppError('config-invalid', 'The file is no whole copy: take another one.', {
    detail: 'COPY',
  });
