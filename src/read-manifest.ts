/** Reads app-manifest.json, checked: a service that would register half of it must not start. Part of the composition root. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { AppManifest } from './app/manifest.ts';
import type { Nested } from './app/ports/registration.ts';
import { AppError } from './errors.ts';

const words = z.strictObject({ ru: z.string().min(1), en: z.string().min(1) });
const path = z.string().regex(/^\/[a-z]+$/);
/** As bizproc.robot.add and crm.automation.trigger.add allow (PORTAL 6.1, 6.3). */
const code = z.string().regex(/^[a-z0-9._-]{1,60}$/);
const listed = { scope: z.string(), required: z.boolean() };
const nested: z.ZodType<Nested> = z.lazy(() =>
  z.union([z.string(), z.number(), z.null(), z.array(nested), z.record(z.string(), nested)]),
);

const manifestSchema = z.strictObject({
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  name: words,
  pages: z.strictObject({ main: path, install: path, events: path }),
  scopes: z.array(
    z.strictObject({ scope: z.string().min(1), required: z.boolean(), reason: words }),
  ),
  events: z.array(z.strictObject({ ...listed, event: z.string().regex(/^ON[A-Z0-9_]+$/) })),
  placements: z.array(
    z.strictObject({
      ...listed,
      placement: z.string().regex(/^[A-Z_]+(?:\{entityTypeId\}[A-Z_]+)?$/),
      handler: path,
      title: words,
    }),
  ),
  robots: z.array(
    z.strictObject({
      ...listed,
      code,
      handler: path,
      waits: z.boolean(),
      name: words,
      description: words,
      properties: z.record(z.string(), nested),
      returns: z.record(z.string(), nested),
    }),
  ),
  triggers: z.array(z.strictObject({ ...listed, code, name: words })),
  badges: z.array(
    z.strictObject({
      ...listed,
      code: z.string().regex(/^[a-z][a-z0-9_]{1,40}$/),
      type: z.enum(['failure', 'success', 'primary', 'secondary', 'warning']),
      title: words,
      value: words,
    }),
  ),
});

const FILE = new URL('../app-manifest.json', import.meta.url);

/** @throws AppError config-invalid that names what is wrong in the file */
export function readManifest(text: string = readFileSync(FILE, 'utf8')): AppManifest {
  const result = manifestSchema.safeParse(parsed(text));
  if (!result.success) {
    const where = result.error.issues.map((issue) => issue.path.join('.') || 'the document');
    throw new AppError('config-invalid', `Correct app-manifest.json: ${where.join(', ')}`);
  }
  const { data } = result;
  const scopes = new Set(['', ...data.scopes.map(({ scope }) => scope)]);
  const { events, placements, robots, triggers, badges } = data;
  const items = [...events, ...placements, ...robots, ...triggers, ...badges];
  const unlisted = items.find(({ scope }) => !scopes.has(scope));
  if (unlisted !== undefined) {
    throw new AppError(
      'config-invalid',
      `Correct app-manifest.json: the scope ${unlisted.scope} is used and not listed under scopes`,
    );
  }
  return { ...data, digest: createHash('sha256').update(text).digest('hex').slice(0, 12) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
