/** Policy documents from outside, read by the schema of the stored ones. */
import { z } from 'zod';
import type { DocumentReading, ReadPolicyDocument } from '../app/ports/settings.ts';
import { migrate } from './migrate.ts';
import { policySchema } from './policy-schema.ts';
import { POLICY_SHAPE } from './stored-policy.ts';

const text = z.string().max(2000);
const textsById = z.record(z.string().max(200), text);
const namesSchema = z.strictObject({
  stages: textsById,
  fields: textsById,
  items: z.record(z.string().max(200), textsById),
  people: textsById,
});

const MOST = 50;
const NEWER = {
  path: POLICY_SHAPE.mark,
  message: 'written by a newer version of Closegate: update this one',
};

export const readPolicyDocument: ReadPolicyDocument = (document) => {
  const { names, ...policy } = partsOf(document);
  const migrated = migrate(policy, POLICY_SHAPE);
  if (migrated.kind === 'newer') return { ok: false, problems: [NEWER] };
  const read = policySchema.safeParse(migrated.kind === 'current' ? migrated.document : policy);
  const readNames = namesSchema.nullable().safeParse(names ?? null);
  if (read.success && readNames.success) {
    return { ok: true, policy: read.data, names: readNames.data };
  }
  return {
    ok: false,
    problems: [
      ...(read.success ? [] : problemsOf(read.error, [])),
      ...(readNames.success ? [] : problemsOf(readNames.error, ['names'])),
    ].slice(0, MOST),
  };
};

/** The whole document, or the version that `npm run policy -- show --json` wraps in its dates and texts. */
function partsOf(document: unknown): Readonly<Record<string, unknown>> {
  const whole = recordOf(document);
  const wrapped = recordOf(whole['policy']);
  return 'policy' in whole && 'savedAt' in whole ? wrapped : whole;
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};
}

function problemsOf(
  { issues }: z.ZodError,
  before: readonly string[],
): Extract<DocumentReading, { ok: false }>['problems'] {
  return issues.flatMap((issue) => {
    const path = [...before, ...issue.path].map(String);
    const keys = issue.code === 'unrecognized_keys' ? issue.keys : [];
    if (keys.length === 0) return [{ path: path.join('.'), message: issue.message }];
    return keys.map((key) => ({ path: [...path, key].join('.'), message: 'unknown key' }));
  });
}
