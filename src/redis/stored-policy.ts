/** A closing policy as it stands in the store or in somebody's file, whichever version of the app wrote it. */
import type { z } from 'zod';
import type { ClosingPolicy } from '../core/policy.ts';
import { AppError } from '../errors.ts';
import type { Shape } from './migrate.ts';
import { migrate } from './migrate.ts';
import { policyProblems, policySchema } from './policy-schema.ts';

/** Every shape so far only added keys. */
export const POLICY_SHAPE: Shape = { mark: 'schema', current: 1, steps: {} };

export type PolicyReading =
  | { readonly kind: 'read'; readonly policy: ClosingPolicy; readonly unknownKeys: boolean }
  | { readonly kind: 'newer' }
  | { readonly kind: 'broken'; readonly error: z.ZodError };

/**
 * A key that this version does not know was added by a newer one: it is passed over, so that the gate goes on while the service is
 * updated; what another version would misread it names by its shape.
 */
export function readStoredPolicy(value: unknown): PolicyReading {
  const migrated = migrate(value, POLICY_SHAPE);
  if (migrated.kind === 'newer') return { kind: 'newer' };
  const document = migrated.kind === 'current' ? migrated.document : value;
  const strict = policySchema.safeParse(document);
  if (strict.success) return { kind: 'read', policy: strict.data, unknownKeys: false };
  const lenient = policySchema.safeParse(withoutUnknown(document, strict.error));
  return lenient.success
    ? { kind: 'read', policy: lenient.data, unknownKeys: true }
    : { kind: 'broken', error: strict.error };
}

/** @throws AppError state-newer, policy-invalid */
export function policyOf(value: unknown, what: string): ClosingPolicy {
  const reading = readStoredPolicy(value);
  if (reading.kind === 'read') return reading.policy;
  if (reading.kind === 'newer') throw newer(what);
  throw new AppError(
    'policy-invalid',
    `Correct ${what} (run setup again): ${policyProblems(reading.error)}`,
  );
}

/** What this version does not understand it does not write over. @throws AppError state-newer */
export function refuseNewer(stored: unknown, what: string): void {
  const reading = readStoredPolicy(stored);
  if (reading.kind === 'newer' || (reading.kind === 'read' && reading.unknownKeys))
    throw newer(what);
}

const newer = (what: string): AppError =>
  new AppError(
    'state-newer',
    `A newer version of Closegate saved ${what}: update this process; nothing was changed`,
    { detail: 'policy' },
  );

/** Only members of the document itself: whatever is nested belongs to its key. */
function withoutUnknown(document: unknown, { issues }: z.ZodError): unknown {
  if (typeof document !== 'object' || document === null) return document;
  const unknown = new Set(
    issues.flatMap((issue) =>
      issue.code === 'unrecognized_keys' && issue.path.length === 0 ? issue.keys : [],
    ),
  );
  return Object.fromEntries(Object.entries(document).filter(([key]) => !unknown.has(key)));
}
